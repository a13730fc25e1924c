"""Locks of the operating system, gone with their process however that ends: one watcher a folder."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watcher.layout import LOCK_FILE

_RETRY_SECONDS = 0.02


class AnotherWatcherError(Exception):
    """Another process holds the lock; one line for the user."""


@contextmanager
def hold(folder: Path, watched: Path, patience: float = 1.0) -> Iterator[None]:
    """Holds `folder`'s lock for the time of the block; `watched` names it to the user.

    Waits up to `patience` seconds for it, as a review takes it for moments. Raises
    AnotherWatcherError, and OSError where the lock's file cannot be made.
    """
    with suppress(FileExistsError):
        folder.mkdir()
    descriptor = opened(folder / LOCK_FILE)
    try:
        end = time.monotonic() + patience
        while not is_ours(descriptor):
            if time.monotonic() >= end:
                raise AnotherWatcherError(
                    f"another watcher already watches {watched}: end that one first, "
                    "or give this one other folders"
                )
            time.sleep(_RETRY_SECONDS)
        yield
    finally:
        os.close(descriptor)


def opened(path: Path) -> int:
    """The descriptor of a lock's file, made if need be, yet unlocked; to close it gives the lock back.

    Raises OSError.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)


def is_ours(descriptor: int) -> bool:
    """Takes the lock if nobody else holds it; whether it is ours now."""
    try:
        _lock(descriptor)
    except OSError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Whether some process holds the lock now. Raises OSError where its file cannot be opened.

    Asks by taking it for an instant, shared where there is such a thing: two who ask do not see each
    other, and who wants it tries again.
    """
    try:
        descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        _ask(descriptor)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(descriptor)
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _ask(descriptor: int) -> None:
        _lock(descriptor)
        # Windows gives it back some time after the file is closed.
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _ask(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
