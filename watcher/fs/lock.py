"""Locks of the operating system, released when their process ends in any way: one watcher a folder."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watcher.errors import UserError
from watcher.exit_status import ExitStatus
from watcher.layout import LOCK_FILE

_RETRY_SECONDS = 0.02


class AnotherWatcherError(UserError):
    """Another process holds the lock."""

    exit_status = ExitStatus.ANOTHER_RUNS


@contextmanager
def hold(folder: Path, watched: Path, patience: float = 1.0) -> Iterator[None]:
    """Hold `folder`'s lock during the block; `watched` names it to the user.

    Waits up to `patience` seconds, since a review takes the lock for moments. Raises
    AnotherWatcherError, and OSError where the lock file cannot be made.
    """
    with suppress(FileExistsError):
        folder.mkdir()
    descriptor = open_lock_file(folder / LOCK_FILE)
    try:
        end = time.monotonic() + patience
        while not try_lock(descriptor):
            if time.monotonic() >= end:
                raise AnotherWatcherError(
                    f"another watcher already watches {watched}: end that one first, "
                    "or give this one other folders"
                )
            time.sleep(_RETRY_SECONDS)
        yield
    finally:
        os.close(descriptor)


def open_lock_file(path: Path) -> int:
    """Return the descriptor of a lock file, created if need be; closing it releases the lock.

    Raises OSError.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)


def try_lock(descriptor: int) -> bool:
    """Take the lock unless another process holds it; return whether it is ours now."""
    try:
        _lock(descriptor)
    except OSError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Return whether a process holds the lock now. Raises OSError where its file cannot be opened.

    Takes the lock for an instant, shared where the system can: two such tests do not see each other,
    and a process that wants the lock tries again.
    """
    try:
        descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        _try_shared_lock(descriptor)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(descriptor)
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _try_shared_lock(descriptor: int) -> None:
        _lock(descriptor)
        # Windows releases a lock only some time after its file is closed.
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _try_shared_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
