"""The heartbeat: its lock, its file, and the messages to the service manager."""

import io
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.in_process import InProcessWatcher
from tests.support.stub import Stub, drawing
from watcher.console.terminal import Terminal
from watcher.daemon.config_reload import SettingsReloader
from watcher.daemon.context import Context
from watcher.daemon.heartbeat import BEAT_SECONDS, Heartbeat, last_beat
from watcher.daemon.loop import watch
from watcher.daemon.reporter import Reporter
from watcher.daemon.sd_notify import ServiceManager
from watcher.daemon.wakeup import Wakeup
from watcher.fs.lock import is_held
from watcher.layout import HEARTBEAT_LOCK_FILE
from watcher.recognition import Recognition
from watcher.recognition.formats import is_complete

needs_sockets = pytest.mark.skipif(sys.platform == "win32", reason="systemd is not on Windows")


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + address[1:] if address.startswith("@") else address)
        listener.setblocking(False)
        yield listener


def received(listener: socket.socket) -> list[list[str]]:
    messages = []
    while True:
        try:
            messages.append(listener.recv(4096).decode().split("\n"))
        except BlockingIOError:
            return messages


def test_the_lock_is_held_while_the_watcher_lives_and_the_file_says_since_when(
    tmp_path: Path,
) -> None:
    time = FakeClock()
    heartbeat = Heartbeat(tmp_path, time.clock.now, ServiceManager(""))
    started = time.clock.now()
    assert not is_held(tmp_path / HEARTBEAT_LOCK_FILE)
    heartbeat.touch()
    assert is_held(tmp_path / HEARTBEAT_LOCK_FILE)
    time.turn(1)
    heartbeat.beat("the disk is full", "a model")
    beat = last_beat(tmp_path)
    assert beat is not None
    assert (beat.pid, beat.started, beat.time) == (os.getpid(), started, started + 1)
    assert (beat.waits_for, beat.model) == ("the disk is full", "a model")
    heartbeat.close()
    assert not is_held(tmp_path / HEARTBEAT_LOCK_FILE)
    assert last_beat(tmp_path) == beat, "what was last is still known"


def test_it_names_the_first_files_that_cannot_be_filed_until_they_can(tmp_path: Path) -> None:
    heartbeat = Heartbeat(tmp_path, FakeClock().clock.now, ServiceManager(""))
    stray, as_told = ("\udcff.png", "\\udcff.png") if os.name == "posix" else ("a.png", "a.png")
    names = [*(f"{number:03}.png" for number in range(150)), stray]

    def faulty_names() -> list[str]:
        beat = last_beat(tmp_path)
        assert beat is not None
        return list(beat.faults)

    heartbeat.beat(faults=dict.fromkeys(names[-1:], "is stuck"))
    assert faulty_names() == [as_told]
    heartbeat.beat(faults=dict.fromkeys(names, "is stuck"))
    assert faulty_names() == names[:100]
    heartbeat.beat("the disk is full")
    assert faulty_names() == names[:100], "a failure forgets none"
    heartbeat.beat(faults={})
    assert faulty_names() == []
    heartbeat.close()


def test_it_is_written_when_due_or_changed_and_not_between(tmp_path: Path) -> None:
    time = FakeClock()
    heartbeat = Heartbeat(tmp_path, time.clock.now, ServiceManager(""))
    written = []
    for _ in range(30):
        heartbeat.beat(model="a")
        beat = last_beat(tmp_path)
        assert beat is not None
        written.append(beat.time)
        time.turn(1)
    assert len(set(written)) == 30 / BEAT_SECONDS
    time.step(-3600)
    heartbeat.beat()
    beat = last_beat(tmp_path)
    assert beat is not None
    assert (beat.time, beat.model) == (time.clock.now(), "a"), "the clock was set back"
    heartbeat.close()


