"""Desktop notifications: shown by a real session bus, and one line where none can be shown."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.watcher.daemon.test_notifier import Notified, wait_until
from watcher.config.settings import Notify
from watcher.daemon import desktop
from watcher.daemon.notifier import INTERVAL_SECONDS

# What a desktop does: it owns the notifications' name on the session bus. It writes each as a line of JSON.
SERVER = """
import asyncio, json, sys
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, method
class Desktop(ServiceInterface):
    @method()
    def GetCapabilities(self) -> "as":
        return ["body"]
    @method()
    def GetServerInformation(self) -> "ssss":
        return ["test", "test", "1", "1.2"]
    @method()
    def CloseNotification(self, id: "u"):
        pass
    @method()
    def Notify(
        self, app: "s", id: "u", icon: "s", title: "s", text: "s", acts: "as", hints: "a{sv}", ms: "i"
    ) -> "u":
        with open(sys.argv[1], "a") as file:
            file.write(json.dumps([app, title, text]) + "\\n")
        return 1
async def main():
    bus = await MessageBus().connect()
    bus.export("/org/freedesktop/Notifications", Desktop("org.freedesktop.Notifications"))
    await bus.request_name("org.freedesktop.Notifications")
    print("ready", flush=True)
    await bus.wait_for_disconnect()
asyncio.run(main())
"""

needs_bus = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("dbus-daemon"),
    reason="a session bus: Windows and macOS have none",
)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that the desktop of a session bus writes what it shows to."""
    pytest.importorskip("desktop_notifier", reason="desktop-notifier is not installed")
    file = tmp_path / "shown"
    file.touch()
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE
    )
    assert bus.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().decode().strip())
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(file)], stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    yield file
    for process in (server, bus):
        process.kill()
        process.wait()


@needs_bus
def test_a_desktop_shows_what_was_gathered_once_a_minute(tmp_path: Path, shown: Path) -> None:
    notified = Notified(tmp_path, on=("unsure", "error"))
    notified.notifier.configure(Notify(("unsure", "error"), ()))
    for number in range(3):
        notified.notifier.add_error(f"disk {number} is full")
    notified.notifier.send()
    wait_until(lambda: shown.read_text().count("\n") == 1)
    notified.notifier.add_error("again")
    notified.notifier.send()
    notified.clock.turn(INTERVAL_SECONDS)
    notified.notifier.send()
    wait_until(lambda: shown.read_text().count("\n") == 2)
    assert [json.loads(line) for line in shown.read_text().splitlines()] == [
        ["Digit watcher", "3 errors", "disk 0 is full\ndisk 1 is full\ndisk 2 is full"],
        ["Digit watcher", "1 error", "again"],
    ]
    assert notified.screen.getvalue() == ""


def expect_one_line(folder: Path) -> None:
    """The desktop's program is run once, and what it could not do is one line."""
    program = (sys.executable, "-P", desktop.__file__)
    notified = Notified(folder, desktop_command=lambda: program)
    notified.notifier.configure(Notify(("error",), ()))
    notified.notifier.add_error("the disk is full")

    def is_reported() -> bool:
        notified.notifier.send()
        return "no desktop notification could be shown" in notified.screen.getvalue()

    wait_until(is_reported)
    (line,) = notified.screen.getvalue().splitlines()
    assert "within a desktop's session and allow its notifications" in line
    assert line.endswith("filing continues")


def test_without_a_desktop_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a session bus on Linux, without the package elsewhere: the program ends with a status."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    expect_one_line(tmp_path)


@needs_bus
def test_a_notification_that_the_desktop_refuses_is_one_line(tmp_path: Path, shown: Path) -> None:
    shown.unlink()
    shown.mkdir()  # The server fails to write it, and answers with an error.
    expect_one_line(tmp_path)


# The package where there is no session bus, as its source has it: it hides the errors of `send`.
PACKAGE = """
from enum import Enum
class Capability(Enum):
    TITLE = 1
class DesktopNotifierSync:
    def __init__(self, app_name, app_icon):
        {begin}
    def get_capabilities(self):
        return frozenset([{capability}])
    def request_authorisation(self):
        return {is_allowed}
    def send(self, title, message, on_dispatched):
        {send}
"""
WORKS = {
    "begin": "pass",
    "capability": "Capability.TITLE",
    "is_allowed": "True",
    "send": "on_dispatched()",
}


@pytest.mark.parametrize(
    "fault",
    [
        {"begin": "import winrt_is_missing"},
        {"begin": "raise RuntimeError('Could not get ToastNotifier')"},
        {"capability": ""},
        {"is_allowed": "False"},
        {"send": "pass"},
        {"send": "import os; os._exit(3)"},
    ],
    ids=lambda fault: " ".join(fault.values()),
)
def test_a_desktop_that_fails_in_any_way_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: dict[str, str]
) -> None:
    module = tmp_path / "packages" / "desktop_notifier.py"
    module.parent.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(module.parent))
    module.write_text(PACKAGE.format(**WORKS))
    report = json.dumps({"message": "1 error", "events": []})
    program = [sys.executable, "-P", desktop.__file__]
    assert subprocess.run(program, input=report, text=True, check=False).returncode == 0
    module.write_text(PACKAGE.format(**WORKS | fault))
    shutil.rmtree(module.parent / "__pycache__", ignore_errors=True)
    expect_one_line(tmp_path)


def test_without_the_package_one_line_says_what_to_install(tmp_path: Path) -> None:
    notified = Notified(tmp_path, desktop_command=lambda: ())
    notified.notifier.configure(Notify((), ()))
    assert notified.screen.getvalue() == ""
    notified.notifier.configure(Notify(("error",), ()))
    notified.notifier.add_error("the disk is full")
    notified.notifier.send()
    (line,) = notified.screen.getvalue().splitlines()
    assert 'python -m pip install ".[notify]"' in line
