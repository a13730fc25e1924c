"""A warning that repeats is shown once and counted."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass

from watcher.clock import Clock

# A warning that keeps coming is shown again, with its count, after this many seconds.
HOUR_SECONDS = 3600.0

# A warning that has not come for this many seconds is over: if it comes again, it is new.
OVER_SECONDS = 600.0

# Texts counted at a time; the one that came longest ago is dropped.
_MAX_TEXTS = 100


@dataclass(slots=True)
class _Count:
    """How often a text came. `first` by the wall clock, `last` and `shown` by the monotonic one."""

    level: int
    first: float
    last: float
    shown: float
    count: int = 1
    unshown: int = 0


class RepeatFilter(logging.Filter):
    """Passes each warning and error the first time, then once an hour with its count.

    News passes, and so does a record with the attribute `is_count`, which shows a count. Several
    handlers may share the filter: it decides once about each record.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        # In the order in which the texts came last.
        self._counts: dict[str, _Count] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether `record` is shown; its text gets the count."""
        if record.levelno < logging.WARNING or hasattr(record, "is_count"):
            return True
        attributes = vars(record)
        if "is_shown" not in attributes:
            attributes["is_shown"] = self._count(record)
        return bool(attributes["is_shown"])

    def expired(self) -> Iterator[tuple[int, str]]:
        """Forget the texts that have not come for a while; yield level and text of each with a count."""
        return self._forget(logging.WARNING, self._clock.monotonic() - OVER_SECONDS)

    def clear(self, level: int) -> Iterator[tuple[int, str]]:
        """Forget the texts of `level` and above; yield level and text of each with a count."""
        return self._forget(level, self._clock.monotonic())

    def _count(self, record: logging.LogRecord) -> bool:
        text, now = record.getMessage(), self._clock.monotonic()
        known = self._counts.pop(text, None)
        if known is None:
            if len(self._counts) >= _MAX_TEXTS:
                del self._counts[next(iter(self._counts))]
            self._counts[text] = _Count(record.levelno, self._clock.now(), now, now)
            return True
        self._counts[text] = known
        known.count += 1
        known.unshown += 1
        known.last = now
        if now - known.shown < HOUR_SECONDS:
            return False
        record.msg, record.args = self._with_count(text, known), None
        return True

    def _forget(self, level: int, before: float) -> Iterator[tuple[int, str]]:
        for text, known in list(self._counts.items()):
            if known.level >= level and known.last <= before:
                del self._counts[text]
                if known.unshown:
                    yield known.level, self._with_count(text, known)

    def _with_count(self, text: str, known: _Count) -> str:
        known.shown, known.unshown = self._clock.monotonic(), 0
        form = "%H:%M" if self._clock.now() - known.first < 12 * HOUR_SECONDS else "%Y-%m-%d %H:%M"
        since = time.strftime(form, time.localtime(known.first))
        return f"{text} ({known.count} times since {since})"
