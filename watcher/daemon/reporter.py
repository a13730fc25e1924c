"""What the watcher says of itself: to the terminal at once, to its file, and warnings to the journal."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from watcher.clock import Clock
from watcher.console.colours import Colour
from watcher.console.terminal import Level, Terminal
from watcher.daemon.deduplication import Repeats
from watcher.daemon.logfile import LogFile
from watcher.filing.errors import TRANSIENT_ERRORS
from watcher.journal.messages import MAX_MESSAGES
from watcher.types import Message


class Keeping(Protocol):
    """Where the journal keeps messages."""

    def keep(self, messages: Iterable[Message]) -> None: ...


class Reporter:
    """Says lines, the same warning once and then its count. For one thread; raises nothing.

    The terminal gets what is of level `least` or above, the file that and all from INFO on. Until
    `move_to` and `rest` say where file and journal are, lines wait in memory.
    """

    def __init__(self, terminal: Terminal, clock: Clock, least: Level = Level.INFO) -> None:
        self._terminal = terminal
        self._clock = clock
        self._least = least
        self._file = LogFile(clock)
        self._repeats = Repeats(clock)
        self._unkept: dict[tuple[str, str], Message] = {}

    @property
    def is_quiet(self) -> bool:
        return self._least > Level.INFO

    def say(self, line: str, colour: Colour = Colour.PLAIN) -> None:
        """News."""
        self._tell(Level.INFO, line, lambda line: self._terminal.say(line, colour))

    def detail(self, line: str) -> None:
        """What only who looks for a reason wants to know."""
        if self._least <= Level.DEBUG:
            self._tell(Level.DEBUG, line, self._terminal.say)

    def warn(self, line: str) -> None:
        """What its user should look at; the watcher goes on."""
        self._complain("warning", line)

    def error(self, line: str) -> None:
        """What keeps the watcher from working."""
        self._complain("error", line)

    def went_on(self) -> None:
        """No error keeps the watcher from working any more: how often they came is said."""
        self._tell_counts(self._repeats.end("error"))

    def move_to(self, state: Path) -> None:
        """The file lies in this folder from now on."""
        self._file.move_to(state)

    def rest(self, journal: Keeping | None = None) -> None:
        """An idle moment: what waits is written, to the journal without a sync of its own."""
        self._tell_counts(self._repeats.over())
        self._file.flush()
        if journal is not None and self._unkept:
            with suppress(
                *TRANSIENT_ERRORS
            ):  # It is tried again; filing comes upon what is wrong by itself.
                journal.keep(list(self._unkept.values()))
                self._unkept.clear()

    @contextmanager
    def ending(self) -> Iterator[None]:
        """The block is all that is said, and waits for no terminal: at its end nothing waits any more."""
        with self._terminal.unhurried():
            try:
                yield
            finally:
                self._tell_counts(self._repeats.end("warning", "error"))
                self._file.flush()

    def _complain(self, level: str, text: str) -> None:
        key = level, text
        now = self._clock.now()
        known = self._unkept.pop(key, None)
        self._unkept[key] = (
            replace(known, last=now, count=known.count + 1)
            if known
            else Message(level, text, now, now)
        )
        if len(self._unkept) > MAX_MESSAGES:
            del self._unkept[next(iter(self._unkept))]
        line = self._repeats.heard(level, text)
        if line is not None:
            self._tell_of(level, line)

    def _tell_counts(self, lines: Iterable[tuple[str, str]]) -> None:
        for level, line in lines:
            self._tell_of(level, line)

    def _tell_of(self, level: str, line: str) -> None:
        if level == "error":
            self._tell(Level.ERROR, line, self._terminal.error)
        else:
            self._tell(Level.WARNING, line, self._terminal.warn)

    def _tell(self, level: Level, line: str, tell: Callable[[str], None]) -> None:
        if level >= self._least:
            tell(line)
        self._file.add(level, line)
