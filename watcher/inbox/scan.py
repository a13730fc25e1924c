"""The scan of the inbox: which files are ready to be claimed. Events are a hint, the scan is the truth."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.fs import files
from watcher.fs.files import Fingerprint, fingerprint_of
from watcher.fs.ignored_names import ignore_also
from watcher.fs.writers import is_being_written
from watcher.inbox.faults import HELD, concerns_all, describe_unlistable, describe_unreadable
from watcher.inbox.listing import list_files
from watcher.inbox.retries import RetryBackoff
from watcher.inbox.settling import SettleTracker
from watcher.recognition.formats import has_end_mark
from watcher.types import Ready

# How much of a file's head and tail shows whether it is complete.
EDGE_BYTES = 64

# A file that is open for writing and has not changed for this long is not being written any more: its
# program merely keeps it open.
_MAX_HELD_SECONDS = 60.0

# Where the system cannot tell of writers, a file without an end mark is ready once it has not changed for
# this long: longer than the 2 s steps in which FAT stores times.
_MIN_RESTED_SECONDS = 2.5

# (head, tail, size) -> whether a file is complete by its own format; None: no picture format.
IsComplete = Callable[[bytes, bytes, int], bool | None]

# The fingerprint of a file that cannot be examined: unchanged for as long as that is so.
_UNKNOWN = Fingerprint("", -1, -1)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a look into a file of the inbox shows; nothing if it is missing, or no regular file.

    `is_complete` by its own format; `is_held`: another program has it open; `fault`: why it cannot
    be read, in words for its user.
    """

    status: os.stat_result | None = None
    is_complete: bool = False
    is_held: bool = False
    fault: str = ""


class Inbox:
    """One inbox folder, scanned again and again.

    After a scan `faults` holds why files cannot be filed, by name, in words for their user, and `waiting` the
    names of files that are not complete yet or held by another program.
    """

    def __init__(
        self,
        folder: Path,
        is_complete: IsComplete,
        *,
        settle_seconds: float,
        walk: bool,
        clock: Clock,
        ignore: Iterable[str] = (),
        is_being_written: Callable[[int], bool | None] = is_being_written,
    ) -> None:
        self.folder = folder
        self.settling = SettleTracker(settle_seconds, clock.monotonic)
        self.faults: dict[str, str] = {}
        self.waiting: list[str] = []
        self._backoff = RetryBackoff(clock.monotonic)
        self._is_complete = is_complete
        self._walk = walk
        self._is_ignored = ignore_also(ignore)
        self._is_being_written = is_being_written
        self._now = clock.now

    def ready(self) -> Iterator[Ready]:
        """Scan the folder once and yield the files that are ready; raise OSError if it cannot be listed."""
        pending: list[str] = []
        self.faults = {}
        self._backoff.keep_unchanged(lambda name: _fingerprint_at(self.folder / name))
        for name in self._oldest_first():
            path = Path(f"{self.folder}/{name}")
            examined = self._left_alone(name) or self.examine(path)
            status = examined.status
            if examined.is_held:
                pending.append(name)
            elif examined.fault:
                self.faults[name] = examined.fault
            elif status is None:
                continue
            elif examined.is_complete or self._has_settled(name, status):
                now = self._now()
                rested = now - max(status.st_mtime, status.st_ctime)
                yield Ready(path, name, status.st_size, now, rested)
            else:
                pending.append(name)
        self.settling.keep_only(pending)
        self.waiting = pending

    def leave(self, path: Path, fault: str) -> None:
        """Leave a ready file that could not be filed at `path`, for a while or until it changes.

        `fault` is why, in words for its user, or HELD.
        """
        fingerprint = _fingerprint_at(path)
        if fingerprint is not None:
            name = path.relative_to(self.folder).as_posix()
            self._backoff.failed(name, fingerprint, fault)
            if fault != HELD:
                self.faults[name] = fault

    def count(self) -> int:
        """Return about how many files a scan will look at."""
        return sum(1 for _ in self._list())

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield what a scan looks at, by path and by name relative to the inbox; raise as `ready`."""
        return ((Path(path), name) for path, name in self._list())

    def _list(self) -> Iterator[tuple[str, str]]:
        return list_files(self.folder, self._walk, self._is_ignored, self._report_unlistable)

    def _oldest_first(self) -> list[str]:
        """Return the names of all files, the one written first in front; 100,000 names take 20 MB."""
        found = [(_mtime_ns(path), name) for path, name in self._list()]
        found.sort()
        return [name for _, name in found]

    def _report_unlistable(self, folder: str, error: OSError) -> None:
        self.faults[folder] = describe_unlistable(error)

    def examine(self, path: Path) -> Examined:
        """Look into a file without changing anything; raise OSError for what is not the file's own fault."""
        try:
            return self._look_into(path)
        except OSError as error:
            if concerns_all(error, (self.folder,)):
                raise
            if isinstance(error, PermissionError) and sys.platform == "win32":
                return Examined(is_held=True)  # Another program still writes it.
            if not _may_be_a_file(path):
                return Examined()
            fault = describe_unreadable(error)
            return Examined(is_held=fault == HELD, fault=fault)

    def _left_alone(self, name: str) -> Examined | None:
        fault = self._backoff.fault(name)
        return None if fault is None else Examined(is_held=fault == HELD, fault=fault)

    def _has_settled(self, name: str, status: os.stat_result) -> bool:
        # A file that was tried was ready, and has not changed since.
        return name in self._backoff or self.settling.is_quiet(name, fingerprint_of(status))

    def _look_into(self, path: Path) -> Examined:
        descriptor = files.open_to_read(path)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return Examined()
            size = status.st_size
            head = files.read_at(descriptor, min(EDGE_BYTES, size), 0)
            tail = head
            if size > EDGE_BYTES:
                tail = files.read_at(descriptor, EDGE_BYTES, size - EDGE_BYTES)
            if not size or self._is_complete(head, tail, size) is not True:
                return Examined(status)
            # A time in the future is no reason to wait for it.
            rested = abs(self._now() - status.st_mtime)
            is_written = rested < _MAX_HELD_SECONDS and self._is_being_written(descriptor)
        finally:
            os.close(descriptor)
        has_proof = is_written is False or has_end_mark(head) or rested >= _MIN_RESTED_SECONDS
        return Examined(status, is_complete=has_proof, is_held=is_written is True)


def _may_be_a_file(path: Path) -> bool:
    """Return False if a file was removed or became something else since it was listed."""
    with suppress(OSError):
        return files.regular_or_none(path) is not None
    return True


def _mtime_ns(path: str) -> int:
    with suppress(OSError):
        return os.lstat(path).st_mtime_ns
    return 0  # Looking into it finds out what is wrong.


def _fingerprint_at(path: Path) -> Fingerprint | None:
    with suppress(OSError):
        status = files.stat_or_none(path)
        return None if status is None else fingerprint_of(status)
    return _UNKNOWN


def inbox_of(settings: Settings, is_complete: IsComplete, clock: Clock) -> Inbox:
    """Return the inbox of these settings."""
    watch = settings.watch
    return Inbox(
        settings.paths.inbox,
        is_complete,
        settle_seconds=watch.settle_seconds,
        walk=watch.subfolders == "walk",
        clock=clock,
        ignore=watch.ignore,
    )
