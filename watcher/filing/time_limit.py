"""A time limit for judging: a decoder that hangs ends the process, which counts as a death.

A thread cannot be ended from outside, but a process can; the service restarts the watcher, and
`recovery` sets a file aside that ends it three times.
"""

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# A picture of 50 megapixels takes 0.5 s (measured, 2 cores); this leaves room for a slow, busy machine.
_SECONDS = 120.0
_SECONDS_A_FILE = 30.0


def max_seconds(count: int) -> float:
    """Return how long the judging of `count` files may take."""
    return _SECONDS + _SECONDS_A_FILE * count


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End the process with status 1 if the block takes longer; nothing else runs then, as in a crash.

    The timer is a thread of C, which a decoder that keeps Python's lock cannot stop.
    """
    with Path(os.devnull).open("wb") as nowhere:
        # RuntimeError: the machine has no thread left, so this block has no time limit.
        with suppress(RuntimeError):
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
