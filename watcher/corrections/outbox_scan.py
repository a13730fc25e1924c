"""The survey of the outbox: from time to time, in small slices, it finds what a person did there.

Names, sizes and times are compared with what was last seen; only what is new is read. What it finds is
committed to the journal at once; what a crash prevents is found again. Our own filings are in the
journal before a survey can see them: the same thread does both.
"""

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from watcher.clock import Clock
from watcher.config.settings import Watch
from watcher.corrections.inspection import OutboxInspector
from watcher.fs import files
from watcher.fs.ignored_names import is_ignored
from watcher.fs.placeholders import is_placeholder
from watcher.inbox.settling import Fingerprint, SettleTracker
from watcher.journal.journal import Journal
from watcher.layout import OUTBOX_FOLDERS
from watcher.types import OutboxEntry, Row

SLICE_SECONDS = 0.02
"""A drawing that is saved in the middle of a slice waits for its end: too short to be noticed."""

_SHARE = 20
"""Surveys take at most one part in so many of the time, however many drawings there are."""

_ENTRIES = 250
"""Files that are looked up together: about 2 ms."""

_MAX_WAITING = 10_000
"""New files that are held in memory until they are quiet; a later survey finds the others."""


class Survey:
    """Surveys one outbox again and again; `logged` hears of rows that the journal has.

    `pause_seconds` goes by between two of them, None until the first is over. Raises sqlite3.Error, and
    what `logged` raises. Files and folders that cannot be read are left to the next survey.
    """

    def __init__(
        self,
        outbox: Path,
        journal: Journal,
        inspector: OutboxInspector,
        logged: Callable[[Sequence[Row]], None],
        *,
        watch: Watch,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._journal = journal
        self._noticing = inspector
        self._logged = logged
        self._every_seconds = watch.outbox_seconds
        self._monotonic = clock.monotonic
        self._stillness = SettleTracker(watch.settle_seconds, clock.monotonic)
        self._waiting: set[str] = set()
        self._listed: Iterator[OutboxEntry] | None = None
        self._changed: deque[OutboxEntry] = deque()
        self._elsewhere: deque[OutboxEntry] = deque()
        self._is_whole = False
        self._next_whole = clock.monotonic()
        self._spent = 0.0
        self.pause_seconds: float | None = None

    def next_due(self) -> float:
        """In how many seconds there is something to do."""
        if self._listed is not None:
            return 0.0
        whole = max(0.0, self._next_whole - self._monotonic())
        quiet = self._stillness.next_due()
        return whole if quiet is None else min(whole, quiet)

    def waits(self) -> bool:
        """Whether a survey is under way, or files that were found wait until they are quiet."""
        return self._listed is not None or bool(self._waiting)

    def step(self, seconds: float = SLICE_SECONDS) -> None:
        """Goes on for about so long, if it is time to."""
        if self.next_due() > 0:
            return
        began = time.monotonic()
        if self._listed is None:
            self._begin()
        while self._listed is not None and time.monotonic() < began + seconds:
            if self._changed or self._elsewhere:
                self._notice(began + seconds)
            elif chunk := list(islice(self._listed, _ENTRIES)):
                self._compare(chunk)
            else:
                self._end()
        self._spent += time.monotonic() - began

    def _begin(self) -> None:
        self._is_whole = self._monotonic() >= self._next_whole
        self._spent = 0.0
        waited, self._waiting = self._waiting, set()
        self._listed = self._all() if self._is_whole else self._those(waited)

    def _end(self) -> None:
        self._listed = None
        self._stillness.keep_only(self._waiting)
        if self._is_whole:
            self.pause_seconds = max(self._every_seconds, _SHARE * self._spent)
            self._next_whole = self._monotonic() + self.pause_seconds

    def _all(self) -> Iterator[OutboxEntry]:
        """What lies in the outbox's folders, unread."""
        for folder in OUTBOX_FOLDERS:
            try:
                entries = os.scandir(self._outbox / folder)
            except OSError:
                continue
            with entries:
                for entry in entries:
                    try:
                        if is_ignored(entry.name) or is_placeholder(entry):
                            continue
                        if entry.is_file(follow_symlinks=False):
                            status = entry.stat(follow_symlinks=False)
                            yield _unread(f"{folder}/{entry.name}", status)
                    except OSError:
                        continue

    def _those(self, places: set[str]) -> Iterator[OutboxEntry]:
        for place in places:
            status = files.stat_or_none(self._outbox / place)
            if status is not None and files.is_regular(status):
                yield _unread(place, status)

    def _compare(self, chunk: Sequence[OutboxEntry]) -> None:
        before = self._journal.looks([listed.place for listed in chunk])
        for listed in chunk:
            seen, is_in_place = before.get(listed.place, (None, False))
            if seen is None or not _is_alike(listed, seen):
                self._changed.append(listed)
            elif not is_in_place:
                self._elsewhere.append(seen)

    def _notice(self, until: float) -> None:
        rows: list[Row] = []
        with self._journal.inspector() as note:
            while self._changed or self._elsewhere:
                if self._changed:
                    listed = self._changed.popleft()
                    noticed = self._noticing.at_first(listed, lambda: self._is_quiet(listed))  # noqa: B023
                else:
                    noticed = self._noticing.again(self._elsewhere.popleft())
                if noticed is not None:
                    note(noticed)
                    rows += [noticed.row] if noticed.row else []
                if time.monotonic() >= until:
                    break
        if rows:
            self._logged(rows)

    def _is_quiet(self, listed: OutboxEntry) -> bool:
        if len(self._waiting) >= _MAX_WAITING:
            return False
        self._waiting.add(listed.place)
        look = Fingerprint("", listed.size, listed.mtime_ns)
        is_quiet = self._stillness.is_quiet(listed.place, look)
        if is_quiet:
            self._waiting.discard(listed.place)
        return is_quiet


def _unread(place: str, status: os.stat_result) -> OutboxEntry:
    return OutboxEntry(place, "", status.st_size, status.st_mtime_ns, files.identity(status))


def _is_alike(listed: OutboxEntry, seen: OutboxEntry) -> bool:
    if (listed.size, listed.mtime_ns) != (seen.size, seen.mtime_ns):
        return False
    # A listing on Windows does not say which file it is.
    return sys.platform == "win32" or listed.identity == seen.identity
