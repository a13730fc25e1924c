"""Messages: repeats counted, on the terminal, in a rotating file, in the journal."""

import io
import logging
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from watcher.console.colours import Colour, supports_colours
from watcher.console.terminal import Terminal
from watcher.daemon.logfile import MAX_BYTES
from watcher.daemon.repeats import HOUR_SECONDS, OVER_SECONDS
from watcher.daemon.reporter import Reporter
from watcher.journal.journal import Journal
from watcher.layout import MESSAGES_FILE
from watcher.types import Message

FULL = "the disk is full at /out: free some space"


class Messages:
    """A reporter with its screen, its folder and a fake clock."""

    def __init__(self, state: Path, level: int = logging.INFO) -> None:
        self.clock = FakeClock()
        self.out, self.err = io.StringIO(), io.StringIO()
        self.reporter = Reporter(Terminal(self.out, self.err), self.clock.clock, level)
        self.reporter.move_to(state)
        self.file = state / MESSAGES_FILE

    def clock_time(self) -> str:
        return time.strftime("%H:%M", time.localtime(self.clock.clock.now()))

    def filed_lines(self) -> list[str]:
        self.reporter.flush()
        return self.file.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def messages(tmp_path: Path) -> Messages:
    return Messages(tmp_path)


def test_a_name_never_makes_two_lines_of_the_file(messages: Messages) -> None:
    messages.reporter.warning("a\n2026-11-22 ERROR forged.png cannot be read")
    assert len(messages.filed_lines()) == 1


def test_a_repeated_error_is_shown_once_and_counted_when_it_ends(messages: Messages) -> None:
    began = messages.clock_time()
    for _ in range(12):
        messages.reporter.error(FULL)
        messages.clock.turn(15)
    assert messages.err.getvalue().splitlines() == [FULL]
    messages.reporter.clear_errors()
    assert messages.err.getvalue().splitlines() == [FULL, f"{FULL} (12 times since {began})"]
    messages.reporter.error(FULL)
    assert messages.err.getvalue().splitlines()[-1] == FULL, "it is new when it comes again"


def test_an_error_that_does_not_end_is_shown_again_every_hour(messages: Messages) -> None:
    began = messages.clock_time()
    for _ in range(3 * 240 + 1):
        messages.reporter.error(FULL)
        messages.clock.turn(15)
    assert messages.err.getvalue().splitlines() == [
        FULL,
        *(f"{FULL} ({240 * hour + 1} times since {began})" for hour in (1, 2, 3)),
    ]
    assert HOUR_SECONDS == 240 * 15


def test_a_warning_that_is_over_is_counted_in_an_idle_moment(messages: Messages) -> None:
    began = messages.clock_time()
    messages.reporter.warning("once")
    for _ in range(3):
        messages.reporter.warning("thrice")
    messages.clock.turn(OVER_SECONDS)
    messages.reporter.flush()
    messages.reporter.flush()
    assert messages.err.getvalue().splitlines() == [
        "once",
        "thrice",
        f"thrice (3 times since {began})",
    ]


def test_resuming_does_not_end_a_warning(messages: Messages) -> None:
    messages.reporter.warning("a file cannot be read")
    messages.reporter.clear_errors()
    messages.reporter.warning("a file cannot be read")
    assert len(messages.err.getvalue().splitlines()) == 1


def test_the_file_has_local_time_and_level(messages: Messages) -> None:
    messages.reporter.info("sept é 七.png -> 7 (99.8%)")
    messages.reporter.error(FULL)
    moment = time.strftime("%Y-%m-%d %H:%M:%S%z", time.localtime(messages.clock.clock.now()))
    assert messages.filed_lines() == [
        f"{moment} INFO    sept é 七.png -> 7 (99.8%)",
        f"{moment} ERROR   {FULL}",
    ]


@pytest.mark.parametrize(
    ("level", "on_screen", "in_file"),
    [
        (logging.DEBUG, ["detail", "news"], 3),
        (logging.INFO, ["news"], 2),
        (logging.WARNING, [], 2),
    ],
)
def test_verbose_and_quiet(tmp_path: Path, level: int, on_screen: list[str], in_file: int) -> None:
    messages = Messages(tmp_path, level)
    messages.reporter.debug("detail")
    messages.reporter.info("news")
    messages.reporter.warning("warning")
    assert messages.out.getvalue().splitlines() == on_screen
    assert messages.err.getvalue().splitlines() == ["warning"]
    assert len(messages.filed_lines()) == in_file


