"""Publishes a copy of a file from another file system, never replacing what has its name already."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from watcher.errors import FileFaultError
from watcher.fs import files, fsync
from watcher.fs.attributes import copy_attributes, copy_dates
from watcher.fs.no_replace import Link, hard_link, move

_O_BINARY: int = getattr(os, "O_BINARY", 0)
_O_CLOEXEC: int = getattr(os, "O_CLOEXEC", 0)


class ChangedError(FileFaultError):
    """The bytes that were copied are not those that were judged."""


def place_copy(
    source: Path,
    destination: Path,
    *,
    part: Path,
    sha256: str = "",
    link: Link = hard_link,
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Copy `source` to the hidden `part`, in the folder of `destination`, then name it `destination`.

    The copy keeps what the original has: see `attributes`. It is synced before it gets its name. Raises
    ChangedError if its hash is not `sha256` ("" accepts any), InterruptedError when told to stop,
    FileExistsError if the name is taken, and OSError. The caller removes `source`.
    """
    part.unlink(missing_ok=True)
    try:
        copied = _copy(source, part, should_stop)
        if sha256 and copied != sha256:
            raise ChangedError(str(source))
        fsync.sync_folder(part.parent)
        move(part, destination, link)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, part: Path, should_stop: Callable[[], bool]) -> str:
    """Copy a file with its attributes, synced; return the hash of its bytes."""
    digest = hashlib.sha256()
    reader = files.open_to_read(source)
    try:
        # Nobody else may read a private drawing while it is copied.
        writer = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _O_BINARY | _O_CLOEXEC, 0o600)
        try:
            while chunk := os.read(reader, files.CHUNK_BYTES):
                if should_stop():
                    raise InterruptedError(errno.EINTR, "told to stop", str(source))
                digest.update(chunk)
                view = memoryview(chunk)
                while view:
                    view = view[os.write(writer, view) :]
            copy_attributes(reader, writer)
            copy_dates(os.fstat(reader), str(part))
            os.fsync(writer)
        finally:
            os.close(writer)
    finally:
        os.close(reader)
    return digest.hexdigest()
