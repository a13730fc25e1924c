"""The inbox: which files are ready to be claimed. Events are a hint, this scan is the truth."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watcher import disk
from watcher.clock import Clock
from watcher.drawings import Ready
from watcher.names import folded

EDGE_BYTES = 64
"""How much of a file's head and tail tells whether it is complete."""

IsComplete = Callable[[bytes, bytes, int], bool | None]
"""(head, tail, size) -> whether a file is complete by its own format; None: no picture format."""

MAX_BATCH_BYTES = 16 << 20
"""A batch is read whole; this keeps the watcher's memory small. One larger file is a batch."""

_IGNORED_ENDS = (".tmp", ".part", ".partial", ".crdownload", ".icloud")
_IGNORED_NAMES = frozenset(["thumbs.db", "desktop.ini"])

_NOT_HERE = 0x1000 | 0x40000 | 0x400000
"""Windows: offline, recall on open, recall on data access: a cloud's placeholder."""

_HIDDEN = 0x2
_DATALESS = 0x40000000
"""macOS: a cloud's placeholder (`SF_DATALESS`)."""

_COMES_AND_GOES = frozenset([errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.ESTALE])
"""Between the listing and the look the file went away or became something else."""


def is_ignored(name: str) -> bool:
    """Names of files that are not for us: hidden, or half-written by convention."""
    lower = name.lower()
    return name.startswith((".", "~$")) or lower.endswith(_IGNORED_ENDS) or lower in _IGNORED_NAMES


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a file says of its content: equal looks mean that it was quiet between."""

    identity: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What a look into a file of the inbox says; nothing if it is gone, or no file.

    `is_complete` by its own format; `is_held`: another program has it open; `fault`: why it cannot
    be read.
    """

    status: os.stat_result | None = None
    is_complete: bool = False
    is_held: bool = False
    fault: str = ""


class Stillness:
    """Since when files have been quiet, in the seconds of a clock that never steps back."""

    def __init__(self, settle_seconds: float, monotonic: Callable[[], float]) -> None:
        self._settle_seconds = settle_seconds
        self._monotonic = monotonic
        self._since: dict[str, tuple[Look, float]] = {}

    def is_quiet(self, name: str, look: Look) -> bool:
        """Whether `name` has looked like this for `settle_seconds`; notes how it looks now."""
        now = self._monotonic()
        before = self._since.get(name)
        if before is None or before[0] != look:
            before = (look, now)
            self._since[name] = before
        return now - before[1] >= self._settle_seconds

    def keep_only(self, names: Iterable[str]) -> None:
        """Forgets all others: they were filed, or are gone."""
        self._since = {name: self._since[name] for name in names if name in self._since}

    def next_due(self) -> float | None:
        """In how many seconds the first of them will have been quiet; None without any."""
        if not self._since:
            return None
        first = min(since for _, since in self._since.values())
        return max(0.0, first + self._settle_seconds - self._monotonic())


class Inbox:
    """One inbox folder. After a pass `unreadable` holds the files that cannot be opened and why, `waiting`
    those that are not whole yet, or still held by the program that saves them."""

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
        self.stillness = Stillness(settle_seconds, clock.monotonic)
        self.unreadable: dict[str, str] = {}
        self.waiting: list[str] = []
        self._is_complete = is_complete
        self._walk = walk
        self._now = clock.now

    def ready(self) -> Iterator[Ready]:
        """One pass over the folder as a stream; raises OSError if it cannot be listed."""
        pending: list[str] = []
        self.unreadable = {}
        for path, name in self.files():
            seen = self.examine(path)
            status = seen.status
            if seen.is_held:
                pending.append(name)
            elif seen.fault:
                self.unreadable[name] = seen.fault
            elif status is None:
                continue
            elif seen.is_complete or self.stillness.is_quiet(name, _look_of(status)):
                now = self._now()
                rested = now - max(status.st_mtime, status.st_ctime)
                yield Ready(path, name, status.st_size, now, rested)
            else:
                pending.append(name)
        self.stillness.keep_only(pending)
        self.waiting = pending

    def count(self) -> int:
        """About how many files a pass will look at."""
        return sum(1 for _ in self.files())

    def files(self) -> Iterator[tuple[Path, str]]:
        """What is to be looked at, by path and by name relative to the inbox; raises as `ready`."""
        folders = [(self.folder, "")]
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
                        is_walked = self._walk and entry.is_dir(follow_symlinks=False)
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
            return Examined(fault=error.strerror or "cannot be read")
        except OSError as error:
            if error.errno == errno.EIO:
                return Examined(fault=error.strerror or "cannot be read")
            if error.errno in _COMES_AND_GOES:
                return Examined()
            raise
        return Examined(status, is_complete)

    def _look(self, path: Path) -> tuple[os.stat_result | None, bool]:
        descriptor = disk.open_to_read(path)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None, False
            size = status.st_size
            head = disk.read_at(descriptor, min(EDGE_BYTES, size), 0)
            tail = head
            if size > EDGE_BYTES:
                tail = disk.read_at(descriptor, EDGE_BYTES, size - EDGE_BYTES)
        finally:
            os.close(descriptor)
        return status, bool(size) and self._is_complete(head, tail, size) is True


def _look_of(status: os.stat_result) -> Look:
    return Look(disk.identity(status), status.st_size, status.st_mtime_ns)


def batches(ready: Iterable[Ready], max_files: int) -> Iterator[list[Ready]]:
    """Groups files so that a batch fits into memory and no two names in it are alike."""
    batch: list[Ready] = []
    names: set[str] = set()
    size = 0
    for file in ready:
        name = folded(file.path.name)
        if batch and (
            len(batch) >= max_files or size + file.size > MAX_BATCH_BYTES or name in names
        ):
            yield batch
            batch, names, size = [], set(), 0
        batch.append(file)
        names.add(name)
        size += file.size
    if batch:
        yield batch


def is_placeholder(entry: os.DirEntry[str]) -> bool:
    """Whether a file's content is not on this machine, or its user hid it."""
    if sys.platform == "win32":
        status = entry.stat(follow_symlinks=False)
        return is_elsewhere(status) or bool(status.st_file_attributes & _HIDDEN)
    if sys.platform == "darwin":
        return is_elsewhere(entry.stat(follow_symlinks=False))
    return False


def is_elsewhere(status: os.stat_result) -> bool:
    """Whether a file's content lies in a cloud and not on this machine."""
    if sys.platform == "win32":
        return bool(status.st_file_attributes & _NOT_HERE)
    if sys.platform == "darwin":
        return bool(status.st_flags & _DATALESS)
    return False