def test_the_file_rotates_at_a_megabyte_and_three_are_kept(messages: Messages) -> None:
    line = "x" * 1000
    for _ in range(4 * MAX_BYTES // 1000):
        messages.reporter.info(line)
    messages.reporter.info("the last")
    assert messages.filed_lines()[-1].endswith("the last")
    names = {path.name for path in messages.file.parent.iterdir()}
    assert names == {MESSAGES_FILE, f"{MESSAGES_FILE}.1", f"{MESSAGES_FILE}.2"}
    assert all(path.stat().st_size <= MAX_BYTES for path in messages.file.parent.iterdir())


def test_a_file_that_cannot_be_written_stops_nothing_and_gets_its_lines_later(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    messages = Messages(state)
    for number in range(1000):
        messages.reporter.info(f"line {number}")
    messages.reporter.error(FULL)
    messages.reporter.flush()
    assert not state.exists(), "a disk may be missing"
    state.mkdir()
    lines = messages.filed_lines()
    assert len(lines) == 1001
    assert lines[0].endswith("line 0")


def test_an_older_file_that_cannot_be_replaced_stops_nothing(messages: Messages) -> None:
    # As on Windows, where whoever reads the file keeps its name.
    older = messages.file.with_name(f"{MESSAGES_FILE}.1")
    (older / "held").mkdir(parents=True)
    for _ in range(3):
        for _ in range(MAX_BYTES // 1000):
            messages.reporter.info("x" * 1000)
    assert messages.file.stat().st_size > MAX_BYTES


def test_the_file_is_written_in_batches_and_warnings_at_once(messages: Messages) -> None:
    messages.reporter.info("sept.png -> 7 (99.8%)")
    assert not messages.file.exists()
    messages.reporter.warning("a file cannot be read")
    assert len(messages.file.read_text().splitlines()) == 2


def test_warnings_wait_in_memory_for_the_journal(messages: Messages, tmp_path: Path) -> None:
    began = messages.clock.clock.now()
    for _ in range(3):
        messages.reporter.error(FULL)
        messages.clock.turn(1)
    messages.reporter.info("sept.png -> 7 (99.8%)")
    journal = Journal(tmp_path / "journal.sqlite3")
    messages.reporter.flush(journal.messages)
    messages.reporter.flush(journal.messages)
    assert journal.messages.all() == [Message("error", FULL, began, began + 2, 3)]
    messages.reporter.error(FULL)
    messages.reporter.flush(journal.messages)
    assert journal.messages.all() == [Message("error", FULL, began, began + 3, 4)]
    journal.close()


class FullJournal:
    def keep(self, messages: Iterable[Message]) -> None:
        del messages
        raise OSError(28, "No space left on device")


def test_a_full_journal_stops_nothing_and_gets_the_messages_later(
    messages: Messages, tmp_path: Path
) -> None:
    messages.reporter.error(FULL)
    messages.reporter.flush(FullJournal())
    journal = Journal(tmp_path / "journal.sqlite3")
    messages.reporter.flush(journal.messages)
    assert [message.text for message in journal.messages.all()] == [FULL]
    journal.close()


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.mark.parametrize(
    ("screen", "environment", "shows"),
    [
        (Screen(), {"TERM": "xterm"}, True),
        (Screen(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Screen(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (Screen(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
        (None, {}, False),
    ],
)
def test_colours_are_for_terminals_that_support_and_want_them(
    screen: io.StringIO | None, environment: dict[str, str], shows: bool
) -> None:
    expected = shows and sys.platform != "win32"  # No console stands behind this one.
    assert supports_colours(screen, environment) is expected


def test_unsure_is_yellow_and_a_warning_red(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows asks the console itself")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    out, err = Screen(), Screen()
    terminal = Terminal(out, err)
    terminal.say("a.png -> 7 (99.8%)")
    terminal.say("b.png -> unsure (blank canvas)", Colour.YELLOW)
    terminal.warn("no events")
    assert out.getvalue() == "a.png -> 7 (99.8%)\n\x1b[33mb.png -> unsure (blank canvas)\x1b[0m\n"
    assert err.getvalue() == "\x1b[31mno events\x1b[0m\n"


@pytest.mark.parametrize(("err", "shows"), [(Screen(), True), (io.StringIO(), False)])
def test_lines_on_a_screen_begin_with_the_time(err: io.StringIO, shows: bool) -> None:
    out = io.StringIO()
    reporter = Reporter(Terminal(out, err), FakeClock().clock)
    reporter.show_time()
    reporter.info("sept.png -> 7 (99.8%)")
    expected = r"(\d\d:){2}\d\d sept" if shows else "sept"
    assert re.match(expected, out.getvalue())
