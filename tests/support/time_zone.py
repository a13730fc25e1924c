"""Runs a test in another time zone than the machine's."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

# Central Europe and India, by rule: a test needs no database of time zones.
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
KOLKATA = "IST-5:30"

needs_time_zones = pytest.mark.skipif(
    not hasattr(time, "tzset"), reason="a program on Windows cannot change its own time zone"
)


@contextmanager
def time_zone(rule: str) -> Iterator[None]:
    """Use a zone by its POSIX rule within the block."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = rule
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
