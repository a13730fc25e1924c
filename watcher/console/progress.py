"""The progress of `once`: a bar on a screen, a line every few seconds elsewhere."""

import time
from collections.abc import Callable

from watcher.console.terminal import Terminal

# Fewer drawings are done before a bar could be read.
_MIN_TOTAL = 100

_WIDTH = 30
_BAR_SECONDS = 0.1
_LINE_SECONDS = 5.0


class Progress:
    """Draws on `terminal` at most every 0.1 s on a screen, every 5 s elsewhere; nothing on None."""

    def __init__(
        self, terminal: Terminal | None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._terminal = terminal
        self._monotonic = monotonic
        self._is_bar = terminal is not None and terminal.is_screen
        self._shown = monotonic()

    def show(self, done: int, total: int) -> None:
        """Show that `done` of `total` drawings are done, if it is time to."""
        now = self._monotonic()
        wait = _BAR_SECONDS if self._is_bar else _LINE_SECONDS
        if total < _MIN_TOTAL or (now - self._shown < wait and done < total):
            return
        self._shown = now
        if self._terminal is None:
            return
        text = f"{done} of {total} drawings"
        if self._is_bar:
            filled = _WIDTH * done // total
            self._terminal.draw(f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {text}")
        else:
            self._terminal.note(text)

    def end(self) -> None:
        """Leave the bar on the screen, and the next line below it."""
        if self._terminal is not None:
            self._terminal.keep_drawn()
