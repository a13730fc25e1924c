"""The watcher's messages: a logger that writes to the terminal, to `watcher.log` and into the journal."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watcher.clock import Clock
from watcher.console.colours import Colour
from watcher.console.handler import TerminalHandler
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.daemon.journal_handler import JournalHandler, MessageStore
from watcher.daemon.logfile import LogFile
from watcher.daemon.repeats import RepeatFilter


class Reporter:
    """Logs lines by level, escaped for a terminal. For one thread; raises nothing.

    The terminal gets messages of `level` and above, the file those and all from INFO up, the journal
    warnings and errors. Until `move_to` and `flush` name file and journal, messages wait in memory.
    """

    def __init__(self, terminal: Terminal, clock: Clock, level: int | str = logging.INFO) -> None:
        self._terminal = terminal
        self._repeats = RepeatFilter(clock)
        self._file = LogFile(clock)
        self._journal = JournalHandler(clock)
        self._screen = screen = TerminalHandler(terminal)
        screen.setLevel(level)
        self.is_quiet = screen.level > logging.INFO
        # Not a global logger: each reporter has its own handlers.
        self._log = logging.Logger("watcher", min(screen.level, logging.INFO))
        # The journal comes first, and counts every repeat: the filter changes texts.
        self._log.addHandler(self._journal)
        for handler in (screen, self._file):
            handler.addFilter(self._repeats)
            self._log.addHandler(handler)

    def show_time(self) -> None:
        """Begin each line on a screen with the time; a file or the system's journal has its own."""
        if self._terminal.is_screen:
            self._screen.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))

    def debug(self, line: str) -> None:
        """Log what explains the watcher's actions."""
        self._emit(logging.DEBUG, line)

    def info(self, line: str, colour: Colour = Colour.PLAIN) -> None:
        """Log news."""
        self._emit(logging.INFO, line, colour=colour)

    def warning(self, line: str) -> None:
        """Log what asks for the user's attention; the watcher continues."""
        self._emit(logging.WARNING, line)

    def error(self, line: str) -> None:
        """Log what stops the watcher from filing for now."""
        self._emit(logging.ERROR, line)

    def move_to(self, state: Path) -> None:
        """Write the file in this folder from now on."""
        self._file.move_to(state)

    def flush(self, messages: MessageStore | None = None) -> None:
        """Write what waits, in an idle moment, and the counts of warnings that are over."""
        self._show_counts(self._repeats.expired())
        self._file.flush()
        if messages is not None:
            self._journal.write_to(messages)

    def clear_errors(self) -> None:
        """Show how often errors came: none of them stops the watcher any more."""
        self._show_counts(self._repeats.clear(logging.ERROR))

    @contextmanager
    def open(self) -> Iterator[None]:
        """Wait for no terminal while the block runs; at its end write everything that waits."""
        with self._terminal.in_background():
            try:
                yield
            finally:
                self._show_counts(self._repeats.clear(logging.WARNING))
                self._file.flush()

    def _show_counts(self, lines: Iterable[tuple[int, str]]) -> None:
        for level, line in lines:
            self._emit(level, line, is_count=True)

    def _emit(self, level: int, line: str, **attributes: object) -> None:
        if self._log.isEnabledFor(level):
            line = escape_for_terminal(line)
            # Not Logger.log, which looks up its caller for every drawing.
            record = self._log.makeRecord("watcher", level, "", 0, line, (), None, extra=attributes)
            self._log.handle(record)
