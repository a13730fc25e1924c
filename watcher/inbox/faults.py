"""What keeps one file from being filed, in words for its user."""

import errno
import os
from pathlib import Path

# Another program holds the file or still writes it: no fault, and soon over.
HELD = ""

# A file below a mount of the same disk cannot be renamed out of it, a mounted file not at all.
_MOUNTED = frozenset([errno.EXDEV, errno.EBUSY])

# Windows: another program has the file open, or a part of it locked.
_SHARING_VIOLATIONS = (32, 33)


def describe_unreadable(error: OSError) -> str:
    """Return what to say of a file that cannot be read."""
    return f"cannot be read ({_reason(error)}): let the watcher read it, or save it again"


def describe_unlistable(error: OSError) -> str:
    """Return what to say of a subfolder that cannot be listed."""
    return f"cannot be listed ({_reason(error)}): let the watcher read the folder"


def describe_unmovable(error: OSError) -> str:
    """Return what to say of a file that cannot be renamed, or HELD."""
    if getattr(error, "winerror", None) in _SHARING_VIOLATIONS:
        return HELD
    if error.errno in _MOUNTED:
        return f"cannot be moved ({_reason(error)}): it is mounted there, copy it into the inbox"
    return f"cannot be moved ({_reason(error)}): unlock it, or let the watcher write in its folder"


def describe_unusable_folder(folder: Path, error: OSError) -> str:
    """Return what to say of a file whose folder in the outbox is missing or no folder."""
    if folder.is_symlink():
        target = os.readlink(folder)  # noqa: PTH115 - as it was written
        return f"its folder {folder} is a link to {target}, which is missing: bring that back"
    return f"its folder {folder} cannot be used ({_reason(error)}): move it away"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
