"""Lines for a terminal: safe whatever a file is called and whatever the terminal can show."""

import io

import pytest

from watcher.console.progress import Progress
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal, format_outcome
from watcher.recognition import Decision, Status


@pytest.mark.parametrize(
    ("name", "decision", "line"),
    [
        ("sept.png", Decision(Status.FILED, 7, 0.998, 1, 0.001), "sept.png -> 7 (99.8%)"),
        (
            "b.png",
            Decision(Status.FILED, 7, 0.998, 1, 0.001, "JPEG content"),
            "b.png -> 7 (99.8%: JPEG content)",
        ),
        (
            "x.png",
            Decision(Status.UNSURE, 3, 0.61, 8, 0.2, "confidence below 95.0%"),
            "x.png -> unsure (best guess 3, 61.0%: confidence below 95.0%)",
        ),
        (
            "e.png",
            Decision(Status.UNSURE, reason="blank canvas"),
            "e.png -> unsure (blank canvas)",
        ),
        (
            "a.png",
            Decision(Status.REJECTED, reason="not a picture"),
            "a.png -> rejected (not a picture)",
        ),
        (
            "a\x1b[2J\u202egnp.png",
            Decision(Status.REJECTED, reason="not a picture"),
            "a\\x1b[2J\\u202egnp.png -> rejected (not a picture)",
        ),
    ],
)
def test_each_outcome_has_its_line(name: str, decision: Decision, line: str) -> None:
    assert format_outcome(name, decision) == line


def test_a_name_never_makes_two_lines() -> None:
    assert len(escape_for_terminal("a\nb\r\x85c\u2028d\udcff").splitlines()) == 1


def test_no_line_for_a_reader_steers_the_terminal() -> None:
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(out, err)
    for write in (terminal.say, terminal.warn, terminal.error):
        write("a\x1b[2J\n\u202egnp.png cannot be read")
    assert out.getvalue() == "a\\x1b[2J\\x0a\\u202egnp.png cannot be read\n"
    assert err.getvalue() == 2 * out.getvalue()


def test_text_for_a_program_is_written_as_it_is() -> None:
    out = io.StringIO()
    Terminal(out, io.StringIO()).write('{\n  "path": "C:\\\\inbox"\n}')
    assert out.getvalue() == '{\n  "path": "C:\\\\inbox"\n}\n'


def test_letters_that_the_terminal_cannot_show_are_escaped() -> None:
    raw = io.BytesIO()
    screen = io.TextIOWrapper(raw, encoding="ascii", newline="")
    Terminal(screen, io.StringIO()).say("数字 -> 1")
    assert raw.getvalue() == b"\\u6570\\u5b57 -> 1\n"


class Closed(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_closed_terminal_stops_nothing() -> None:
    Terminal(Closed(), Closed()).say("sept.png -> 7 (99.8%)")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_many_files_have_a_bar_and_few_have_none() -> None:
    screen, now = Screen(), iter(range(1000))
    progress = Progress(Terminal(screen, screen), lambda: float(next(now)))
    progress.show(1, 20)
    assert screen.getvalue() == ""
    progress.show(100, 200)
    progress.end()
    assert "[###############...............] 100 of 200 drawings" in screen.getvalue()
    assert screen.getvalue().endswith("\n")


def test_a_line_replaces_the_bar_which_is_drawn_again_below() -> None:
    screen, now = Screen(), iter(range(1000))
    terminal = Terminal(screen, screen)
    progress = Progress(terminal, lambda: float(next(now)))
    progress.show(100, 200)
    terminal.say("sept.png -> 7 (99.8%)")
    terminal.say("huit.png -> 8 (99.9%)")
    progress.show(200, 200)
    progress.end()
    assert as_seen(screen.getvalue()) == [
        "sept.png -> 7 (99.8%)",
        "huit.png -> 8 (99.9%)",
        "[##############################] 200 of 200 drawings",
    ]


def as_seen(written: str) -> list[str]:
    """Return the rows of a screen after this was written: letters after a return replace others."""
    rows = []
    for line in written.removesuffix("\n").split("\n"):
        row = ""
        for part in line.split("\r"):
            row = part + row[len(part) :]
        rows.append(row.rstrip())
    return rows


def test_without_a_screen_progress_is_a_line_every_five_seconds() -> None:
    stream, now = io.StringIO(), iter([0.0, 1.0, 6.0])
    progress = Progress(Terminal(stream, stream), lambda: next(now))
    progress.show(1, 200)
    progress.show(90, 200)
    assert stream.getvalue() == "90 of 200 drawings\n"
