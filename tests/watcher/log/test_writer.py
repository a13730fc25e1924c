"""The log is written from the journal and never over what a user did to it."""

import sqlite3
from pathlib import Path

import pandas
import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from watcher.config.settings import LogSettings
from watcher.inbox.batches import batches
from watcher.inbox.scan import Inbox
from watcher.log.content import to_csv
from watcher.recognition.formats import is_complete
from watcher.types import COLUMNS, Row


@pytest.fixture(params=["standard", "spreadsheet"])
def watcher(tmp_path: Path, request: pytest.FixtureRequest) -> InProcessWatcher:
    watcher = InProcessWatcher(tmp_path, log_settings=LogSettings(request.param, "de_DE"))
    for digit in range(3):
        watcher.save(f"{digit}.png", drawing(digit))
    watcher.file()
    return watcher


def kept(watcher: InProcessWatcher) -> list[Path]:
    return sorted(watcher.outbox.glob("log-*.csv"))


def file_another(watcher: InProcessWatcher) -> None:
    watcher.save("another.png", drawing(9))
    watcher.file()


only_standard = pytest.mark.parametrize("watcher", ["standard"], indirect=True)


@only_standard
def test_the_columns_are_the_documented_ones(watcher: InProcessWatcher) -> None:
    header = watcher.log.read_text(encoding="utf-8").splitlines()[0]
    assert header == (
        "id,time,file,status,digit,confidence,second_digit,second_confidence,filed_as,reason,"
        "width,height,sha256,model,seconds"
    )
    assert tuple(header.split(",")) == COLUMNS


@only_standard
def test_pandas_reads_every_row(watcher: InProcessWatcher) -> None:
    table = pandas.read_csv(watcher.log)
    assert list(table["digit"].sort_values()) == [0, 1, 2]
    assert pandas.to_datetime(table["time"]).dt.tz is not None


def test_rows_are_appended_to_the_same_file(watcher: InProcessWatcher) -> None:
    before, inode = watcher.log.read_bytes(), watcher.log.stat().st_ino
    file_another(watcher)
    assert watcher.log.read_bytes().startswith(before)
    assert watcher.log.stat().st_ino == inode
    assert not kept(watcher)


def test_a_log_that_was_only_touched_is_appended_to(watcher: InProcessWatcher) -> None:
    watcher.log.touch()
    file_another(watcher)
    assert not kept(watcher)
    assert len(watcher.rows()) == 4


def test_a_log_that_was_copied_back_is_appended_to(watcher: InProcessWatcher) -> None:
    content = watcher.log.read_bytes()
    watcher.log.unlink()
    watcher.log.write_bytes(content)
    file_another(watcher)
    assert not kept(watcher)
    assert len(watcher.rows()) == 4


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content.replace(b"0.png", b"8.png", 1),
        lambda content: content + b"my own row\n",
        lambda content: content[:-40],
        lambda content: content.replace(b",", b";"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda _: b"",
    ],
    ids=["same length", "row added", "cut within a row", "semicolons", "mark in front", "emptied"],
)
def test_an_edited_log_is_kept_and_a_new_one_written(
    watcher: InProcessWatcher, edit: object
) -> None:
    edited = edit(watcher.log.read_bytes())  # type: ignore[operator]
    watcher.log.write_bytes(edited)
    file_another(watcher)
    (old,) = kept(watcher)
    assert old.read_bytes() == edited
    assert len(watcher.rows()) == 4
    assert any(old.name in warning for warning in watcher.warnings)
    watcher.check()


def test_a_deleted_log_is_written_again(watcher: InProcessWatcher) -> None:
    watcher.log.unlink()
    file_another(watcher)
    assert len(watcher.rows()) == 4
    watcher.check()


def test_a_log_deleted_just_after_it_was_written_is_written_again(
    watcher: InProcessWatcher,
) -> None:
    watcher.save("another.png", drawing(9))
    inbox = Inbox(
        watcher.inbox, is_complete, settle_seconds=0, walk=False, clock=watcher.clock.clock
    )
    told: list[int] = []

    def gone(_: Row) -> None:
        told.append(len(watcher.rows()))
        watcher.log.rename(watcher.log.with_name("mine.csv"))

    with watcher.session(gone) as filer:
        assert len(list(filer.file(batches(inbox.ready(), 64)))) == 1
    assert told == [4], "what is told of is in the log"
    watcher.file()
    assert len(watcher.rows()) == 4
    watcher.check()


def test_a_log_with_other_columns_is_kept_and_never_made_ragged(watcher: InProcessWatcher) -> None:
    old = b"id,time,file\n" + b"1,2,3\n"
    watcher.log.write_bytes(old)
    file_another(watcher)
    assert [path.read_bytes() for path in kept(watcher)] == [old]
    assert [tuple(row) for row in watcher.rows()] == [COLUMNS] * 4


def owing(watcher: InProcessWatcher, confirmed_rows: int) -> bytes:
    """Make the journal hold that only `confirmed_rows` were confirmed, as after a crash."""
    content = watcher.log.read_bytes()
    length = sum(len(line) for line in content.splitlines(keepends=True)[: confirmed_rows + 1])
    database = sqlite3.connect(watcher.journal)
    with database:
        database.execute("UPDATE log SET rows = ?, length = ?", (confirmed_rows, length))
    database.close()
    return content


@pytest.mark.parametrize("cut", [0, 1, 30, 100])
def test_our_own_torn_tail_is_repaired_at_the_start(watcher: InProcessWatcher, cut: int) -> None:
    content = owing(watcher, 2)
    watcher.log.write_bytes(content[: len(content) - cut])
    watcher.file()
    assert watcher.log.read_bytes() == content
    assert not kept(watcher)


def test_zeros_that_a_power_cut_left_are_cut(watcher: InProcessWatcher) -> None:
    content = owing(watcher, 2)
    watcher.log.write_bytes(content[:-30] + b"\0" * 30)
    watcher.file()
    assert watcher.log.read_bytes() == content
    assert not kept(watcher)


def test_two_edited_logs_in_one_second_are_both_kept(watcher: InProcessWatcher) -> None:
    for text in (b"one", b"two"):
        watcher.log.write_bytes(text)
        watcher.file()
    assert sorted(path.read_bytes() for path in kept(watcher)) == [b"one", b"two"]


def test_fields_are_quoted_and_tabs_escaped() -> None:
    texts = dict.fromkeys(COLUMNS, "x")
    row = Row(**{**texts, "file": "\ta", "reason": 'b, "c"'})  # type: ignore[arg-type]
    line = to_csv([row]).decode()
    assert "'\ta" in line
    assert '"b, ""c"""' in line
