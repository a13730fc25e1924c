"""How far a training is: "step 3 of 8, about 12 minutes left"."""

import time
from collections.abc import Callable, Mapping

# Expected seconds of finished steps before what they took says something about the rest.
_ENOUGH_SECONDS = 10


class Progress:
    """Announces the steps of a training, with the time left.

    `expected`: seconds of each step in order, on some machine: the finished steps tell how much slower
    or faster this one is. A step of 0 seconds, as a download, tells nothing.
    """

    def __init__(
        self,
        expected: Mapping[str, float],
        say: Callable[[str], None] = print,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._expected, self._say, self._now = expected, say, now
        self._step: str | None = None
        self._since = self._done = self._taken = 0.0

    def start(self, step: str, what: str) -> None:
        """Announce `step`, which does `what`."""
        now = self._now()
        if self._step and (expected := self._expected[self._step]):
            self._done += expected
            self._taken += now - self._since
        self._step, self._since = step, now
        names = list(self._expected)
        number = names.index(step)
        left = sum(self._expected[name] for name in names[number:])
        speed = self._taken / self._done if self._done >= _ENOUGH_SECONDS else 1.0
        self._say(
            f"step {number + 1} of {len(names)}, {_about(left * speed)} left: {step}\n  {what}"
        )


def _about(seconds: float) -> str:
    if seconds < 90:
        return "about a minute" if seconds > 30 else "less than a minute"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 90 else f"about {minutes / 60:.1f} hours"
