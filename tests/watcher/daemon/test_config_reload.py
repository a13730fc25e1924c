"""The settings change while the watcher runs: judged once they are quiet, refused in one line, on trial."""

import io
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from watcher.config.errors import ConfigError
from watcher.config.loading import load
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.daemon.config_reload import QUIET_SECONDS, SettingsReloader
from watcher.daemon.reporter import Reporter


class Office:
    """A folder with a settings' file, whoever changes it, and what was said of that."""

    def __init__(self, folder: Path, text: str | None) -> None:
        self.file = folder / "config.toml"
        self.folder = folder
        if text is not None:
            self.write(text)
        self.clock = FakeClock()
        self.screen = io.StringIO()
        clock = self.clock.clock
        reporter = Reporter(Terminal(self.screen, self.screen), clock)
        self.source = SettingsReloader(self.file, self.read, reporter, clock)
        self.source.commit()

    def read(self) -> Settings:
        if self.file.exists():
            return load(self.file)
        return load(inbox=self.folder / "inbox", outbox=self.folder / "outbox")

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def later(self) -> Settings:
        """A look now, and one when the file has been quiet; the watcher works with what it gets."""
        self.source.settings()
        self.clock.turn(QUIET_SECONDS)
        settings = self.source.settings()
        self.source.commit()
        return settings

    def said(self) -> list[str]:
        lines = self.screen.getvalue().splitlines()
        self.screen.truncate(0)
        self.screen.seek(0)
        return lines


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, "[watch]\nbatch_size = 8\n")


def test_the_same_settings_are_the_same_object(office: Office) -> None:
    settings = office.source.settings()
    office.clock.turn(100)
    assert office.source.settings() is settings
    assert office.source.next_due() == float("inf")
    assert office.said() == []


def test_a_change_is_taken_once_the_file_is_quiet(office: Office) -> None:
    before = office.source.settings()
    office.write("[watch]\nbatch_size = 16\nrescan_seconds = 1\n")
    assert office.source.settings() is before, "it may be half-written"
    assert office.source.next_due() == QUIET_SECONDS
    office.clock.turn(QUIET_SECONDS)
    assert office.source.settings().watch.batch_size == 16
    assert office.said() == [], "it is on trial"
    office.source.commit()
    assert office.said() == [
        f"{office.file} was changed, in force now: [watch] rescan_seconds = 1 (before: 2.0); "
        "[watch] batch_size = 16 (before: 8)"
    ]


def test_a_half_written_file_is_never_judged(office: Office) -> None:
    for text in ("", "[wat", "[watch]\nbatch_si", "[watch]\nbatch_size = 32\n"):
        office.write(text)
        assert office.source.settings().watch.batch_size == 8
        office.clock.turn(QUIET_SECONDS * 0.9)
    office.clock.turn(QUIET_SECONDS)
    assert office.later().watch.batch_size == 32
    assert len(office.said()) == 1


def test_a_wrong_file_is_refused_once_and_its_mending_told(office: Office) -> None:
    before = office.source.settings()
    office.write("[watch]\nbatch_size = 0\n")
    assert office.later() is before
    (line,) = office.said()
    assert line.startswith(f"{office.file}: [watch] batch_size: expected a whole number of files")
    assert line.endswith("got 0; the previous settings stay in force")
    for _ in range(20):
        office.clock.turn(60)
        assert office.later() is before
    assert office.said() == []
    office.write("[watch]\nbatch_size =  8\n")
    assert office.later() is before
    assert office.said() == [f"{office.file} is right again; the settings are the same"]


def test_a_refused_file_may_be_right_without_a_change_of_its_own(office: Office) -> None:
    (office.folder / "disk").write_text("not a folder")
    office.write('[paths]\ninbox = "disk/inbox"\n')
    assert office.later().paths.inbox == office.source.settings().paths.inbox
    assert "expected a folder that can be made" in office.said()[0]
    (office.folder / "disk").unlink()
    office.clock.turn(60)
    assert office.later().paths.inbox.parent.name == "disk"
    assert "in force now" in office.said()[0]


def test_without_its_file_the_settings_stay(office: Office) -> None:
    before = office.source.settings()
    office.file.unlink()
    assert office.later() is before
    assert office.said() == [f"{office.file} is missing; the previous settings stay in force"]
    office.write("[watch]\nbatch_size = 64\n")
    assert office.later().watch.batch_size == 64
    assert len(office.said()) == 1


def test_a_file_that_comes_is_taken(tmp_path: Path) -> None:
    office = Office(tmp_path, None)
    assert office.later().watch.batch_size == 128
    office.write("[watch]\nbatch_size = 2\n")
    assert office.later().watch.batch_size == 2


def test_settings_that_do_not_work_are_given_up_until_the_file_changes(office: Office) -> None:
    before = office.source.settings()
    office.write("[watch]\nbatch_size = 9\n")
    office.source.settings()
    office.clock.turn(QUIET_SECONDS)
    assert office.source.settings() is not before
    assert office.source.revert("another watcher already watches it")
    assert office.source.settings() is before
    (line,) = office.said()
    assert line == (
        f"{office.file}: another watcher already watches it; the previous settings stay in force"
    )
    office.clock.turn(600)
    assert office.source.settings() is before
    assert not office.source.revert("no others"), "these are the settings that work"


def test_folders_that_stay_are_not_made_anew(office: Office) -> None:
    inbox = office.source.settings().paths.inbox
    inbox.rmdir()
    office.write("[watch]\nbatch_size = 9\n")
    assert office.later().watch.batch_size == 9
    assert not inbox.exists(), "a disk may be missing"


def test_a_mistake_at_the_start_is_the_start_s(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        Office(tmp_path, "[watch]\nbatch_size = 0\n")
