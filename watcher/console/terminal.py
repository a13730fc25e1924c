"""The terminal: whole lines to standard output and standard error, and a progress bar."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from watcher.console.colours import Colour, apply_colour, supports_colours
from watcher.console.text import escape_for_terminal
from watcher.console.writer import TerminalWriter


class Terminal:
    """Writes whole lines. A terminal that is closed or cannot show a letter never stops the watcher.

    Lines for a reader are escaped: a name in one cannot steer the terminal.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = _Stream(out if out is not None else sys.stdout)
        self._err = _Stream(err if err is not None else sys.stderr)
        self._is_journal = _is_journal_stream(
            self._err.stream, os.environ.get("JOURNAL_STREAM", "")
        )
        self._writer: TerminalWriter | None = None
        # The characters drawn on the last row, which the next line replaces.
        self._drawn = 0

    @property
    def is_screen(self) -> bool:
        """Return whether a drawn text can be drawn over."""
        return self._err.is_screen()

    @contextmanager
    def in_background(self) -> Iterator[None]:
        """Have a thread write while the block runs: a terminal that takes no lines delays nobody."""
        self._writer = writer = TerminalWriter()
        try:
            yield
        finally:
            # If the thread is blocked, a direct write would be blocked too.
            if writer.end():
                self._writer = None

    def say(self, line: str, colour: Colour = Colour.PLAIN) -> None:
        """Write a line for a reader to standard output."""
        self._write_line(self._out, self._out.add_colour(escape_for_terminal(line), colour))

    def write(self, text: str) -> None:
        """Write text for a program, such as JSON, to standard output as it is."""
        self._write_line(self._out, text)

    def note(self, line: str) -> None:
        """Write to standard error without the look of a warning."""
        self._write_line(self._err, line)

    def warn(self, line: str) -> None:
        """Write a warning to standard error."""
        self._write_alert(line, 4)

    def error(self, line: str) -> None:
        """Write an error to standard error."""
        self._write_alert(line, 3)

    def draw(self, text: str) -> None:
        """Draw `text` on a screen over what was drawn before; the next line replaces it."""
        self._write(self._err, "\r" + text)
        self._drawn = len(text)

    def keep_drawn(self) -> None:
        """Keep what is drawn: the next line goes below it."""
        if self._drawn:
            self._write(self._err, "\n")
            self._drawn = 0

    def _write_alert(self, line: str, priority: int) -> None:
        # sd-daemon(3): systemd's journal takes a line's priority from this prefix.
        prefix = f"<{priority}>" if self._is_journal else ""
        alert = prefix + escape_for_terminal(line)
        self._write_line(self._err, self._err.add_colour(alert, Colour.RED))

    def _write_line(self, stream: "_Stream", line: str) -> None:
        if self._drawn and stream.is_screen():
            self._write(self._err, "\r" + " " * self._drawn + "\r")
            self._drawn = 0
        self._write(stream, line + "\n")

    def _write(self, stream: "_Stream", text: str) -> None:
        if self._writer is None:
            stream.write(text)
        else:
            self._writer.add(stream.write, text)


class _Stream:
    """A standard stream, or none; `write` returns once the text is written, and raises nothing."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._is_coloured = supports_colours(stream)

    def is_screen(self) -> bool:
        try:
            return self.stream is not None and self.stream.isatty()
        except (OSError, ValueError):  # It is closed.
            return False

    def add_colour(self, line: str, colour: Colour) -> str:
        return apply_colour(line, colour) if self._is_coloured else line

    def write(self, text: str) -> None:
        # pythonw and Windows services have no streams.
        if self.stream is None:
            return
        data = text.encode(self._encoding, "backslashreplace")
        try:
            try:
                descriptor = self.stream.fileno()
            except (OSError, ValueError):  # No file, as in a test or a notebook.
                self.stream.write(data.decode(self._encoding))
                self.stream.flush()
            else:
                _write_unbuffered(descriptor, data)
        except (OSError, ValueError):
            return


def _write_unbuffered(descriptor: int, data: bytes) -> None:
    """Write past Python's buffer, raise OSError.

    Python flushes its buffer as it ends, and aborts if a thread blocked by a terminal is using it.
    """
    left = memoryview(data.replace(b"\n", os.linesep.encode()))
    # Not os.write: a Windows console takes UTF-16, which this file object provides.
    with open(descriptor, "wb", buffering=0, closefd=False) as file:
        while left and (taken := file.write(left)):
            left = left[taken:]


def _is_journal_stream(stream: TextIO | None, named: str) -> bool:
    """Return whether systemd's journal reads `stream` (systemd.exec(5), JOURNAL_STREAM)."""
    if stream is None or not named:
        return False
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{status.st_dev}:{status.st_ino}"
