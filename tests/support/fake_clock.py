"""A clock that stands still until a test turns it."""

from watcher.clock import Clock


class FakeClock:
    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._monotonic = 1000.0
        self.clock = Clock(lambda: self._now, lambda: self._monotonic)

    def turn(self, seconds: float) -> None:
        """Time goes by."""
        self._now += seconds
        self._monotonic += seconds

    def step(self, seconds: float) -> None:
        """Somebody sets the clock."""
        self._now += seconds
