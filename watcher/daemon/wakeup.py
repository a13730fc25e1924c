"""What the loop waits for: a notification, a timeout, or a signal that ends the process."""

import queue
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")

# On Windows a signal does not end a wait, and the watcher must end within 2 s: waits are short.
_SLICE_SECONDS = 0.5 if sys.platform == "win32" else 3600.0


class Wakeup:
    """Wakes the one thread that waits; threads and signal handlers may notify it."""

    def __init__(self) -> None:
        # SimpleQueue.put is safe in a signal handler, unlike the lock of an Event.
        self._queue: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._is_due = False
        self.stop_requested = False

    def notify(self) -> None:
        """Wake the waiting thread: something may have changed."""
        if not self._is_due:
            self._is_due = True
            self._queue.put(None)

    def request_stop(self) -> None:
        """Ask the watcher to end."""
        self.stop_requested = True
        self._queue.put(None)

    def wait(self, seconds: float) -> None:
        """Wait until notified or asked to stop, `seconds` at most."""
        while seconds > 0 and not self.stop_requested:
            part = min(seconds, _SLICE_SECONDS)
            with suppress(queue.Empty):
                self._queue.get(timeout=part)
                break
            seconds -= part
        with suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        # This is cleared before the scan, so that a notification during the scan wakes us again. It is
        # cleared after the queue was emptied: a notification taken out above would otherwise leave it set,
        # and no later one would wake us.
        self._is_due = False

    def sleep(self, seconds: float) -> None:
        """Wait `seconds` despite notifications, unless asked to stop."""
        end = time.monotonic() + seconds
        while not self.stop_requested and (left := end - time.monotonic()) > 0:
            self.wait(left)


@contextmanager
def end_on_signals(wakeup: Wakeup) -> Iterator[None]:
    """Let signals request the end: SIGINT, SIGTERM, SIGHUP and Windows' SIGBREAK.

    A second one ends the process, but not a second SIGHUP: a closed terminal sends it, and so does its
    shell. Under `nohup`, which has SIGHUP ignored, it stays ignored.
    """
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) == signal.SIG_IGN:
        numbers.remove(hangup)

    def handle(number: int, _frame: FrameType | None) -> None:
        wakeup.request_stop()
        signal.signal(number, signal.SIG_IGN if number == hangup else signal.SIG_DFL)

    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
