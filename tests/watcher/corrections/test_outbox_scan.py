"""The survey of the outbox: when it looks, what it waits for, and what it does not read again."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import Stub, drawing
from watcher.recognition import Recognition
from watcher.types import Row

# Seconds: the settings' defaults.
SETTLE, EVERY = 3.0, 10.0


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("sept.png", drawing(7))
    watcher.file()
    return watcher


def test_a_drawing_that_is_still_copied_waits_until_it_is_quiet(watcher: InProcessWatcher) -> None:
    rows: list[Row] = []
    path = watcher.outbox / "4" / "mine.png"
    path.parent.mkdir()
    with watcher.session(rows.append) as filer:
        survey = watcher.survey(filer, SETTLE)
        for size in (40, 90):
            path.write_bytes(drawing(4)[:size])
            survey.step(3600)
            assert survey.next_due() == SETTLE
            watcher.clock.turn(SETTLE)
        path.write_bytes(drawing(4))
        survey.step(3600)
        assert rows == []
        watcher.clock.turn(SETTLE)
        survey.step(3600)
        assert [row.reason for row in rows] == ["by hand"]
        assert not survey.waits()


def test_a_drawing_of_the_log_need_not_be_quiet(watcher: InProcessWatcher) -> None:
    rows: list[Row] = []
    (watcher.outbox / "1").mkdir()
    with watcher.session(rows.append) as filer:
        survey = watcher.survey(filer, SETTLE)
        survey.step(3600)
        assert survey.next_due() == EVERY
        (watcher.outbox / "7" / "sept.png").rename(watcher.outbox / "1" / "sept.png")
        survey.step(3600)
        assert rows == [], "it is not time yet"
        watcher.clock.turn(EVERY)
        survey.step(3600)
        assert [row.reason for row in rows] == ["from 7"]


def test_a_survey_runs_in_slices(watcher: InProcessWatcher) -> None:
    for number in range(600):
        (watcher.outbox / "7" / f"copy {number}.png").write_bytes(drawing(7, str(number)))
    rows: list[Row] = []
    with watcher.session(rows.append) as filer:
        survey = watcher.survey(filer)
        steps = 0
        while survey.next_due() == 0:
            survey.step(0.001)
            steps += 1
    assert steps > 10
    assert len(rows) == len({row.id for row in rows}) == 600


def test_a_folder_that_cannot_be_listed_does_not_hide_the_others(watcher: InProcessWatcher) -> None:
    (watcher.outbox / "3").write_bytes(b"no folder")
    (watcher.outbox / "5").mkdir()
    (watcher.outbox / "5" / "mine.png").write_bytes(drawing(5))
    assert [row.filed_as for row in watcher.file()] == ["5/mine.png"]


def test_an_unchanged_file_is_not_read_again(watcher: InProcessWatcher) -> None:
    """Shown by other bytes that look the same: only their size and time are compared."""
    watcher.file()
    path = watcher.outbox / "7" / "sept.png"
    status = path.stat()
    with path.open("r+b") as file:
        file.write(drawing(8, ""))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    shutil.copy2(path, watcher.outbox / "7" / "copy.png")
    assert [row.filed_as for row in watcher.file()] == ["7/copy.png"], "those bytes were never seen"


def test_the_journal_can_be_written_while_a_drawing_is_read(watcher: InProcessWatcher) -> None:
    tried: list[int] = []

    class Writing(Stub):
        def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
            review = sqlite3.connect(watcher.journal, timeout=0, isolation_level=None)
            review.execute("BEGIN IMMEDIATE")
            review.execute("ROLLBACK")
            review.close()
            tried.append(len(files))
            return super().recognise(files)

    watcher.recogniser = Writing()
    for digit in (4, 5):
        path = watcher.outbox / str(digit) / f"mine {digit}.png"
        path.parent.mkdir()
        path.write_bytes(drawing(digit))
    (watcher.outbox / "1").mkdir()
    (watcher.outbox / "7" / "sept.png").rename(watcher.outbox / "1" / "sept.png")
    assert {row.reason for row in watcher.file()} == {"from 7", "by hand"}
    assert tried == [1, 1]


def test_only_one_copy_of_a_drawing_becomes_its_successor_in_a_slice(
    watcher: InProcessWatcher,
) -> None:
    for folder in "1234":
        (watcher.outbox / folder).mkdir()
        shutil.copyfile(watcher.outbox / "7" / "sept.png", watcher.outbox / folder / "copy.png")
    (watcher.outbox / "7" / "sept.png").unlink()
    assert [row.reason for row in watcher.file()] == ["from 7"], (
        "one of the copies is the drawing now"
    )
    assert watcher.file() == []
