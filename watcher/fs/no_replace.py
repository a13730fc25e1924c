"""Giving a file a name in the outbox, never taking a name that something bears already."""

import errno
import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path

from watcher.fs import files

Link = Callable[[Path, Path], None]
"""Makes a second name for a file: `os.link` where it exists, something that refuses in tests."""

NO_LINKS_HERE = frozenset(
    [errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS]
)
"""FAT and exFAT say EPERM, shares ENOTSUP, files of another owner EPERM (protected_hardlinks)."""


class Placed(Enum):
    """What is left to do after a name was given."""

    LINKED = "the file bears both names: remove the old one"
    MOVED = "the file bears the new name only"
    COPIED = "a copy bears the new name: remove the original"


class ChangedError(Exception):
    """The bytes that were copied are not those that were judged."""


def link_name(source: Path, destination: Path) -> None:
    os.link(source, destination, follow_symlinks=False)


def place(source: Path, destination: Path, link: Link = link_name) -> Placed:
    """Gives `source` the name `destination` on the same file system.

    Raises FileExistsError if the name is taken, and OSError (EXDEV across file systems).
    """
    if sys.platform == "win32":
        source.rename(destination)  # On Windows this never replaces.
        return Placed.MOVED
    try:
        link(source, destination)
    except OSError as error:
        if error.errno not in NO_LINKS_HERE:
            raise
    else:
        return Placed.LINKED
    _reserve_and_replace(source, destination)
    return Placed.MOVED


def move(source: Path, destination: Path, link: Link = link_name) -> None:
    """`place`, and the old name removed."""
    if place(source, destination, link) is Placed.LINKED:
        source.unlink()


def place_copy(  # noqa: PLR0917 - the copy's four ends and its two conditions
    source: Path,
    part: Path,
    destination: Path,
    sha256: str,
    link: Link = link_name,
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Copies `source` from another file system to `destination` by way of the hidden `part`.

    `sha256` is what the copy must be ("" for whatever it is): raises ChangedError otherwise,
    InterruptedError when told to stop, else as `place`. The copy is on the disk before it gets
    its name. `source` is left for the caller to remove.
    """
    part.unlink(missing_ok=True)
    try:
        copied = _copy(source, part, should_stop)
        if sha256 and copied != sha256:
            raise ChangedError(str(source))
        files.sync_folder(part.parent)
        move(part, destination, link)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, part: Path, should_stop: Callable[[], bool]) -> str:
    digest = hashlib.sha256()
    reader = files.open_to_read(source)
    try:
        status = os.fstat(reader)
        with part.open("xb", buffering=0) as writer:
            while chunk := os.read(reader, files.CHUNK_BYTES):
                if should_stop():
                    raise InterruptedError(errno.EINTR, "told to stop", str(source))
                digest.update(chunk)
                view = memoryview(chunk)
                while view:
                    view = view[writer.write(view) :]
            os.fsync(writer.fileno())
        with suppress(OSError):  # The user's date is a courtesy.
            os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))
    finally:
        os.close(reader)
    return digest.hexdigest()


def _reserve_and_replace(source: Path, destination: Path) -> None:
    descriptor = os.open(destination, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644)
    reserved = files.identity(os.fstat(descriptor))
    os.close(descriptor)
    try:
        source.replace(destination)
    except OSError:
        status = files.look_at(destination)
        if status is not None and files.identity(status) == reserved and status.st_size == 0:
            destination.unlink()
        raise