def test_of_two_watchers_only_the_first_writes_until_it_ends(tmp_path: Path) -> None:
    time = FakeClock()
    first, second = (Heartbeat(tmp_path, time.clock.now, ServiceManager("")) for _ in range(2))
    first.beat(model="first")
    second.beat(model="second")
    beat = last_beat(tmp_path)
    assert beat is not None and beat.model == "first"
    first.close()
    second.beat()
    beat = last_beat(tmp_path)
    assert beat is not None and beat.model == "second"
    second.close()


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows lets nobody take an open file's folder"
)
def test_it_beats_again_in_a_folder_that_was_missing_for_a_while(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    time = FakeClock()
    heartbeat = Heartbeat(state, time.clock.now, ServiceManager(""))
    heartbeat.beat()
    state.rename(tmp_path / "away")
    heartbeat.beat("the disk is gone")
    state.mkdir()
    heartbeat.beat("the disk is gone")
    beat = last_beat(state)
    assert beat is not None and beat.waits_for == "the disk is gone"
    assert is_held(state / HEARTBEAT_LOCK_FILE)
    heartbeat.close()


def test_asking_does_not_take_the_lock_from_a_watcher_that_starts(tmp_path: Path) -> None:
    for _ in range(100):
        assert not is_held(tmp_path / HEARTBEAT_LOCK_FILE)
        heartbeat = Heartbeat(tmp_path, FakeClock().clock.now, ServiceManager(""))
        heartbeat.beat()
        assert is_held(tmp_path / HEARTBEAT_LOCK_FILE)
        heartbeat.close()


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{}", '{"pid": "x"}', "nonsense", "\ud800"),
        '{"pid": 1, "started": 0, "time": 1e999, "model": "", "waits_for": ""}',
    ],
)
def test_an_unreadable_heartbeat_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "heartbeat.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert last_beat(tmp_path) is None


def test_it_beats_within_a_batch_after_each_huge_picture(tmp_path: Path) -> None:
    watcher, wakeup = InProcessWatcher(tmp_path), Wakeup()
    ages: list[float] = []

    class Slow(Stub):
        def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
            beat = last_beat(watcher.settings.paths.state)
            assert beat is not None
            ages.append(watcher.clock.clock.now() - beat.time)
            watcher.clock.turn(60)
            return super().recognise(files)

    class Screen(io.StringIO):
        def write(self, text: str) -> int:
            if text.startswith("4.png"):
                wakeup.request_stop()
            return super().write(text)

    for number in range(5):
        watcher.save(f"{number}.png", drawing(7, "x" * 1_500_000))
    clock = watcher.clock.clock
    reporter = Reporter(Terminal(Screen()), clock)
    source = SettingsReloader(tmp_path / "config.toml", lambda: watcher.settings, reporter, clock)
    watch(source, lambda settings: Context(settings, Slow, is_complete, reporter, wakeup, clock))
    assert ages == [0.0] * 5


@needs_sockets
@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_the_service_manager_is_notified_of_start_life_and_end(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"@{tmp_path}/notify" if kind == "abstract" else f"{tmp_path}/notify"
    if kind == "abstract" and sys.platform != "linux":
        pytest.skip("abstract addresses are Linux', not of Windows or macOS")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    time = FakeClock()
    with listening(address) as listener:
        heartbeat = Heartbeat(tmp_path, time.clock.now)
        heartbeat.touch()
        assert received(listener) == [], "it starts, and does not watch yet"
        heartbeat.beat()
        assert received(listener) == [["READY=1", "WATCHDOG=1", "STATUS=watching"]]
        for _ in range(25):
            time.turn(1)
            heartbeat.touch()
        assert [message[1] for message in received(listener)] == ["WATCHDOG=1"] * 2
        heartbeat.close()
        assert received(listener) == [["STOPPING=1"]]


@needs_sockets
def test_a_start_during_a_failure_is_ready_and_says_what_it_waits_for(tmp_path: Path) -> None:
    with listening(f"{tmp_path}/notify") as listener:
        heartbeat = Heartbeat(
            tmp_path / "not there", FakeClock().clock.now, ServiceManager(f"{tmp_path}/notify")
        )
        heartbeat.beat("the disk\nis full")
        (message,) = received(listener)
        assert message == ["READY=1", "WATCHDOG=1", "STATUS=the disk\\x0ais full"]
        heartbeat.close()


@needs_sockets
@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@nobody", "x" * 200])
def test_without_a_service_manager_nothing_happens(address: str) -> None:
    ServiceManager(address).notify("READY=1")


@needs_sockets
def test_a_service_manager_that_does_not_read_blocks_nothing(tmp_path: Path) -> None:
    with listening(f"{tmp_path}/notify"):
        for _ in range(2000):  # More than the socket holds.
            ServiceManager(f"{tmp_path}/notify").notify("WATCHDOG=1")


def test_after_a_change_of_folders_it_beats_there_and_releases_the_old_lock(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    heartbeat = Heartbeat(before, FakeClock().clock.now, ServiceManager(""))
    heartbeat.beat(model="m")
    heartbeat.move_to(after)
    heartbeat.touch()
    assert not is_held(before / HEARTBEAT_LOCK_FILE)
    assert is_held(after / HEARTBEAT_LOCK_FILE)
    beat = last_beat(after)
    assert beat is not None
    assert beat.model == "m"
    heartbeat.close()
