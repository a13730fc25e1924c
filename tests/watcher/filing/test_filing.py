"""Filing: where each file ends, under which name, with which row."""

import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.links import refuse_link
from tests.support.stub import Stub, drawing
from watcher.fs import no_replace
from watcher.inbox.batches import batches
from watcher.inbox.scan import Inbox
from watcher.recognition import Recognition
from watcher.recognition.formats import is_complete
from watcher.types import Row


def test_a_drawing_is_filed_under_its_digit_with_its_row(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("sept.png", drawing(7))
    (row,) = watcher.file()
    assert watcher.filed() == ["7/sept.png"]
    assert (row.file, row.status, row.digit, row.filed_as) == ("sept.png", "filed", 7, "7/sept.png")
    (line,) = watcher.rows()
    assert line["confidence"] == "0.9000"
    assert line["time"].endswith("Z")
    assert line["model"] == "stub"
    watcher.check()


@pytest.mark.parametrize(
    ("name", "content", "place", "reason"),
    [
        ("zero.png", b"", "rejected/zero.png", "not a picture"),
        ("a.png", b"text", "rejected/a.png", "not a picture"),
        ("big.png", drawing(1) + b"." * (1 << 20), "rejected/big.png", "larger than 1 MB"),
        ("é 数字 -1.png", drawing(1), "1/é 数字 -1.png", ""),
        ("=cmd.png", drawing(1), "1/=cmd.png", ""),
        ("nul.png", drawing(1), "1/_nul.png", ""),
    ],
)
def test_each_file_ends_where_it_belongs_with_a_row_that_says_why(
    tmp_path: Path, name: str, content: bytes, place: str, reason: str
) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save(name, content)
    (row,) = watcher.file()
    assert (row.filed_as, row.reason) == (place, reason)
    assert watcher.filed() == [place]
    assert (watcher.outbox / place).read_bytes() == content


class Doubtful(Stub):
    min_confidence = 0.95


def test_a_doubtful_drawing_goes_to_unsure_with_its_best_guess(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path, recogniser=Doubtful())
    watcher.save("a.png", drawing(3))
    (row,) = watcher.file()
    assert (row.status, row.digit, row.filed_as) == ("unsure", 3, "unsure/a.png")
    assert "below" in row.reason


def test_a_formula_in_a_name_is_harmless_in_a_spreadsheet(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    for name in ("=1+1.png", "+a.png", "-b.png", "@c.png"):
        watcher.save(name, drawing(1, name))
    watcher.file()
    assert all(row["file"].startswith("'") for row in watcher.rows())


@pytest.mark.skipif(os.name != "posix", reason="Windows' names are always text")
def test_a_name_with_newlines_and_stray_bytes_makes_one_line_of_the_log(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    try:
        watcher.save(os.fsdecode(b'a\n"b\xff.png'), drawing(1))
    except OSError:
        pytest.skip("this file system refuses such names")
    watcher.file()
    assert len(watcher.log.read_bytes().splitlines()) == 2
    assert watcher.rows()[0]["file"] == 'a\\x0a"b\\udcff.png'
    watcher.check()


def test_a_name_of_255_bytes_is_filed_and_numbered(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    name = "x" * 251 + ".png"
    for mark in "ab":
        watcher.save(name, drawing(1, mark))
        watcher.file()
    assert watcher.filed() == ["1/" + "x" * 247 + " (2).png", "1/" + name]
    watcher.check()


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    for mark in "abc":
        watcher.save("a.png", drawing(1, mark))
        watcher.file()
    assert watcher.filed() == ["1/a (2).png", "1/a (3).png", "1/a.png"]
    watcher.check()


def test_a_name_taken_in_another_case_gets_a_number(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(1, "small"))
    watcher.file()
    watcher.save("A.PNG", drawing(1, "large"))
    watcher.file()
    assert watcher.filed() == ["1/A (2).PNG", "1/a.png"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no colons in names")
def test_names_alike_in_one_batch_are_kept_apart(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a:b.png", drawing(1, "colon"))
    watcher.save("a_b.png", drawing(1, "line"))
    watcher.file()
    assert watcher.filed() == ["1/a_b (2).png", "1/a_b.png"]
    watcher.check()


def test_a_file_of_the_users_own_is_never_replaced(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    own = watcher.outbox / "1" / "a.png"
    own.parent.mkdir()
    own.write_bytes(b"the user's")
    watcher.file()
    watcher.save("a.png", drawing(1))
    (row,) = watcher.file()
    assert row.filed_as == "1/a (2).png"
    assert own.read_bytes() == b"the user's"


def test_walked_folders_give_their_files_and_stay(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path, walk=True)
    watcher.save("one/a.png", drawing(1, "one"))
    watcher.save("two/a.png", drawing(1, "two"))
    rows = watcher.file()
    assert sorted(row.file for row in rows) == ["one/a.png", "two/a.png"]
    assert watcher.filed() == ["1/a (2).png", "1/a.png"]
    assert (watcher.inbox / "one").is_dir()


def test_where_links_are_refused_files_are_filed_all_the_same(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path, link=refuse_link)
    for mark in "abc":
        watcher.save("a.png", drawing(1, mark))
        watcher.file()
    assert watcher.filed() == ["1/a (2).png", "1/a (3).png", "1/a.png"]
    watcher.check()


def test_inbox_and_outbox_may_be_on_different_file_systems(tmp_path: Path, elsewhere: Path) -> None:
    watcher = InProcessWatcher(tmp_path, outbox_folder=elsewhere / "outbox")
    for mark in "ab":
        watcher.save("a.png", drawing(1, mark))
        watcher.file()
    assert watcher.filed() == ["1/a (2).png", "1/a.png"]
    watcher.check()
    assert not [path for path in watcher.outbox.iterdir() if path.name.endswith(".part")]


class Meddling(Stub):
    """While it judges, a program that still has the file open writes on."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.file: Path | None = None
        self.digits: list[int] = []

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
        self.digits += [data[-1] for data in files]
        if self.times and self.writer is not None:
            self.times -= 1
            self.writer.seek(-1, 2)
            self.writer.write(bytes([8]))
            self.writer.flush()
        return super().recognise(files)

    writer = None


@pytest.mark.skipif(os.name != "posix", reason="Windows does not claim a file that is held")
def test_what_changed_under_the_verdict_is_judged_again(tmp_path: Path) -> None:
    meddling = Meddling(1)
    watcher = InProcessWatcher(tmp_path, recogniser=meddling)
    path = watcher.save("a.png", drawing(3))
    os.utime(path, (1, 1))
    with path.open("r+b") as meddling.writer:
        (row,) = watcher.file()
    assert meddling.digits == [3, 8]
    assert row.filed_as == "8/a.png"
    watcher.check()


@pytest.mark.skipif(os.name != "posix", reason="Windows does not claim a file that is held")
def test_what_never_rests_goes_back_to_the_inbox(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path, recogniser=Meddling(100))
    path = watcher.save("a.png", drawing(3))
    os.utime(path, (1, 1))
    with path.open("r+b") as watcher.recogniser.writer:  # type: ignore[attr-defined]
        while not os.utime(path, (1, 1)):
            assert watcher.file() == []
            break
    assert path.exists()
    assert watcher.filed() == []


class KilledError(BaseException):
    """Nothing that the watcher may catch."""


@pytest.mark.skipif(os.name != "posix", reason="Windows moves, and makes no links")
def test_a_kill_half_way_back_to_the_inbox_makes_no_second_drawing(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path, recogniser=Meddling(100))

    def killed_with_both_names(source: Path, destination: Path) -> None:
        os.link(source, destination)
        if destination.parent == watcher.inbox:
            raise KilledError

    watcher.link = killed_with_both_names
    path = watcher.save("a.png", drawing(3))
    os.utime(path, (1, 1))
    with path.open("r+b") as watcher.recogniser.writer, pytest.raises(KilledError):  # type: ignore[attr-defined]
        watcher.file()
    watcher.recogniser, watcher.link = Stub(), os.link
    assert len(watcher.file()) == 1
    watcher.check()


def test_a_kill_after_a_row_was_told_of_leaves_nothing_and_makes_no_second_drawing(
    tmp_path: Path,
) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(3))

    def killed(_: Row) -> None:
        raise KilledError

    inbox = Inbox(
        watcher.inbox, is_complete, settle_seconds=0, walk=False, clock=watcher.clock.clock
    )
    with watcher.session(killed) as filer, pytest.raises(KilledError):
        list(filer.file(batches(inbox.ready(), 64)))
    is_linked = os.name == "posix"  # Windows moves.
    assert [path.name for path in watcher.inbox.rglob("*.png")] == ["a.png"] * is_linked
    assert watcher.file() == []
    watcher.check()


@pytest.mark.skipif(os.name != "posix", reason="Windows moves, and makes no links")
@pytest.mark.parametrize("moved_to", ["3/b.png", "8/a.png"])
@pytest.mark.parametrize("own", [[], ["3/a.png"]], ids=["gone", "taken by the user's own"])
def test_what_its_user_moved_after_a_kill_before_its_row_is_no_second_drawing(
    tmp_path: Path, moved_to: str, own: list[str]
) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(3))
    (watcher.outbox / "8").mkdir()

    def killed_when_published(source: Path, destination: Path) -> None:
        os.link(source, destination)
        if destination.parent.name == "3":
            raise KilledError

    watcher.link = killed_when_published
    with pytest.raises(KilledError):
        watcher.file()
    (watcher.outbox / "3" / "a.png").rename(watcher.outbox / moved_to)
    for name in own:
        (watcher.outbox / name).write_bytes(drawing(5, "the user's own"))
    watcher.link = os.link
    watcher.file()
    assert watcher.filed() == sorted([moved_to, *own])
    rows = [(row["status"], row["filed_as"]) for row in watcher.rows()]
    assert rows == [("filed", "3/a.png"), ("corrected", "8/a.png")][: 1 + (moved_to[0] == "8")]
    assert list(watcher.inbox.rglob("*.png")) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows moves, and makes no links")
def test_a_claim_whose_disk_is_away_is_filed_once_it_is_back_and_not_told_of_before(
    tmp_path: Path,
) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(3))

    def full(_source: Path, _destination: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    watcher.link = full
    with pytest.raises(OSError, match="No space"):
        watcher.file()
    watcher.link = no_replace.hard_link
    away = watcher.inbox.rename(tmp_path / "away")
    watcher.inbox.mkdir()  # The folder that the disk is mounted on.
    watcher.save("b.png", drawing(4))
    assert [row.file for row in watcher.file()] == ["b.png"]
    (warning,) = watcher.warnings
    assert f"claimed in {watcher.inbox} are not there now (1)" in warning
    shutil.rmtree(watcher.inbox)
    away.rename(watcher.inbox)
    assert [row.file for row in watcher.file()] == ["a.png"]
    watcher.check()


def test_a_drawing_saved_again_is_a_new_drawing(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(1))
    watcher.file()
    watcher.save("a.png", drawing(1))
    watcher.file()
    assert watcher.filed() == ["1/a (2).png", "1/a.png"]
    assert len({row["id"] for row in watcher.rows()}) == 2


def test_a_lost_row_is_missed_though_its_place_was_anothers_before(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(1))
    watcher.file()
    (watcher.outbox / "1" / "a.png").rename(watcher.outbox / "1" / "moved.png")
    (watcher.outbox / "1" / "a.png").write_bytes(drawing(1, "its row was not written"))
    watcher.journal.unlink()
    watcher.file()
    assert sorted((row["filed_as"], row["reason"]) for row in watcher.rows()) == [
        ("1/a.png", ""),
        ("1/a.png", "recovered"),
    ]  # The row of what was moved within its folder is still its row.


def test_an_older_journal_is_given_the_rows_that_only_the_log_has(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(1))
    watcher.file()
    older = watcher.journal.read_bytes()
    watcher.save("b.png", drawing(2))
    watcher.save("c.txt", b"no picture")
    watcher.file()
    (watcher.outbox / "7").mkdir()
    (watcher.outbox / "1" / "a.png").rename(watcher.outbox / "7" / "a.png")
    watcher.file()
    log = watcher.log.read_bytes()
    assert log.count(b"\n") == 5
    watcher.journal.write_bytes(older)
    watcher.file()
    assert watcher.log.read_bytes() == log
    assert list(watcher.outbox.glob("log-*.csv")) == []
    (warning,) = watcher.warnings
    assert "older than the log" in warning
    assert "(3)" in warning
    watcher.warnings.clear()
    watcher.file()
    assert watcher.warnings == []


def test_rows_that_a_person_added_to_the_log_are_not_the_watchers(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(1))
    watcher.file()
    before = watcher.log.read_bytes()
    with watcher.log.open("ab") as log:
        log.write(before.splitlines(keepends=True)[1])
    watcher.file()
    watcher.save("b.png", drawing(2))
    watcher.file()
    assert len(watcher.rows()) == 2
    assert len(list(watcher.outbox.glob("log-*.csv"))) == 1


def test_a_claim_that_the_journal_does_not_know_is_filed(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    batch = watcher.inbox / ".watcher-claims" / "old"
    batch.mkdir(parents=True)
    (batch / "a.png").write_bytes(drawing(4))
    (row,) = watcher.file()
    assert (row.file, row.filed_as) == ("a.png", "4/a.png")
    assert not batch.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows moves, and makes no links")
def test_an_empty_file_of_the_users_own_survives_a_restart(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    own = watcher.outbox / "1" / "a.png"

    def crash_for_a_users_file(source: Path, destination: Path) -> None:
        if destination.parent.name == "1":
            own.touch()
            raise KilledError
        os.link(source, destination)

    watcher.link = crash_for_a_users_file
    watcher.save("a.png", drawing(1))
    with pytest.raises(KilledError):
        watcher.file()
    watcher.link = os.link
    (row,) = watcher.file()
    assert row.filed_as == "1/a (2).png"
    assert own.read_bytes() == b""


class Failing(Stub):
    """Meets a mistake of the program in drawings marked so."""

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
        if any(b"MISTAKE" in data for data in files):
            raise ZeroDivisionError
        return super().recognise(files)


def test_a_mistake_of_the_program_rejects_one_file_and_files_the_others(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path, recogniser=Failing())
    watcher.save("a.png", drawing(3))
    watcher.save("bad.png", drawing(4, "MISTAKE"))
    watcher.save("c.png", drawing(5))
    watcher.file()
    watcher.check()
    assert watcher.filed() == ["3/a.png", "5/c.png", "rejected/bad.png"]
    reasons = {row["file"]: row["reason"] for row in watcher.rows()}
    assert reasons["bad.png"] == "the program failed to read it (ZeroDivisionError)"
