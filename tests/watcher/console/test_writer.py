"""A terminal that takes no lines blocks nobody; dropped lines are counted."""

import io
import os
import re
import threading
import time
from pathlib import Path

import pytest

from watcher.console.terminal import Terminal

# The lines that wait for a terminal.
WAITS = 1000


class Stuck(io.StringIO):
    """A terminal after Ctrl-S, until `go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.holds, self.go = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.holds.set()
        self.go.wait()
        return super().write(text)


def test_lines_wait_in_order_for_a_terminal_that_takes_none() -> None:
    out = Stuck()
    terminal = Terminal(out, out)
    with terminal.in_background():
        terminal.say("a.png -> 7 (99.8%)")
        terminal.warn("b.png cannot be read")
        terminal.say("c.png -> 1 (99.8%)")
        assert out.getvalue() == ""
        out.go.set()
    assert out.getvalue().splitlines() == [
        "a.png -> 7 (99.8%)",
        "b.png cannot be read",
        "c.png -> 1 (99.8%)",
    ]


def test_the_oldest_lines_are_dropped_and_counted() -> None:
    out = Stuck()
    terminal = Terminal(out, out)
    with terminal.in_background():
        terminal.say("the first")
        out.holds.wait()
        for number in range(WAITS + 3):
            terminal.say(str(number))
        out.go.set()
    first, note, *others = out.getvalue().splitlines()
    assert first == "the first"
    assert "3 lines are left out here" in note
    assert others == [str(number) for number in range(3, WAITS + 3)]


def test_a_terminal_that_takes_lines_gets_all_however_fast_they_come(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    with path.open("w", encoding="utf-8") as out:
        terminal = Terminal(out, out)
        with terminal.in_background():
            for number in range(20 * WAITS):
                terminal.say(str(number))
    assert path.read_text().splitlines() == [str(number) for number in range(20 * WAITS)]


def test_a_dropped_bar_is_not_counted_as_a_line() -> None:
    out = Stuck()
    terminal = Terminal(out, out)
    with terminal.in_background():
        terminal.say("the first")
        out.holds.wait()
        for number in range(2 * WAITS):
            terminal.draw(f"{number} of {2 * WAITS} drawings")
        out.go.set()
    assert "left out" not in out.getvalue()
    assert out.getvalue().endswith(f"\r{2 * WAITS - 1} of {2 * WAITS} drawings")


def test_a_stuck_terminal_delays_the_end_by_a_second() -> None:
    out = Stuck()
    terminal = Terminal(out, out)
    with terminal.in_background():
        terminal.say("a.png -> 7 (99.8%)")
        began = time.monotonic()
    assert 0.9 < time.monotonic() - began < 5
    terminal.error("said later, it waits no more than the others")
    out.go.set()


def test_a_slow_reader_gets_every_line_that_was_not_dropped(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    count = 20_000  # More than a pipe and the lines that wait hold together.
    lines: list[str] = []

    def read() -> None:
        with os.fdopen(reading, encoding="utf-8") as file:
            lines.extend(file.read().splitlines())

    reader = threading.Thread(target=read)
    with os.fdopen(writing, "w", encoding="utf-8") as out, (tmp_path / "err").open("w") as err:
        terminal = Terminal(out, err)
        with terminal.in_background():
            for number in range(count):
                terminal.say(f"{number} é.png -> 7 (99.8%)")
            reader.start()
    reader.join()
    numbers = [int(line.split()[0]) for line in lines if not line.startswith("(")]
    left_out = [int(found[1]) for line in lines if (found := re.match(r"\((\d+) lines? ", line))]
    assert left_out
    assert len(numbers) + sum(left_out) == count
    assert numbers == sorted(numbers)
    assert numbers[-WAITS:] == list(range(count - WAITS, count))


@pytest.mark.skipif(os.name == "nt", reason="Windows ends its lines otherwise")
def test_a_file_gets_the_same_bytes_from_the_writer_thread(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    with path.open("w", encoding="ascii") as out:
        terminal = Terminal(out, out)
        terminal.say("数字 -> 1")
        with terminal.in_background():
            terminal.say("数字 -> 1")
    assert path.read_bytes() == 2 * b"\\u6570\\u5b57 -> 1\n"
