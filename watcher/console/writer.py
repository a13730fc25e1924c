"""What waits for the terminal, and the thread that writes it.

Ctrl-S, `| less` and a click into a Windows console each hold a write for hours: filing, and the signal
that ends it, must not wait for that.
"""

import threading
from collections import deque
from collections.abc import Callable

_MAX_WAITING = 1000
"""Texts, about 60 kB of lines; the oldest give way."""

_AT_ONCE = 4096
"""Characters; line by line this thread, which needs Python's lock after each, would fall behind."""

_MOMENT_SECONDS = 0.1
"""So long a full backlog may take to have room again: a terminal that takes lines is left none out."""

_PATIENCE_SECONDS = 1.0
"""At the end a terminal that takes nothing for so long is not waited for."""


class TerminalWriter:
    """Texts on their way to streams, in order; who adds one waits a moment at most. For one thread.

    A text is a line, or what a later one draws over.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[Callable[[str], None], str]] = deque()
        self._left_out = 0
        self._written = 0
        self._is_held = False
        self._is_ending = False
        self._changed = threading.Condition()
        # The process must be able to end while a terminal holds it.
        self._thread = threading.Thread(target=self._write, name="terminal", daemon=True)
        self._thread.start()

    def add(self, write: Callable[[str], None], text: str) -> None:
        """Has `write`, which may take forever and raises nothing, called with `text`."""
        with self._changed:
            if not self._has_room() and not self._is_held:
                self._is_held = not self._changed.wait_for(self._has_room, _MOMENT_SECONDS)
            if not self._has_room():
                _, oldest = self._waiting.popleft()
                self._left_out += oldest.endswith("\n")
            self._waiting.append((write, text))
            self._changed.notify()

    def end(self) -> bool:
        """Waits for the rest while any of it is taken; whether all was."""
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
            self._is_held = False

    def _has_room(self) -> bool:
        return len(self._waiting) < _MAX_WAITING

    def _next(self) -> tuple[Callable[[str], None], str]:
        write, text = self._waiting.popleft()
        if self._left_out:
            text = _told(self._left_out) + text
            self._left_out = 0
        while self._waiting and self._waiting[0][0] == write and len(text) < _AT_ONCE:
            text += self._waiting.popleft()[1]
        return write, text


def _told(left_out: int) -> str:
    lines = "1 line is" if left_out == 1 else f"{left_out} lines are"
    return f"({lines} left out here: the terminal took none for a while; see watcher.log)\n"
