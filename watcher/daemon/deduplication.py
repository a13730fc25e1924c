"""What is wrong for longer is said once and counted, not said again and again."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watcher.clock import Clock

HOUR_SECONDS = 3600.0
"""What does not end is said again, with its count, this often."""

OVER_SECONDS = 600.0
"""What was not said again for so long is over, unless it is known to be before."""

_MAX_TEXTS = 100
"""Texts that are counted at a time; the one not said for longest makes place."""


@dataclass(slots=True)
class _Heard:
    """`first` by the wall clock; `last` and `told` by the monotonic one; `untold` since `told`."""

    level: str
    first: float
    last: float
    told: float
    count: int = 1
    untold: int = 0


class Repeats:
    """Which lines are said now. Lines come as (level, text)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: dict[str, _Heard] = {}

    def heard(self, level: str, text: str) -> str | None:
        """What to say of a text that happened now: it, or with its count, or nothing."""
        now = self._clock.monotonic()
        # The one heard last stands last.
        known = self._heard.pop(text, None)
        if known is None:
            if len(self._heard) >= _MAX_TEXTS:
                del self._heard[next(iter(self._heard))]
            self._heard[text] = _Heard(level, self._clock.now(), now, now)
            return text
        self._heard[text] = known
        known.count += 1
        known.untold += 1
        known.last = now
        return self._counted(text, known) if now - known.told >= HOUR_SECONDS else None

    def over(self) -> Iterator[tuple[str, str]]:
        """The counts of what has not been repeated for a while: it is new when it comes again."""
        return self._ended(("warning", "error"), self._clock.monotonic() - OVER_SECONDS)

    def end(self, *levels: str) -> Iterator[tuple[str, str]]:
        """The counts of all of these levels that was repeated: nothing of it holds any more."""
        return self._ended(levels, self._clock.monotonic())

    def _ended(self, levels: Sequence[str], before: float) -> Iterator[tuple[str, str]]:
        for text, known in list(self._heard.items()):
            if known.level in levels and known.last <= before:
                del self._heard[text]
                if known.untold:
                    yield known.level, self._counted(text, known)

    def _counted(self, text: str, known: _Heard) -> str:
        known.told, known.untold = self._clock.monotonic(), 0
        form = "%H:%M" if self._clock.now() - known.first < 12 * HOUR_SECONDS else "%Y-%m-%d %H:%M"
        since = time.strftime(form, time.localtime(known.first))
        return f"{text} ({known.count} times since {since})"
