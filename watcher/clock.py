"""The clock, passed to what needs the time, so that tests need not wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds: `now` of the wall clock, which may be set back; `monotonic` of one that never is."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic


def utc(seconds: float) -> str:
    """Return a time in the log's form: `2026-11-22T16:09:00.123Z`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp(seconds: float) -> str:
    """Return a time as part of a file's name: `20261122T160900Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
