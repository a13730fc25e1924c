"""The survey of the outbox: at intervals, in small slices, it finds what a person changed there.

Names, sizes and times are compared with what was last seen; only what is new is read. Observations are
committed after each slice; a survey after a crash finds them again. Our own filings are in the journal
before a survey can see them: the same thread does both.
"""

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path

from watcher.clock import Clock
from watcher.config.settings import Watch
from watcher.corrections.inspection import OutboxInspector
from watcher.fs import files
from watcher.fs.files import Fingerprint
from watcher.fs.outbox_files import outbox_files
from watcher.fs.placeholders import is_placeholder
from watcher.inbox.settling import SettleTracker
from watcher.journal.journal import Journal, Observation
from watcher.log.rows import name_of
from watcher.types import OutboxEntry, Row

# A drawing saved in the middle of a slice waits for its end: too short to be noticed.
SLICE_SECONDS = 0.02

# A survey that took a second is followed by a pause of 20, however many drawings there are.
_PAUSE_FACTOR = 20

# Files looked up together: about 2 ms.
_ENTRIES = 250

# New files held in memory until they are quiet; a later survey finds the others.
_MAX_WAITING = 10_000


class Survey:
    """Surveys one outbox repeatedly; `on_rows` gets the rows that it adds to the journal.

    `pause_seconds` is the pause between two surveys, None before the first ends. Raises sqlite3.Error,
    and what `on_rows` raises. Files and folders that cannot be read are left to the next survey.
    """

    def __init__(
        self,
        outbox: Path,
        journal: Journal,
        inspector: OutboxInspector,
        on_rows: Callable[[Sequence[Row]], None],
        *,
        watch: Watch,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._journal = journal
        self._inspector = inspector
        self._on_rows = on_rows
        self._every_seconds = watch.outbox_seconds
        self._monotonic = clock.monotonic
        self._settling = SettleTracker(watch.settle_seconds, clock.monotonic)
        self._waiting: set[str] = set()
        self._listed: Iterator[OutboxEntry] | None = None
        self._changed: deque[OutboxEntry] = deque()
        self._elsewhere: deque[OutboxEntry] = deque()
        self._is_whole = False
        self._next_whole = clock.monotonic()
        self._spent = 0.0
        self.pause_seconds: float | None = None

    def next_due(self) -> float:
        """Return the seconds until there is something to do."""
        if self._listed is not None:
            return 0.0
        whole = max(0.0, self._next_whole - self._monotonic())
        quiet = self._settling.next_due()
        return whole if quiet is None else min(whole, quiet)

    def waits(self) -> bool:
        """Return whether a survey is under way, or found files wait until they are quiet."""
        return self._listed is not None or bool(self._waiting)

    def step(self, seconds: float = SLICE_SECONDS) -> None:
        """Continue for about `seconds` if it is time to."""
        if self.next_due() > 0:
            return
        began = time.monotonic()
        if self._listed is None:
            self._begin()
        while self._listed is not None and time.monotonic() < began + seconds:
            if self._changed or self._elsewhere:
                self._inspect(began + seconds)
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
        self._settling.keep_only(self._waiting)
        if self._is_whole:
            self.pause_seconds = max(self._every_seconds, _PAUSE_FACTOR * self._spent)
            self._next_whole = self._monotonic() + self.pause_seconds

    def _all(self) -> Iterator[OutboxEntry]:
        for place, entry in outbox_files(self._outbox):
            try:
                # Reading a placeholder would download it.
                if not is_placeholder(entry):
                    yield _unread(place, entry.stat(follow_symlinks=False))
            except OSError:
                continue

    def _those(self, places: set[str]) -> Iterator[OutboxEntry]:
        for place in places:
            with suppress(OSError):  # It is left to the next survey.
                if status := files.regular_or_none(self._outbox / place):
                    yield _unread(place, status)

    def _compare(self, chunk: Sequence[OutboxEntry]) -> None:
        before = self._journal.outbox.entries([listed.place for listed in chunk])
        for listed in chunk:
            seen, is_in_place = before.get(listed.place, (None, False))
            if seen is None or not _looks_alike(listed, seen):
                self._changed.append(listed)
            elif not is_in_place:
                self._elsewhere.append(seen)

    def _inspect(self, until: float) -> None:
        """Inspect files up to `until`. The journal is not locked while one is read or recognised."""
        batch = _Batch()
        rows: list[Row] = []
        while (self._changed or self._elsewhere) and time.monotonic() < until:
            inspect, seen = self._next()
            if seen is not None and batch.concerns(seen):
                rows += batch.commit(self._journal)
            observation = inspect()
            if observation is not None:
                batch.add(observation)
        rows += batch.commit(self._journal)
        if rows:
            self._on_rows(rows)

    def _next(self) -> tuple[Callable[[], Observation | None], OutboxEntry | None]:
        """Return how to inspect the next file, and how that looks; None if it cannot be read."""
        if not self._changed:
            seen = self._elsewhere.popleft()
            return partial(self._inspector.inspect_again, seen), seen
        listed = self._changed.popleft()
        is_quiet = partial(self._is_quiet, listed)
        contents = self._inspector.read(listed)
        if contents is None:
            is_quiet()
            return lambda: None, None
        return partial(self._inspector.inspect, contents, is_quiet), contents.entry

    def _is_quiet(self, listed: OutboxEntry) -> bool:
        if len(self._waiting) >= _MAX_WAITING:
            return False
        self._waiting.add(listed.place)
        fingerprint = Fingerprint("", listed.size, listed.mtime_ns)
        is_quiet = self._settling.is_quiet(listed.place, fingerprint)
        if is_quiet:
            self._waiting.discard(listed.place)
        return is_quiet


class _Batch:
    """Observations that wait for their commit."""

    def __init__(self) -> None:
        self._observations: list[Observation] = []
        self._concerned: set[str] = set()

    def add(self, observation: Observation) -> None:
        self._observations.append(observation)
        if observation.drawing is not None:
            drawing = observation.drawing
            self._concerned |= {drawing.sha256, name_of(drawing.place)}

    def concerns(self, seen: OutboxEntry) -> bool:
        """Return whether inspecting this file may ask the journal for what only the batch holds yet.

        Drawings are looked up by their bytes and by their name.
        """
        return not self._concerned.isdisjoint((seen.sha256, name_of(seen.place)))

    def commit(self, journal: Journal) -> list[Row]:
        """Commit the observations, if any; return their rows."""
        rows = [one.row for one in self._observations if one.row is not None]
        if self._observations:
            journal.observe(self._observations)
        self._observations = []
        self._concerned = set()
        return rows


def _unread(place: str, status: os.stat_result) -> OutboxEntry:
    return OutboxEntry(place, "", status.st_size, files.mtime_ns(status), files.identity(status))


def _looks_alike(listed: OutboxEntry, seen: OutboxEntry) -> bool:
    if (listed.size, listed.mtime_ns) != (seen.size, seen.mtime_ns):
        return False
    # A listing on Windows does not say which file it is.
    return sys.platform == "win32" or listed.identity == seen.identity
