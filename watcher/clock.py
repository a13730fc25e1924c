"""The clock, handed to whoever needs the time, so that a test need not wait for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds: `now` of the wall clock, which may step; `monotonic` from any start, which may not."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic


def utc(seconds: float) -> str:
    """The log's form of a time: `2026-11-22T16:09:00.123Z`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp(seconds: float) -> str:
    """A time as part of a file's name: `20261122T160900Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
