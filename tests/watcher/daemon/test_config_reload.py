"""Settings that change while the watcher runs: judged once the file is quiet, tried, refused in one line."""

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


class Folder:
    """A folder with a settings file, and the messages about its changes."""

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

    def ask_until_quiet(self) -> Settings:
        """Ask now, and again once the file has been quiet; a session begins with the settings."""
        self.source.settings()
        self.clock.turn(QUIET_SECONDS)
        settings = self.source.settings()
        self.source.commit()
        return settings

    def messages(self) -> list[str]:
        lines = self.screen.getvalue().splitlines()
        self.screen.truncate(0)
        self.screen.seek(0)
        return lines


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, "[watch]\nbatch_size = 8\n")


def test_the_same_settings_are_the_same_object(folder: Folder) -> None:
    settings = folder.source.settings()
    folder.clock.turn(100)
    assert folder.source.settings() is settings
    assert folder.source.next_due() == float("inf")
    assert folder.messages() == []


def test_a_change_is_used_once_the_file_is_quiet(folder: Folder) -> None:
    before = folder.source.settings()
    folder.write("[watch]\nbatch_size = 16\nrescan_seconds = 1\n")
    assert folder.source.settings() is before, "it may be half-written"
    assert folder.source.next_due() == QUIET_SECONDS
    folder.clock.turn(QUIET_SECONDS)
    assert folder.source.settings().watch.batch_size == 16
    assert folder.messages() == [], "it is on trial"
    folder.source.commit()
    assert folder.messages() == [
        f"{folder.file} was changed, in force now: [watch] rescan_seconds = 1 (before: 2.0); "
        "[watch] batch_size = 16 (before: 8)"
    ]


def test_a_half_written_file_is_never_judged(folder: Folder) -> None:
    for text in ("", "[wat", "[watch]\nbatch_si", "[watch]\nbatch_size = 32\n"):
        folder.write(text)
        assert folder.source.settings().watch.batch_size == 8
        folder.clock.turn(QUIET_SECONDS * 0.9)
    folder.clock.turn(QUIET_SECONDS)
    assert folder.ask_until_quiet().watch.batch_size == 32
    assert len(folder.messages()) == 1


def test_a_wrong_file_is_refused_once_and_its_correction_reported(folder: Folder) -> None:
    before = folder.source.settings()
    folder.write("[watch]\nbatch_size = 0\n")
    assert folder.ask_until_quiet() is before
    (line,) = folder.messages()
    assert line.startswith(f"{folder.file}: [watch] batch_size: expected a whole number of files")
    assert line.endswith("got 0; the previous settings stay in force")
    for _ in range(20):
        folder.clock.turn(60)
        assert folder.ask_until_quiet() is before
    assert folder.messages() == []
    folder.write("[watch]\nbatch_size =  8\n")
    assert folder.ask_until_quiet() is before
    assert folder.messages() == [f"{folder.file} is right again; the settings are the same"]


def test_a_refused_file_may_be_right_without_a_change_of_its_own(folder: Folder) -> None:
    (folder.folder / "disk").write_text("not a folder")
    folder.write('[paths]\ninbox = "disk/inbox"\n')
    assert folder.ask_until_quiet().paths.inbox == folder.source.settings().paths.inbox
    assert "expected a folder that can be made" in folder.messages()[0]
    (folder.folder / "disk").unlink()
    folder.clock.turn(60)
    assert folder.ask_until_quiet().paths.inbox.parent.name == "disk"
    assert "in force now" in folder.messages()[0]


def test_without_the_file_the_settings_stay_in_force(folder: Folder) -> None:
    before = folder.source.settings()
    folder.file.unlink()
    assert folder.ask_until_quiet() is before
    assert folder.messages() == [f"{folder.file} is missing; the previous settings stay in force"]
    folder.write("[watch]\nbatch_size = 64\n")
    assert folder.ask_until_quiet().watch.batch_size == 64
    assert len(folder.messages()) == 1


def test_a_file_that_appears_is_used(tmp_path: Path) -> None:
    folder = Folder(tmp_path, None)
    assert folder.ask_until_quiet().watch.batch_size == 128
    folder.write("[watch]\nbatch_size = 2\n")
    assert folder.ask_until_quiet().watch.batch_size == 2


def test_settings_that_do_not_work_are_refused_until_the_file_changes(folder: Folder) -> None:
    before = folder.source.settings()
    folder.write("[watch]\nbatch_size = 9\n")
    folder.source.settings()
    folder.clock.turn(QUIET_SECONDS)
    assert folder.source.settings() is not before
    assert folder.source.revert("another watcher already watches it")
    assert folder.source.settings() is before
    (line,) = folder.messages()
    assert line == (
        f"{folder.file}: another watcher already watches it; the previous settings stay in force"
    )
    folder.clock.turn(600)
    assert folder.source.settings() is before
    assert not folder.source.revert("no others"), "these are the settings that work"


def test_unchanged_folders_are_not_made_again(folder: Folder) -> None:
    inbox = folder.source.settings().paths.inbox
    inbox.rmdir()
    folder.write("[watch]\nbatch_size = 9\n")
    assert folder.ask_until_quiet().watch.batch_size == 9
    assert not inbox.exists(), "a disk may be missing"


def test_a_mistake_at_the_start_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        Folder(tmp_path, "[watch]\nbatch_size = 0\n")
