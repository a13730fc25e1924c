"""The clock, handed to whoever needs the time, so that a test need not wait for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds: `now` of the wall clock, which may step; `monotonic` from any start, which may not."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
