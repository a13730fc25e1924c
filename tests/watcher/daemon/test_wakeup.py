"""Wake-ups: by a change in the inbox or a signal, never by the watcher's own scan."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.clock import Clock
from watcher.daemon.wakeup import Wakeup, end_on_signals
from watcher.inbox.events import Events

# Seconds: an event comes well within the first; none comes within the second.
QUICK, LONG = 5.0, 0.7

# Seconds; watchdog by itself would delay an event by 0.5.
HELD_BACK = 0.4


@pytest.fixture
def wakeup() -> Wakeup:
    return Wakeup()


@pytest.fixture
def events(tmp_path: Path, wakeup: Wakeup) -> Iterator[Events]:
    (tmp_path / "inbox").mkdir()
    events = Events(tmp_path / "inbox", False, wakeup.notify, Clock())
    assert events.keep_alive()
    yield events
    events.close()


def waited(wakeup: Wakeup, seconds: float) -> float:
    began = time.monotonic()
    wakeup.wait(seconds)
    return time.monotonic() - began


@pytest.mark.usefixtures("events")
def test_a_new_file_wakes(tmp_path: Path, wakeup: Wakeup) -> None:
    (tmp_path / "inbox" / "a.png").write_bytes(b"x")
    assert waited(wakeup, QUICK) < QUICK / 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere watchdog holds nothing back")
@pytest.mark.usefixtures("events")
def test_a_new_file_wakes_at_once_though_another_has_just_left(
    tmp_path: Path, wakeup: Wakeup
) -> None:
    (tmp_path / "inbox" / "a.png").write_bytes(b"x")
    while waited(wakeup, LONG) < LONG / 2:
        pass
    (tmp_path / "inbox" / "a.png").rename(tmp_path / "a.png")
    (tmp_path / "inbox" / "b.png").write_bytes(b"x")
    assert waited(wakeup, QUICK) < HELD_BACK


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells of a write seconds later, too")
def test_a_scan_does_not_wake(tmp_path: Path, wakeup: Wakeup, events: Events) -> None:
    (tmp_path / "inbox" / "a.png").write_bytes(b"x")
    while waited(wakeup, LONG) < LONG / 2:
        pass
    (tmp_path / "inbox" / "a.png").read_bytes()
    assert events.keep_alive()
    assert waited(wakeup, LONG) >= LONG * 0.9


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows keeps a removed folder while somebody watches it"
)
def test_events_come_again_from_an_inbox_that_was_made_again(
    tmp_path: Path, wakeup: Wakeup, events: Events
) -> None:
    shutil.rmtree(tmp_path / "inbox")
    assert not events.keep_alive()
    (tmp_path / "inbox").mkdir()
    assert events.keep_alive()
    wakeup.wait(0)
    (tmp_path / "inbox" / "a.png").write_bytes(b"x")
    assert waited(wakeup, QUICK) < QUICK / 2


def test_a_dead_observer_is_replaced(tmp_path: Path, wakeup: Wakeup, events: Events) -> None:
    for thread in threading.enumerate():
        if type(thread).__name__.endswith("Observer"):
            thread.stop()  # type: ignore[attr-defined]
            thread.join()
    assert events.keep_alive()
    wakeup.wait(0)
    (tmp_path / "inbox" / "a.png").write_bytes(b"x")
    assert waited(wakeup, QUICK) < QUICK / 2


STARVED = """
import os, sys, threading
from pathlib import Path
from tests.support.fake_clock import FakeClock
from watcher.daemon.wakeup import Wakeup
from watcher.inbox.events import Events

limit, inbox = map(Path, sys.argv[1:])
enough = limit.read_text()
limit.write_text("0")
time = FakeClock()
events = Events(inbox, False, Wakeup().notify, time.clock)

def held():
    return len(os.listdir("/proc/self/fd")), threading.active_count()

before = held()
for _ in range(20):
    assert not events.keep_alive()
    assert held() == before, f"{before} became {held()}"
    time.turn(60)
assert not events.keep_alive()
limit.write_text(enough)
time.turn(59)
assert not events.keep_alive(), "it was tried again at once"
time.turn(1)
assert events.keep_alive()
"""


@pytest.mark.parametrize("limit", ["max_inotify_instances", "max_inotify_watches"])
def test_refused_events_leak_nothing_and_come_once_the_system_allows_them(
    tmp_path: Path, limit: str
) -> None:
    of_its_own = ["unshare", "--user", "--map-root-user"]  # A user namespace has its own limits.
    path = Path("/proc/sys/user", limit)
    tried = [*of_its_own, "sh", "-c", f"echo 0 > {path}"]
    if (
        not shutil.which("unshare")
        or subprocess.run(tried, check=False, capture_output=True).returncode
    ):
        pytest.skip(f"no user namespace here with {path} of its own")
    ended = subprocess.run(
        [*of_its_own, sys.executable, "-c", STARVED, str(path), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@pytest.mark.parametrize("name", [name for name in SIGNALS if hasattr(signal, name)])
def test_a_signal_requests_the_end(wakeup: Wakeup, name: str) -> None:
    before = signal.getsignal(getattr(signal, name))
    with end_on_signals(wakeup):
        signal.raise_signal(getattr(signal, name))
        assert wakeup.stop_requested
        assert waited(wakeup, QUICK) < QUICK / 2
    assert signal.getsignal(getattr(signal, name)) == before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_a_closed_terminal_may_hang_up_twice(wakeup: Wakeup) -> None:
    with end_on_signals(wakeup):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
        assert wakeup.stop_requested


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_under_nohup_a_closed_terminal_ends_nothing(wakeup: Wakeup) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with end_on_signals(wakeup):
            signal.raise_signal(signal.SIGHUP)
            assert not wakeup.stop_requested
    finally:
        signal.signal(signal.SIGHUP, before)
