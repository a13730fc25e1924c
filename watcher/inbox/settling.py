"""How long files have been unchanged: a file that has settled is complete, or never will be."""

from collections.abc import Callable, Iterable

from watcher.fs.files import Fingerprint


class SettleTracker:
    """Since when files have been unchanged, in seconds of a clock that never goes back."""

    def __init__(self, settle_seconds: float, monotonic: Callable[[], float]) -> None:
        self._settle_seconds = settle_seconds
        self._monotonic = monotonic
        self._since: dict[str, tuple[Fingerprint, float]] = {}

    def is_quiet(self, name: str, fingerprint: Fingerprint) -> bool:
        """Return whether `name` has had this fingerprint for `settle_seconds`; remember it."""
        now = self._monotonic()
        before = self._since.get(name)
        if before is None or before[0] != fingerprint:
            before = (fingerprint, now)
            self._since[name] = before
        return now - before[1] >= self._settle_seconds

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget all other files: they were filed, or are not there any more."""
        self._since = {name: self._since[name] for name in names if name in self._since}

    def next_due(self) -> float | None:
        """Return in how many seconds the first file will have settled, None if there is none."""
        if not self._since:
            return None
        first = min(since for _, since in self._since.values())
        return max(0.0, first + self._settle_seconds - self._monotonic())
