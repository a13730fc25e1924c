"""Notifications: a real command gets what happened, gathered, once a minute; its faults stop nothing."""

import io
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.in_process import InProcessWatcher
from tests.support.stub import Stub, drawing
from watcher.config.errors import ConfigError
from watcher.config.loading import load
from watcher.config.settings import Notify, Settings
from watcher.console.terminal import Terminal
from watcher.daemon import desktop
from watcher.daemon.config_reload import SettingsReloader
from watcher.daemon.context import Context
from watcher.daemon.loop import watch
from watcher.daemon.notifier import INTERVAL_SECONDS, Notifier
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup
from watcher.fs.long_paths import plain
from watcher.recognition.formats import is_complete

# Real processes are waited for this long.
SECONDS = 30.0

APPEND = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"


class Notified:
    """A notifier with a fake clock, whose command appends its input to a file."""

    def __init__(
        self,
        folder: Path,
        *command: str,
        on: tuple[str, ...] = ("error",),
        desktop_command: Callable[[], tuple[str, ...]] = desktop.command,
    ) -> None:
        self.file = folder / "notified"
        self.clock = FakeClock()
        self.screen = io.StringIO()
        reporter = Reporter(Terminal(self.screen, self.screen), self.clock.clock)
        self.notifier = Notifier(reporter, self.clock.clock, desktop_command)
        append = (sys.executable, "-c", APPEND, str(self.file))
        self.notifier.configure(Notify(on, command or append))

    def lines(self, count: int) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.read()) >= count)
        return self.read()

    def read(self) -> list[dict[str, Any]]:
        if not self.file.exists():
            return []
        text = self.file.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()] if text.endswith("\n") else []


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_events_of_a_minute_are_one_notification(tmp_path: Path) -> None:
    notified = Notified(tmp_path)
    notified.notifier.add_error("the disk is full")
    notified.notifier.send()
    assert [line["message"] for line in notified.lines(1)] == ["1 error"]
    for number in range(30):
        notified.notifier.add_error(f"error {number} " + "é" * 1000)
        notified.notifier.send()
        notified.clock.turn(1)
    notified.clock.turn(INTERVAL_SECONDS - 31)
    notified.notifier.send()
    assert len(notified.read()) == 1, "not yet a minute"
    notified.clock.turn(1)
    notified.notifier.send()
    second = notified.lines(2)[1]
    assert (second["message"], second["counts"]) == ("30 errors", {"error": 30})
    assert second["events"][0]["error"].startswith("error 0 ")
    assert len(json.dumps(second)) < 4000, "a pipe takes it at once"


def test_without_events_no_command_runs(tmp_path: Path) -> None:
    notified = Notified(tmp_path, "/nowhere/at/all", on=("unsure",))
    notified.notifier.add_error("not notified of")
    notified.clock.turn(INTERVAL_SECONDS)
    notified.notifier.send()
    assert notified.screen.getvalue() == ""


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("/nowhere/at/all",), "failed ("),
        ((sys.executable, "-c", "raise SystemExit(3)"), "it ended with status 3"),
    ],
)
def test_a_command_that_fails_is_reported(
    tmp_path: Path, command: tuple[str, ...], why: str
) -> None:
    notified = Notified(tmp_path, *command)
    notified.notifier.add_error("the disk is full")

    def is_reported() -> bool:
        notified.notifier.send()
        return why in notified.screen.getvalue()

    wait_until(is_reported)
    assert "filing continues" in notified.screen.getvalue()


def test_a_command_that_hangs_delays_nothing_and_is_ended(tmp_path: Path) -> None:
    notified = Notified(tmp_path, sys.executable, "-c", "import time; time.sleep(600)")
    began = time.monotonic()
    for _ in range(3):
        notified.notifier.add_error("the disk is full")
        notified.notifier.send()
        notified.clock.turn(INTERVAL_SECONDS)
    assert time.monotonic() - began < SECONDS
    process = notified.notifier._process
    assert process is not None
    process.kill()
    process.wait()


def test_a_watcher_notifies_of_what_it_rejects_and_says_at_its_end_what_it_did(
    tmp_path: Path,
) -> None:
    watcher, notified = InProcessWatcher(tmp_path), Notified(tmp_path)
    screen, clock, wakeup = io.StringIO(), watcher.clock.clock, Wakeup()
    command = (sys.executable, "-c", APPEND, str(notified.file))
    settings = replace(watcher.settings, notify=Notify(("rejected",), command))
    watcher.save("sept.png", drawing(7))
    watcher.save("text.png", b"no picture" + b"\x89PNG" + drawing(7)[-9:])

    class Once(Wakeup):
        def wait(self, seconds: float) -> None:
            watcher.clock.turn(seconds)
            if clock.monotonic() > 1000 + 10:
                self.request_stop()

    wakeup = Once()
    reporter = Reporter(Terminal(screen, screen), clock)

    def context(found: Settings) -> Context:
        return Context(found, Stub, is_complete, reporter, wakeup, clock)

    watch(SettingsReloader(tmp_path / "none.toml", lambda: settings, reporter, clock), context)
    lines = screen.getvalue().splitlines()
    inbox, outbox = plain(str(watcher.inbox)), plain(str(watcher.outbox))
    assert lines[0] == f"watching {inbox}, filing into {outbox}; Ctrl-C ends it"
    assert lines[-1] == "stopped; since the start 2 drawings: 1 filed, 0 unsure, 1 rejected"
    (notification,) = notified.lines(1)
    assert notification["message"] == "1 drawing is rejected"
    assert notification["events"][0]["file"] == "text.png"
    assert notification["events"][0]["filed_as"].startswith("rejected/")


@pytest.mark.parametrize(
    "text",
    ['on = ["all"]', 'on = "unsure"', 'command = "notify"', 'command = [""]', "command = [1]"],
)
def test_a_wrong_notification_is_a_mistake(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"[notify]\n{text}\n")
    with pytest.raises(ConfigError, match=r"\[notify\] .*: expected a"):
        load(file)
