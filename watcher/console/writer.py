"""A thread that writes to the terminal, and the texts that wait for it.

Ctrl-S, `| less` and a click into a Windows console can block a write for hours: neither filing nor the
signal that ends the watcher may wait for that. `logging`'s queue listener does not do here: it writes line
by line, is joined without a limit, and holds a handler's lock that `logging` takes as the process ends.
"""

import threading
from collections import deque
from collections.abc import Callable

# About 60 kB of lines; the oldest are dropped.
_MAX_WAITING = 1000

# Characters in one write. Line by line the thread, which needs Python's lock after each, falls behind.
_BATCH_CHARACTERS = 4096

# A full queue may take this long to have room again, so that a terminal that takes lines gets them all.
_MAX_WAIT_SECONDS = 0.1

# At the end a terminal that takes nothing for this long is given up.
_PATIENCE_SECONDS = 1.0


class TerminalWriter:
    """Writes texts to streams in order; `add` waits 0.1 s at most. One thread may add.

    A text is a line, or one that a later text draws over.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[Callable[[str], None], str]] = deque()
        self._left_out = 0
        self._written = 0
        self._is_stuck = False
        self._is_ending = False
        self._changed = threading.Condition()
        # A daemon thread: the process must be able to end while the terminal blocks it.
        self._thread = threading.Thread(target=self._write, name="terminal", daemon=True)
        self._thread.start()

    def add(self, write: Callable[[str], None], text: str) -> None:
        """Have the thread call `write` with `text`; it may block forever and raises nothing."""
        with self._changed:
            if not self._has_room() and not self._is_stuck:
                self._is_stuck = not self._changed.wait_for(self._has_room, _MAX_WAIT_SECONDS)
            if not self._has_room():
                _, oldest = self._waiting.popleft()
                self._left_out += oldest.endswith("\n")
            self._waiting.append((write, text))
            self._changed.notify()

    def end(self) -> bool:
        """Wait while the terminal takes what is left; return whether it took everything."""
        with self._changed:
            self._is_ending = True
            self._changed.notify()
        before = -1
        while self._thread.is_alive() and self._written != before:
            before = self._written
            self._thread.join(_PATIENCE_SECONDS)
        return not self._thread.is_alive()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_ending)
                if not self._waiting:
                    return
                write, text = self._next()
                self._changed.notify()
            write(text)
            self._written += 1
            self._is_stuck = False

    def _has_room(self) -> bool:
        return len(self._waiting) < _MAX_WAITING

    def _next(self) -> tuple[Callable[[str], None], str]:
        write, text = self._waiting.popleft()
        if self._left_out:
            text = _left_out_note(self._left_out) + text
            self._left_out = 0
        while self._waiting and self._waiting[0][0] == write and len(text) < _BATCH_CHARACTERS:
            text += self._waiting.popleft()[1]
        return write, text


def _left_out_note(count: int) -> str:
    lines = "1 line is" if count == 1 else f"{count} lines are"
    return f"({lines} left out here: the terminal took none for a while; see watcher.log)\n"
