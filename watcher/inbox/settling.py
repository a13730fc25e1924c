"""Since when files have looked as they do: what is quiet is whole, or will never be."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from watcher.fs import files


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What one look at a file says of its content: equal looks mean that it was quiet between."""

    identity: str
    size: int
    mtime_ns: int


def fingerprint_of(status: os.stat_result) -> Fingerprint:
    return Fingerprint(files.identity(status), status.st_size, status.st_mtime_ns)


class SettleTracker:
    """Since when files have been quiet, in the seconds of a clock that never steps back."""

    def __init__(self, settle_seconds: float, monotonic: Callable[[], float]) -> None:
        self._settle_seconds = settle_seconds
        self._monotonic = monotonic
        self._since: dict[str, tuple[Fingerprint, float]] = {}

    def is_quiet(self, name: str, look: Fingerprint) -> bool:
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
