"""How far `once` has come: a bar on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable

from watcher.console.terminal import Terminal

FEWEST = 100
"""Fewer drawings are done before a bar could be read."""

_WIDTH = 30
_BAR_SECONDS = 0.1
_LINE_SECONDS = 5.0


class Progress:
    """Draws on `terminal` at most every 0.1 s on a screen, every 5 s elsewhere; on None nothing."""

    def __init__(
        self, terminal: Terminal | None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._terminal = terminal
        self._monotonic = monotonic
        self.is_bar = terminal is not None and terminal.is_screen
        self._shown = monotonic()

    def show(self, done: int, total: int) -> None:
        now = self._monotonic()
        wait = _BAR_SECONDS if self.is_bar else _LINE_SECONDS
        if total < FEWEST or (now - self._shown < wait and done < total):
            return
        self._shown = now
        if self._terminal is None:
            return
        told = f"{done} of {total} drawings"
        if self.is_bar:
            filled = _WIDTH * done // total
            bar = "#" * filled + "." * (_WIDTH - filled)
            self._terminal.draw(f"[{bar}] {told}")
        else:
            self._terminal.note(told)

    def end(self) -> None:
        if self._terminal is not None:
            self._terminal.keep_drawn()
