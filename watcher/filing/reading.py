"""Reading a file once, whole, with its status."""

import os
import stat
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from watcher.errors import FileFaultError
from watcher.fs import files
from watcher.recognition import InkFinder, Recognition


class RecogniserProtocol(Protocol):
    """What the watcher needs of a recogniser."""

    name: str
    min_confidence: float

    @property
    def finder(self) -> InkFinder: ...

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]: ...

    def begin(
        self, files: Sequence[bytes], should_stop: Callable[[], bool]
    ) -> Future[list[Recognition]]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's bytes and status; `data` is None if it is too large to be read."""

    data: bytes | None
    status: os.stat_result


class NotAFileError(FileFaultError, OSError):
    """Something other than a regular file has the name."""


def read(path: Path, max_bytes: int) -> Reading:
    """Read a file of at most `max_bytes`; raise OSError. Later writes show in a later status."""
    descriptor = files.open_to_read(path)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotAFileError(None, "not a file", str(path))
        size = status.st_size
        return Reading(files.read_at(descriptor, size, 0) if size <= max_bytes else None, status)
    finally:
        os.close(descriptor)


def recognise(
    recogniser: RecogniserProtocol, contents: Sequence[bytes | None], max_bytes: int
) -> list[Recognition]:
    """Return what is recognised in contents, in order; None is one of more than `max_bytes`, unread."""
    found = iter(recogniser.recognise([data for data in contents if data is not None]))
    return [too_large(max_bytes) if data is None else next(found) for data in contents]


def too_large(max_bytes: int) -> Recognition:
    """Return the recognition of a file that is not read for its size."""
    return Recognition(None, fault=f"larger than {max_bytes / (1 << 20):g} MB")
