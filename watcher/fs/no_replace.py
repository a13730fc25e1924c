"""Publishes a file under a name in the outbox, never replacing what has that name already."""

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path

from watcher.fs import files

# Gives a file a second name: `os.link`, or a stand-in that refuses in tests.
Link = Callable[[Path, Path], None]

# FAT and exFAT answer EPERM, shares ENOTSUP, files of another owner EPERM (protected_hardlinks).
LINKS_REFUSED = frozenset(
    [errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS]
)


class Placed(Enum):
    """What is left to do once a file has its new name."""

    LINKED = "the file has both names: remove the old one"
    MOVED = "the file has the new name only"
    COPIED = "a copy has the new name: remove the original"


def hard_link(source: Path, destination: Path) -> None:
    """Link a file or a symbolic link itself; raise OSError."""
    os.link(source, destination, follow_symlinks=False)


def place(source: Path, destination: Path, link: Link = hard_link) -> Placed:
    """Give `source` the name `destination` on the same file system.

    Raises FileExistsError if the name is taken, and OSError (EXDEV across file systems).
    """
    if sys.platform == "win32":
        source.rename(destination)  # On Windows this never replaces.
        return Placed.MOVED
    try:
        link(source, destination)
    except OSError as error:
        if error.errno not in LINKS_REFUSED:
            raise
    else:
        return Placed.LINKED
    _reserve_and_replace(source, destination)
    return Placed.MOVED


def move(source: Path, destination: Path, link: Link = hard_link) -> None:
    """Rename without replacing: `place`, then remove the old name."""
    if place(source, destination, link) is not Placed.LINKED:
        return
    try:
        source.unlink()
    except OSError:
        # With both names the file would be filed twice.
        with suppress(OSError):
            if os.path.samestat(os.lstat(source), os.lstat(destination)):
                destination.unlink()
        raise


def _reserve_and_replace(source: Path, destination: Path) -> None:
    descriptor = os.open(destination, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644)
    reserved = files.identity(os.fstat(descriptor))
    os.close(descriptor)
    try:
        source.replace(destination)
    except OSError:
        status = files.stat_or_none(destination)
        if status is not None and files.identity(status) == reserved and status.st_size == 0:
            destination.unlink()
        raise
