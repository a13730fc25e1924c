"""Decide whose fault an error with one file is, and what to tell its user.

An error is the file's own, whatever its number, with two exceptions: the machine is short of something, or a
folder that the file was in cannot be examined either. Then everything waits.
"""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from watcher.fs import files

# Another program holds the file or still writes it: no fault, and soon over.
HELD = ""

# A file below a mount of the same disk cannot be renamed out of it, a mounted file not at all.
_MOUNTED = frozenset([errno.EXDEV, errno.EBUSY])

# Windows: another program has the file open, or a part of it locked.
_SHARING_VIOLATIONS = (32, 33)


def concerns_all(error: OSError, folders: Iterable[Path]) -> bool:
    """Return whether other files would meet the same error: the machine's or a folder's."""
    return error.errno in files.MACHINE_IS_SHORT or not all(map(_can_be_listed, folders))


def describe_unreadable(error: OSError) -> str:
    """Return what to say of a file that cannot be read, or HELD."""
    if isinstance(error, BlockingIOError):  # Another program has a lease on it.
        return HELD
    return f"cannot be read ({describe_reason(error)}): let the watcher read it, or save it again"


def describe_unlistable(error: OSError) -> str:
    """Return what to say of a subfolder that cannot be listed."""
    return f"cannot be listed ({describe_reason(error)}): let the watcher read the folder"


def describe_unusable_folder(folder: Path, error: OSError) -> str:
    """Return what to say of a file whose folder in the outbox takes no files."""
    if folder.is_symlink() and not os.path.exists(folder):  # noqa: PTH110 - Path.exists raises on a loop
        target = os.readlink(folder)  # noqa: PTH115 - as it was written
        why = f"is a link to {target}, which is missing: bring that back"
    elif not folder.is_dir():
        why = f"cannot be used ({describe_reason(error)}): move it away"
    else:
        why = f"takes no files ({describe_reason(error)}): let the watcher write there"
    return f"cannot be filed: its folder {folder} {why}"


def describe_unmovable(error: OSError) -> str:
    """Return what to say of a file that cannot be renamed, or HELD."""
    if getattr(error, "winerror", None) in _SHARING_VIOLATIONS:
        return HELD
    reason = describe_reason(error)
    if error.errno in _MOUNTED:
        return f"cannot be moved ({reason}): it is mounted there, copy it into the inbox"
    return f"cannot be moved ({reason}): unlock it, or let the watcher write in its folder"


def describe_reason(error: OSError) -> str:
    """Return the system's words for an error."""
    return error.strerror or str(error)


def _can_be_listed(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError:
        return False
    return True
