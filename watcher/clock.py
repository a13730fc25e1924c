"""The clock, passed to what needs the time, so that tests need not wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds: `now` of the wall clock, which may be set back; `monotonic` of one that never is."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic


def utc(seconds: float) -> str:
    """Return a time in the log's form: `2026-11-22T16:09:00.123Z`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_local(time: str) -> datetime | None:
    """Return a time in the log's form as local time; None for a text that is no time."""
    try:
        moment = datetime.fromisoformat(time)
        # Without an offset it is UTC, as all of the log's times are.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()
    except (ValueError, OverflowError, OSError):  # Beyond what the system can convert.
        return None


def local_day(time: str) -> str:
    """Return the local day of a time in the log's form, `2026-11-22`; of another text its beginning."""
    moment = as_local(time)
    return time[:10] if moment is None else moment.date().isoformat()


def local_day_bounds(day: str) -> tuple[str, str]:
    """Return the bounds of a local day, `2026-11-22`, as two times in the log's form: since and before.

    For another text, they are the bounds of all times that begin with it.
    """
    try:
        first = date.fromisoformat(day)
        since, before = (
            utc(datetime.combine(one, time_of_day.min).timestamp())
            for one in (first, first + timedelta(days=1))
        )
    except (ValueError, OverflowError, OSError):
        return day, f"{day}\U0010ffff"
    return since, before


def local_day_span(time: str) -> tuple[str, str, str]:
    """Return the local day of a time in the log's form, and two such times between which it is that day.

    Both have the same UTC date, so that no text of another date is between them. For a text that is no time,
    nothing is between them.
    """
    moment = as_local(time)
    if moment is None:
        return time[:10], time, time
    day, utc_day = moment.date().isoformat(), moment.astimezone(UTC).date().isoformat()
    since, before = local_day_bounds(day)
    return day, max(since, f"{utc_day}T00"), min(before, f"{utc_day}T24")


def show_local(moment: float | str) -> str:
    """Return seconds or a time in the log's form as local time with its offset from UTC.

    `2026-11-22 17:09:00+01:00`; a text that is no time as it is.
    """
    text = utc(moment) if isinstance(moment, float | int) else moment
    local = as_local(text)
    return text if local is None else local.isoformat(" ", "seconds")


def stamp(seconds: float) -> str:
    """Return a time as part of a file's name: `20261122T160900Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
