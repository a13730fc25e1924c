"""What the loop waits on: a notification, a timeout, or a signal that ends the process."""

import queue
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_SLICE_SECONDS = 0.5 if sys.platform == "win32" else 3600.0
"""On Windows a signal does not end a wait, so none is long: it must end within 2 s."""


class Wakeup:
    """Wakes the one thread that waits; may be notified from threads and signal handlers."""

    def __init__(self) -> None:
        # SimpleQueue.put is safe in a signal handler, which an Event's lock is not.
        self._queue: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._is_due = False
        self.stop_requested = False

    def notify(self) -> None:
        """Something may have changed."""
        if not self._is_due:
            self._is_due = True
            self._queue.put(None)

    def request_stop(self) -> None:
        """The watcher is to end."""
        self.stop_requested = True
        self._queue.put(None)

    def wait(self, seconds: float) -> None:
        """Waits until notified, told to stop, or `seconds` have gone by."""
        while seconds > 0 and not self.stop_requested:
            part = min(seconds, _SLICE_SECONDS)
            with suppress(queue.Empty):
                self._queue.get(timeout=part)
                break
            seconds -= part
        with suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        # Cleared before the scan: what comes from now on wakes us again. And last: whoever set it, and
        # whose word was taken out above, would keep all others from waking us.
        self._is_due = False

    def sleep(self, seconds: float) -> None:
        """Waits `seconds` whatever happens, unless told to stop."""
        end = time.monotonic() + seconds
        while not self.stop_requested and (left := end - time.monotonic()) > 0:
            self.wait(left)


@contextmanager
def ended_by_signals(wakeup: Wakeup) -> Iterator[None]:
    """SIGINT, SIGTERM and, on Windows, SIGBREAK ask for the end; a second one insists."""
    names = ["SIGINT", "SIGTERM", "SIGBREAK"]
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]

    def handle(number: int, _frame: FrameType | None) -> None:
        wakeup.request_stop()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
