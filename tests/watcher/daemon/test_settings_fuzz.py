"""Settings that change at random times: the watcher goes on scanning, files, and rests in between."""

import io
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_clock import FakeClock
from tests.support.in_process import InProcessWatcher
from tests.support.stub import Stub, drawing
from watcher.config.loading import load
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.daemon.config_reload import SettingsReloader
from watcher.daemon.context import Context
from watcher.daemon.heartbeat import STALE_SECONDS, last_beat
from watcher.daemon.loop import watch
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup
from watcher.recognition.formats import is_complete

# After the last change a drawing is saved, and is filed within this time.
FILED_SECONDS = 20.0

# A change may cost this many turns more than the watcher makes by itself.
TURNS_A_CHANGE = 20

Change = Callable[[Path], None]


def write(text: str) -> Change:
    def change(file: Path) -> None:
        file.write_text(text, encoding="utf-8")

    return change


def remove(file: Path) -> None:
    file.unlink(missing_ok=True)


def touch(file: Path) -> None:
    if file.exists():
        file.write_bytes(file.read_bytes())


def block(file: Path) -> None:
    """A file is where a folder would have to be made."""
    if not (file.parent / "disk").exists():
        (file.parent / "disk").write_text("no folder")


def unblock(file: Path) -> None:
    if (file.parent / "disk").is_file():
        (file.parent / "disk").unlink()


CHANGES: dict[str, Change] = {
    "wrong value": write("[decision]\nmin_confidence = 95\n"),
    "wrong value again": write("[decision]\nmin_confidence = 96\n"),
    "no TOML": write("[watch\n"),
    "empty": write(""),
    "right": write("[watch]\nbatch_size = 2\n"),
    "right, another": write("[watch]\nbatch_size = 3\nrescan_seconds = 1\n"),
    "equal": write("[watch]\nbatch_size =  2 \n"),
    "other folders": write('[paths]\ninbox = "in"\noutbox = "out"\n'),
    "other outbox": write('[paths]\noutbox = "out"\n'),
    "blocked folder": write('[paths]\ninbox = "disk/inbox"\n'),
    "missing": remove,
    "touched": touch,
    "block": block,
    "unblock": unblock,
}


class SpinningError(AssertionError):
    """The watcher starts over without an end, or its heartbeat stands still."""


@dataclass
class World(Wakeup):
    """Time goes by only while the watcher waits; then the changes that are due happen."""

    folder: Path
    changes: Sequence[tuple[float, str]]

    def __post_init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.file = self.folder / "config.toml"
        self.screen = io.StringIO()
        self.turns = self.starts = 0
        self.began = self.now
        at = self.now
        self.pending = []
        for delay, name in self.changes:
            at += delay
            self.pending.append((at, name))
        self.last_change = at
        self.saved: Path | None = None

    @property
    def now(self) -> float:
        return self.clock.clock.monotonic()

    def watch(self) -> None:
        clock = self.clock.clock
        reporter = Reporter(Terminal(self.screen, self.screen), clock)
        source = SettingsReloader(self.file, self.read, reporter, clock)
        watch(source, lambda found: self.context(found, reporter))

    def read(self) -> Settings:
        if self.file.exists():
            return load(self.file)
        return load(inbox=self.folder / "inbox", outbox=self.folder / "outbox")

    def context(self, found: Settings, reporter: Reporter) -> Context:
        self.starts += 1
        self.current = found
        if self.starts > 2 + 4 * len(self.changes):
            raise SpinningError(f"started {self.starts} times")
        return Context(found, Stub, is_complete, reporter, self, self.clock.clock)

    def sleep(self, seconds: float) -> None:
        self.wait(seconds)

    def wait(self, seconds: float) -> None:
        self.turns += 1
        if self.turns > self.now - self.began + TURNS_A_CHANGE * (1 + len(self.changes)):
            raise SpinningError(f"{self.turns} turns in {self.now - self.began} s")
        self.clock.turn(seconds)
        while self.pending and self.pending[0][0] <= self.now:
            CHANGES[self.pending.pop(0)[1]](self.file)
        self.check_heartbeat()
        if not self.pending and self.now > self.last_change + 10:
            self.save_or_end()

    def check_heartbeat(self) -> None:
        beat = last_beat(self.current.paths.state)
        if beat is not None and self.clock.clock.now() - beat.time > STALE_SECONDS:
            raise SpinningError(f"no beat for {self.clock.clock.now() - beat.time} s")

    def save_or_end(self) -> None:
        if self.saved is None:
            self.saved = self.current.paths.inbox / "last.png"
            self.saved.write_bytes(drawing(7, "last"))
        elif self.now > self.last_change + 10 + FILED_SECONDS:
            self.request_stop()


DELAYS = [0.0, 0.2, 0.6, 1.0, 4.0, 6.0, 31.0]


@given(
    st.lists(
        st.tuples(st.sampled_from(DELAYS), st.sampled_from(sorted(CHANGES))),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=12, deadline=None)
def test_after_any_changes_the_watcher_files_and_rests(changes: list[tuple[float, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        watched(Path(folder), changes)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_after_many_random_changes_the_watcher_files_and_rests(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(25):
        folder = tmp_path / str(number)
        folder.mkdir()
        changes = [
            (chance.choice(DELAYS), chance.choice(sorted(CHANGES)))
            for _ in range(chance.randint(1, 12))
        ]
        watched(folder, changes)


@pytest.mark.parametrize("first", ["wrong value", "missing", "blocked folder", "no TOML"])
@pytest.mark.parametrize("then", ["right, another", "equal", "other folders"])
def test_a_refused_file_that_becomes_right_is_used(tmp_path: Path, first: str, then: str) -> None:
    watched(tmp_path, [(0.0, "right"), (6.0, "block"), (0.0, first), (6.0, then)])


class RestlessSource:
    """Settings that are never the same for long: a fault that must not look like a running watcher."""

    def __init__(self, settings: Settings, looks: int) -> None:
        self._settings, self._looks, self._count = settings, looks, 0

    def settings(self) -> Settings:
        self._count += 1
        if self._count % self._looks == 0:
            self._settings = replace(self._settings)
        return self._settings

    def next_due(self) -> float:
        return float("inf")

    def commit(self) -> None: ...

    def revert(self, why: str) -> bool:
        del why
        return False


@pytest.mark.parametrize("looks", [1, 2, 3])
def test_a_loop_that_turns_without_a_scan_rests_and_is_seen_to_hang(
    tmp_path: Path, looks: int
) -> None:
    turns: list[float] = []

    class Hour(Wakeup):
        def sleep(self, seconds: float) -> None:
            self.wait(seconds)

        def wait(self, seconds: float) -> None:
            turns.append(seconds)
            watcher.clock.turn(seconds)
            if len(turns) > 60:
                self.request_stop()

    watcher, wakeup = InProcessWatcher(tmp_path), Hour()
    clock = watcher.clock.clock
    reporter = Reporter(Terminal(io.StringIO(), io.StringIO()), clock)
    watch(
        RestlessSource(watcher.settings, looks),
        lambda found: Context(found, Stub, is_complete, reporter, wakeup, clock),
    )
    assert sum(turns) >= 60, "it rests a second each time"
    beat = last_beat(watcher.settings.paths.state)
    assert beat is None or clock.now() - beat.time > STALE_SECONDS


def watched(folder: Path, changes: Sequence[tuple[float, str]]) -> None:
    world = World(folder, changes)
    world.watch()
    assert world.saved is not None
    assert not world.saved.exists(), f"not filed after {changes}: {world.screen.getvalue()}"
