"""How far a training is: "step 3 of 8, about 12 minutes left"."""

import time
from collections.abc import Callable, Mapping

# Seconds of finished steps before their speed says something about the rest.
_ENOUGH_SECONDS = 10


class Progress:
    """Announces the steps of a training, with the time left.

    `expected`: seconds of each step in order, on some machine: the finished steps tell how much slower
    or faster this one is.
    """

    def __init__(
        self,
        expected: Mapping[str, float],
        say: Callable[[str], None] = print,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._expected, self._say, self._now = expected, say, now
        self._started = now()

    def start(self, step: str, what: str) -> None:
        """Announce `step`, which does `what`."""
        names = list(self._expected)
        number = names.index(step)
        done = sum(self._expected[name] for name in names[:number])
        left = sum(self._expected[name] for name in names[number:])
        elapsed = self._now() - self._started
        speed = elapsed / done if done and elapsed >= _ENOUGH_SECONDS else 1.0
        self._say(f"step {number + 1} of {len(names)}, {_about(left * speed)} left: {step}, {what}")


def _about(seconds: float) -> str:
    if seconds < 90:
        return "about a minute" if seconds > 30 else "less than a minute"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 90 else f"about {minutes / 60:.1f} hours"
