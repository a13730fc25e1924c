"""Log records on their way to the terminal."""

import logging

from watcher.console.colours import Colour
from watcher.console.terminal import Terminal


class TerminalHandler(logging.Handler):
    """Writes news to a terminal's output in the record's `colour`, and warnings to its error stream."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; raise nothing."""
        line = self.format(record)
        if record.levelno >= logging.ERROR:
            self._terminal.error(line)
        elif record.levelno >= logging.WARNING:
            self._terminal.warn(line)
        else:
            self._terminal.say(line, getattr(record, "colour", Colour.PLAIN))
