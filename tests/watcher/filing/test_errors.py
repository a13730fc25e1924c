"""Each error is one line that says what is wrong and what to do."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from watcher.filing.errors import describe
from watcher.recognition import ModelError


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    return InProcessWatcher(tmp_path)


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (errno.ENOSPC, "the disk is full at {outbox}: free some space"),
        (errno.EMFILE, "too many files are open on this machine: close some programs"),
        (errno.EIO, "{outbox} cannot be used (what the system says)"),
    ],
)
def test_the_system_refuses(watcher: InProcessWatcher, number: int, line: str) -> None:
    error = OSError(number, "what the system says", str(watcher.outbox))
    assert describe(error, watcher.settings) == line.format(outbox=watcher.outbox)


def test_the_outbox_is_gone(watcher: InProcessWatcher) -> None:
    error = FileNotFoundError(errno.ENOENT, "No such file", str(watcher.outbox / "7"))
    (watcher.outbox / ".watcher").rmdir()
    watcher.outbox.rmdir()
    expected = f"{watcher.outbox} is missing or cannot be reached: bring it back"
    assert describe(error, watcher.settings) == expected


def test_the_way_to_the_inbox_may_not_be_gone(watcher: InProcessWatcher, tmp_path: Path) -> None:
    error = PermissionError(errno.EACCES, "Permission denied", str(watcher.inbox))
    tmp_path.chmod(0)
    try:
        if os.access(watcher.inbox, os.F_OK):
            pytest.skip("root reads every file, and Windows knows no closed folder")
        line = describe(error, watcher.settings)
    finally:
        tmp_path.chmod(0o700)
    assert line == f"{watcher.inbox} is missing or cannot be reached: bring it back"


def test_the_journals_disk_is_full(watcher: InProcessWatcher) -> None:
    database = sqlite3.connect(watcher.journal)
    database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.Error) as full:
        database.execute("CREATE TABLE t (x)")
    database.close()
    expected = f"the disk is full at {watcher.journal.parent}: free some space"
    assert describe(full.value, watcher.settings) == expected


def test_another_program_holds_the_journal(watcher: InProcessWatcher) -> None:
    holder, other = (sqlite3.connect(watcher.journal, timeout=0) for _ in range(2))
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.Error) as held:
        other.execute("CREATE TABLE t (x)")
    holder.close()
    other.close()
    expected = f"another program holds the journal in {watcher.journal.parent}: close it there"
    assert describe(held.value, watcher.settings) == expected


def test_there_is_no_model(watcher: InProcessWatcher) -> None:
    line = describe(ModelError("no model in models/a"), watcher.settings)
    assert line.startswith("no model in models/a; without a model no drawing can be read: ")
