"""Files of earlier versions are read and migrated; those of a later one are refused in one line.

`released/` holds a journal (as SQL) and the log beside it of each format that a version wrote.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command_line import run_here
from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from watcher.journal.journal import Journal
from watcher.journal.migrations import VERSION
from watcher.log.reader import read_log

RELEASED = sorted((Path(__file__).parent / "released").iterdir())

of_each_format = pytest.mark.parametrize("released", RELEASED, ids=lambda folder: folder.name)


def laid(watcher: InProcessWatcher, released: Path) -> None:
    """The outbox as that version left it."""
    with closing(sqlite3.connect(watcher.journal)) as database:
        database.executescript((released / "journal.sql").read_text(encoding="utf-8"))
    shutil.copy(released / "log.csv", watcher.log)
    contents = {"sept.png": drawing(7), "café 数字.png": drawing(1), "=text.png": b"no picture"}
    for row in read_log(watcher.log):
        place = watcher.outbox / row.filed_as
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(contents[row.file])
        if row.status == "corrected":
            (watcher.outbox / "7" / row.file).unlink()


def test_every_earlier_format_has_its_sample() -> None:
    assert [folder.name for folder in RELEASED] == [f"format-{n}" for n in range(1, VERSION)]


@of_each_format
def test_its_log_is_read(released: Path) -> None:
    rows = list(read_log(released / "log.csv"))
    assert [row.file for row in rows[:3]] == ["=text.png", "café 数字.png", "sept.png"]
    assert [row.digit for row in rows[:3]] == [None, 1, 7]
    assert len(rows) == len((released / "log.csv").read_text(encoding="utf-8").splitlines()) - 1


@of_each_format
def test_its_journal_is_migrated_with_all_that_it_holds(tmp_path: Path, released: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    laid(watcher, released)
    journal = Journal(watcher.journal)
    assert [row.file for row in journal.rows.after()] == [row.file for row in read_log(watcher.log)]
    last = list(read_log(watcher.log))[-1]
    drawn = journal.outbox.drawing(last.id)
    assert drawn is not None
    assert drawn.place == last.filed_as
    assert journal.messages.all() == []
    journal.close()


@of_each_format
def test_the_watcher_continues_where_that_version_stopped(tmp_path: Path, released: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    laid(watcher, released)
    before = watcher.rows()
    watcher.save("new.png", drawing(3))
    assert [(row.status, row.filed_as) for row in watcher.file()] == [("filed", "3/new.png")]
    assert watcher.rows()[:-1] == before
    assert not list(watcher.outbox.glob("log-*.csv"))
    (watcher.outbox / "1" / "café 数字.png").rename(watcher.outbox / "3" / "é.png")
    assert [(row.status, row.reason) for row in watcher.file()] == [("corrected", "from 1")]


@pytest.fixture
def of_later(tmp_path: Path) -> Path:
    """A folder whose journal a later version wrote."""
    watcher = InProcessWatcher(tmp_path)
    watcher.save("sept.png", drawing(7))
    watcher.file()
    with closing(sqlite3.connect(watcher.journal)) as database:
        database.execute("PRAGMA user_version = 99")
    return tmp_path


@pytest.mark.parametrize("words", [["once"], [], ["review", "--no-browser"]])
def test_a_later_versions_journal_is_refused_in_one_line(of_later: Path, words: list[str]) -> None:
    if words[:1] == ["review"]:
        pytest.importorskip("bottle", reason="the review's packages are missing")
    (of_later / "inbox" / "new.png").write_bytes(drawing(3))
    ended = run_here(of_later, *words)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "newer version" in line
    assert "journal.sqlite3" in line
    assert (of_later / "inbox" / "new.png").exists()


@pytest.mark.parametrize("words", [["log"], ["why", "sept.png"]])
def test_commands_that_only_read_the_log_still_work(of_later: Path, words: list[str]) -> None:
    ended = run_here(of_later, *words)
    assert (ended.returncode, ended.stderr) == (0, "")
