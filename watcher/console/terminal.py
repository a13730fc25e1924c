"""What the user reads on the terminal: a line a drawing, safe whatever a file is called."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TextIO

from watcher.console.colours import Colour, painted, shows_colours
from watcher.console.writer import TerminalWriter


class Level(IntEnum):
    """How much a line matters; the numbers are those of Python's `logging`."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40


class Terminal:
    """Writes whole lines; a terminal that is gone or cannot show a letter never stops the watcher."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = _Stream(out if out is not None else sys.stdout)
        self._err = _Stream(err if err is not None else sys.stderr)
        self._is_journal = _is_systemds(self._err.stream, os.environ.get("JOURNAL_STREAM", ""))
        self._backlog: TerminalWriter | None = None
        self._drawn = 0
        """Characters of what is drawn on the last row, which the next line takes."""

    @property
    def is_screen(self) -> bool:
        """Whether what is drawn can be drawn over."""
        return self._err.is_screen()

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """While the block runs nobody waits for a terminal that takes no lines: a thread writes them."""
        self._backlog = backlog = TerminalWriter()
        try:
            yield
        finally:
            if backlog.end():  # Else whoever wrote would now wait with its thread.
                self._backlog = None

    def say(self, line: str, colour: Colour = Colour.PLAIN) -> None:
        self._write_line(self._out, self._out.painted(line, colour))

    def note(self, line: str) -> None:
        """Says what is no warning where warnings go."""
        self._write_line(self._err, line)

    def warn(self, line: str) -> None:
        self._complain(line, 4)

    def error(self, line: str) -> None:
        self._complain(line, 3)

    def draw(self, text: str) -> None:
        """Shows `text` where warnings go, on a screen: over what was drawn before, until the next line."""
        self._write(self._err, "\r" + text)
        self._drawn = len(text)

    def keep_drawn(self) -> None:
        """What is drawn stays."""
        if self._drawn:
            self._write(self._err, "\n")
            self._drawn = 0

    def _complain(self, line: str, priority: int) -> None:
        prefix = f"<{priority}>" if self._is_journal else ""
        self._write_line(self._err, self._err.painted(prefix + line, Colour.RED))

    def _write_line(self, stream: "_Stream", line: str) -> None:
        if self._drawn and stream.is_screen():
            self._write(self._err, "\r" + " " * self._drawn + "\r")
            self._drawn = 0
        self._write(stream, line + "\n")

    def _write(self, stream: "_Stream", text: str) -> None:
        if self._backlog is None:
            stream.write(text)
        else:
            self._backlog.add(stream.write, text)


class _Stream:
    """What it writes is written when `write` returns; raises nothing."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._is_coloured = shows_colours(stream)

    def is_screen(self) -> bool:
        try:
            return self.stream is not None and self.stream.isatty()
        except (OSError, ValueError):  # It is closed.
            return False

    def painted(self, line: str, colour: Colour) -> str:
        return painted(line, colour) if self._is_coloured else line

    def write(self, text: str) -> None:
        if self.stream is None:  # pythonw and services have none.
            return
        data = text.encode(self._encoding, "backslashreplace")
        try:
            try:
                descriptor = self.stream.fileno()
            except (OSError, ValueError):  # It is no file.
                self.stream.write(data.decode(self._encoding))
                self.stream.flush()
            else:
                _write_past(descriptor, data)
        except (OSError, ValueError):
            return


def _write_past(descriptor: int, data: bytes) -> None:
    """Writes past Python's own buffer: Python flushes that as it ends, and aborts if a thread that a
    terminal holds is in there. Raises OSError."""
    left = memoryview(data.replace(b"\n", os.linesep.encode()))
    # Not os.write: a Windows console wants UTF-16, which this file knows.
    with open(descriptor, "wb", buffering=0, closefd=False) as file:
        while left and (taken := file.write(left)):
            left = left[taken:]


def _is_systemds(stream: TextIO | None, named: str) -> bool:
    """Whether systemd reads `stream` into its journal (systemd.exec(5), JOURNAL_STREAM): it takes a
    line's priority from `<4>` before it (sd-daemon(3))."""
    if stream is None or not named:
        return False
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{status.st_dev}:{status.st_ino}"
