"""Files whose content is in a cloud and not on this machine: to read one would download it."""

import os
import sys

# Windows: offline, recall on open, recall on data access.
_NOT_HERE = 0x1000 | 0x40000 | 0x400000

# Windows: the file is hidden (FILE_ATTRIBUTE_HIDDEN).
_HIDDEN = 0x2

# macOS: the file has no data here (SF_DATALESS).
_DATALESS = 0x40000000


def is_placeholder(entry: os.DirEntry[str]) -> bool:
    """Return whether a listed file is a cloud's placeholder, or hidden by its user; raise OSError."""
    if sys.platform == "win32":
        status = entry.stat(follow_symlinks=False)
        return is_elsewhere(status) or bool(status.st_file_attributes & _HIDDEN)
    if sys.platform == "darwin":
        return is_elsewhere(entry.stat(follow_symlinks=False))
    return False


def is_elsewhere(status: os.stat_result) -> bool:
    """Return whether a file's content is in a cloud and not on this machine."""
    if sys.platform == "win32":
        return bool(status.st_file_attributes & _NOT_HERE)
    if sys.platform == "darwin":
        return bool(status.st_flags & _DATALESS)
    return False
