"""The inbox: which files are ready to be claimed. Events are a hint, this scan is the truth."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watcher.clock import Clock
from watcher.fs import files
from watcher.fs.ignored_names import is_ignored
from watcher.fs.placeholders import is_placeholder
from watcher.inbox.retries import HELD, RetryBackoff, unread
from watcher.inbox.settling import Fingerprint, SettleTracker, fingerprint_of
from watcher.types import Ready

EDGE_BYTES = 64
"""How much of a file's head and tail tells whether it is complete."""

IsComplete = Callable[[bytes, bytes, int], bool | None]
"""(head, tail, size) -> whether a file is complete by its own format; None: no picture format."""

_COMES_AND_GOES = frozenset([errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.ESTALE])
"""Between the listing and the look the file went away or became something else."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a look into a file of the inbox says; nothing if it is gone, or no file.

    `is_complete` by its own format; `is_held`: another program has it open; `fault`: why it cannot
    be read, in words for its user.
    """

    status: os.stat_result | None = None
    is_complete: bool = False
    is_held: bool = False
    fault: str = ""


class Inbox:
    """One inbox folder. After a pass `faults` holds the files that cannot be filed and why, in words for
    their user, `waiting` those that are not whole yet, or held by another program."""

    def __init__(
        self,
        folder: Path,
        is_complete: IsComplete,
        *,
        settle_seconds: float,
        walk: bool,
        clock: Clock,
    ) -> None:
        self.folder = folder
        self.settling = SettleTracker(settle_seconds, clock.monotonic)
        self.faults: dict[str, str] = {}
        self.waiting: list[str] = []
        self._stuck = RetryBackoff(clock.monotonic)
        self._is_complete = is_complete
        self._walk = walk
        self._now = clock.now

    def ready(self) -> Iterator[Ready]:
        """One pass over the folder as a stream; raises OSError if it cannot be listed."""
        pending: list[str] = []
        self.faults = {}
        self._stuck.keep_unchanged(lambda name: _look_at(self.folder / name))
        for path, name in self.files():
            seen = self._left_alone(name) or self.examine(path)
            status = seen.status
            if seen.is_held:
                pending.append(name)
            elif seen.fault:
                self.faults[name] = seen.fault
            elif status is None:
                continue
            elif seen.is_complete or self._is_quiet(name, status):
                now = self._now()
                rested = now - max(status.st_mtime, status.st_ctime)
                yield Ready(path, name, status.st_size, now, rested)
            else:
                pending.append(name)
        self.settling.keep_only(pending)
        self.waiting = pending

    def leave(self, path: Path, fault: str) -> None:
        """A file that was ready could not be filed and lies at `path`: it is left alone for a while, or
        until it changes. `fault` is why, in words for its user, or `retries.HELD`."""
        look = _look_at(path)
        if look is not None:
            name = path.relative_to(self.folder).as_posix()
            self._stuck.tried(name, look, fault)
            if fault != HELD:
                self.faults[name] = fault

    def count(self) -> int:
        """About how many files a pass will look at."""
        return sum(1 for _ in self.files())

    def files(self) -> Iterator[tuple[Path, str]]:
        """What is to be looked at, by path and by name relative to the inbox; raises as `ready`."""
        folders = [(self.folder, "")]
        device = self.folder.stat().st_dev
        while folders:
            folder, prefix = folders.pop()
            try:
                entries = os.scandir(folder)
            except OSError:
                if not prefix:
                    raise
                continue
            with entries:
                for entry in entries:
                    try:
                        if is_ignored(entry.name) or is_placeholder(entry):
                            continue
                        is_file = entry.is_file(follow_symlinks=False)
                        is_walked = self._walk and _is_of_the_inbox(entry, device)
                    except FileNotFoundError:  # It went away since it was listed.
                        continue
                    if is_file:
                        yield Path(entry.path), prefix + entry.name
                    elif is_walked:
                        folders.append((Path(entry.path), f"{prefix}{entry.name}/"))

    def examine(self, path: Path) -> Examined:
        """Looks into a file without changing anything; raises OSError for what is no file's own fault."""
        try:
            status, is_complete = self._look(path)
        except PermissionError as error:
            if sys.platform == "win32":
                return Examined(is_held=True)  # Somebody still writes it.
            return Examined(fault=unread(error))
        except OSError as error:
            if error.errno == errno.EIO:
                return Examined(fault=unread(error))
            if error.errno in _COMES_AND_GOES:
                return Examined()
            raise
        return Examined(status, is_complete)

    def _left_alone(self, name: str) -> Examined | None:
        fault = self._stuck.fault(name)
        return None if fault is None else Examined(is_held=fault == HELD, fault=fault)

    def _is_quiet(self, name: str, status: os.stat_result) -> bool:
        # What is stuck was ready, and has not changed since.
        return name in self._stuck or self.settling.is_quiet(name, fingerprint_of(status))

    def _look(self, path: Path) -> tuple[os.stat_result | None, bool]:
        descriptor = files.open_to_read(path)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None, False
            size = status.st_size
            head = files.read_at(descriptor, min(EDGE_BYTES, size), 0)
            tail = head
            if size > EDGE_BYTES:
                tail = files.read_at(descriptor, EDGE_BYTES, size - EDGE_BYTES)
        finally:
            os.close(descriptor)
        return status, bool(size) and self._is_complete(head, tail, size) is True


def _is_of_the_inbox(entry: os.DirEntry[str], device: int) -> bool:
    """Whether that is a folder to walk into: none that is mounted from another disk or subvolume, and
    no junction of Windows, which lead to where nothing can be claimed by a rename."""
    if not entry.is_dir(follow_symlinks=False):
        return False
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:  # It could not be listed either.
        return False
    if sys.platform == "win32":  # A listing there does not say which disk it is.
        return status.st_reparse_tag != stat.IO_REPARSE_TAG_MOUNT_POINT
    return status.st_dev == device


def _look_at(path: Path) -> Fingerprint | None:
    status = files.stat_or_none(path)
    return None if status is None else fingerprint_of(status)
