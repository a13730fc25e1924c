"""A person's change in the outbox is found once, and only a person's decision is a label."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import Stub, drawing
from tests.watcher.journal.test_journal import FIRST_FORMAT
from watcher.recognition import Recognition


@pytest.fixture
def desk(tmp_path: Path) -> InProcessWatcher:
    """One drawing filed as a 7, one that is no picture, rejected."""
    desk = InProcessWatcher(tmp_path)
    desk.save("sept.png", drawing(7))
    desk.save("text.png", b"no picture")
    desk.file()
    return desk


def move(desk: InProcessWatcher, place: str, to: str) -> None:
    target = desk.outbox / to
    target.parent.mkdir(exist_ok=True)
    (desk.outbox / place).replace(target)


def put(desk: InProcessWatcher, place: str, content: bytes) -> Path:
    path = desk.outbox / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def noticed(desk: InProcessWatcher) -> list[tuple[str, str, str]]:
    """Return the digit, reason and place of each row that two surveys find; each is found once."""
    rows = desk.file()
    assert desk.file() == [], "found again"
    assert all(row.status == "corrected" for row in rows)
    logged = desk.rows()[-len(rows) :] if rows else []
    assert [row["id"] for row in logged] == [row.id for row in rows]
    return [(row["digit"], row["reason"], row["filed_as"]) for row in logged]


def labels(desk: InProcessWatcher) -> dict[str, str]:
    """Return the digits by place that training takes as labels."""
    last = {row["id"]: row for row in desk.rows() if row["status"] == "corrected"}
    return {
        row["filed_as"]: row["digit"]
        for row in last.values()
        if row["digit"]
        and (path := desk.outbox / row["filed_as"]).is_file()
        and hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    }


def test_a_filing_alone_is_no_label(desk: InProcessWatcher) -> None:
    assert noticed(desk) == []
    assert labels(desk) == {}


def test_a_drawing_moved_to_another_digit_is_a_label(desk: InProcessWatcher) -> None:
    (filed,) = (row for row in desk.rows() if row["file"] == "sept.png")
    move(desk, "7/sept.png", "1/sept.png")
    assert noticed(desk) == [("1", "from 7", "1/sept.png")]
    row = desk.rows()[-1]
    assert row["confidence"] == row["second_digit"] == row["seconds"] == ""
    for column in ("id", "file", "sha256", "model", "width"):
        assert row[column] == filed[column]
    assert labels(desk) == {"1/sept.png": "1"}


def test_a_drawing_moved_and_renamed_is_recognised_by_its_content(desk: InProcessWatcher) -> None:
    move(desk, "7/sept.png", "1/one.png")
    assert noticed(desk) == [("1", "from 7", "1/one.png")]


def test_a_move_back_is_a_correction_too(desk: InProcessWatcher) -> None:
    for to in ("1/sept.png", "7/sept.png", "1/sept.png"):
        (place,) = (place for place in desk.filed() if place.endswith("sept.png"))
        move(desk, place, to)
        assert noticed(desk) == [(to[0], f"from {place[0]}", to)]
    assert len({row["id"] for row in desk.rows()}) == 2


@pytest.mark.parametrize("folder", ["unsure", "rejected"])
def test_a_drawing_moved_out_of_the_digits_is_no_longer_a_label(
    desk: InProcessWatcher, folder: str
) -> None:
    move(desk, "7/sept.png", "1/sept.png")
    noticed(desk)
    move(desk, "1/sept.png", f"{folder}/sept.png")
    assert noticed(desk) == [("", "from 1", f"{folder}/sept.png")]
    assert labels(desk) == {}
    move(desk, f"{folder}/sept.png", "4/sept.png")
    assert noticed(desk) == [("4", f"from {folder}", "4/sept.png")]
    assert labels(desk) == {"4/sept.png": "4"}


def test_a_rename_in_its_folder_confirms_nothing(desk: InProcessWatcher) -> None:
    move(desk, "7/sept.png", "7/seven.png")
    assert noticed(desk) == []
    move(desk, "7/seven.png", "1/seven.png")
    assert noticed(desk) == [("1", "from 7", "1/seven.png")]


def test_a_label_that_is_renamed_stays_one(desk: InProcessWatcher) -> None:
    move(desk, "7/sept.png", "1/sept.png")
    noticed(desk)
    move(desk, "1/sept.png", "1/one.png")
    assert noticed(desk) == [("1", "renamed", "1/one.png")]
    assert labels(desk) == {"1/one.png": "1"}


def test_a_drawing_put_by_hand_is_a_label_with_a_row_of_its_own(desk: InProcessWatcher) -> None:
    put(desk, "4/mine.png", drawing(9))
    assert noticed(desk) == [("4", "by hand", "4/mine.png")]
    row = desk.rows()[-1]
    assert (row["file"], row["model"], row["width"]) == ("mine.png", "", "28")
    assert row["id"] not in {other["id"] for other in desk.rows()[:-1]}
    move(desk, "4/mine.png", "5/mine.png")
    assert noticed(desk) == [("5", "from 4", "5/mine.png")]
    assert labels(desk) == {"5/mine.png": "5"}


def test_a_drawing_put_by_hand_into_unsure_is_a_label_once_it_is_sorted(
    desk: InProcessWatcher,
) -> None:
    put(desk, "unsure/mine.png", drawing(9))
    assert noticed(desk) == []
    move(desk, "unsure/mine.png", "9/mine.png")
    assert noticed(desk) == [("9", "by hand", "9/mine.png")]
    move(desk, "9/mine.png", "unsure/mine.png")
    assert noticed(desk) == [("", "from 9", "unsure/mine.png")]


@pytest.mark.parametrize(
    "name", [".hidden.png", "~$a.png", "a.png.part", "a.tmp", "Thumbs.db", "sub/a.png"]
)
def test_ignored_names_are_no_drawings(desk: InProcessWatcher, name: str) -> None:
    path = desk.outbox / "3" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(drawing(3))
    assert noticed(desk) == []


def test_notes_among_the_drawings_are_no_label(desk: InProcessWatcher) -> None:
    put(desk, "3/notes.txt", b"these are all sevens")
    put(desk, "3/huge.png", drawing(3) + b"." * (60 << 20))
    assert noticed(desk) == []


def test_a_deleted_drawing_is_no_label(desk: InProcessWatcher) -> None:
    move(desk, "7/sept.png", "1/sept.png")
    noticed(desk)
    (desk.outbox / "1/sept.png").unlink()
    assert noticed(desk) == []
    assert labels(desk) == {}


def test_a_copy_is_a_label_only_without_its_original(desk: InProcessWatcher) -> None:
    put(desk, "1/copy.png", drawing(7))
    assert noticed(desk) == []
    (desk.outbox / "7/sept.png").unlink()
    assert noticed(desk) == [("1", "from 7", "1/copy.png")]


def test_a_drawing_edited_in_its_place_is_no_label(desk: InProcessWatcher) -> None:
    put(desk, "7/sept.png", drawing(7, "clearer"))
    assert noticed(desk) == []
    move(desk, "7/sept.png", "1/sept.png")
    assert noticed(desk) == []
    move(desk, "1/sept.png", "2/sept.png")
    assert noticed(desk) == []
    assert labels(desk) == {}


def test_a_drawing_edited_and_moved_between_surveys_is_no_label(desk: InProcessWatcher) -> None:
    put(desk, "7/sept.png", drawing(7, "clearer"))
    move(desk, "7/sept.png", "1/sept.png")
    assert noticed(desk) == []


def test_a_label_that_is_edited_is_no_longer_one(desk: InProcessWatcher) -> None:
    move(desk, "7/sept.png", "1/sept.png")
    noticed(desk)
    put(desk, "1/sept.png", drawing(1, "another"))
    assert noticed(desk) == []
    assert labels(desk) == {}
    put(desk, "1/sept.png", drawing(7))
    assert noticed(desk) == []
    assert labels(desk) == {"1/sept.png": "1"}


def test_two_drawings_that_change_places_are_two_corrections(desk: InProcessWatcher) -> None:
    desk.save("sept.png", drawing(1))
    desk.file()
    move(desk, "7/sept.png", "aside.png")
    move(desk, "1/sept.png", "7/sept.png")
    move(desk, "aside.png", "1/sept.png")
    assert sorted(noticed(desk)) == [("1", "from 7", "1/sept.png"), ("7", "from 1", "7/sept.png")]
    assert labels(desk) == {"1/sept.png": "1", "7/sept.png": "7"}


def test_a_drawing_moved_onto_another_takes_its_place(desk: InProcessWatcher) -> None:
    desk.save("un.png", drawing(1))
    desk.file()
    move(desk, "7/sept.png", "1/un.png")
    assert noticed(desk) == [("1", "from 7", "1/un.png")]


def test_drawings_with_the_same_bytes_are_distinguished_by_their_file(
    desk: InProcessWatcher,
) -> None:
    for name in ("b.png", "a.png"):
        desk.save(name, drawing(2, "alike"))
        desk.file()
    (second,) = (row["id"] for row in desk.rows() if row["file"] == "a.png")
    move(desk, "2/a.png", "3/new.png")
    assert noticed(desk) == [("3", "from 2", "3/new.png")]
    assert desk.rows()[-1]["id"] == second


def test_a_drawing_taken_back_into_the_inbox_is_a_new_one(desk: InProcessWatcher) -> None:
    (desk.outbox / "7/sept.png").rename(desk.inbox / "again.png")
    (row,) = desk.file()
    assert (row.status, row.filed_as) == ("filed", "7/again.png")
    put(desk, "1/copy.png", drawing(7))
    assert noticed(desk) == [], "the file that was the first one is the second now"


def test_a_correction_counts_for_the_latest_of_two_filings_under_one_name(
    desk: InProcessWatcher,
) -> None:
    (desk.outbox / "7/sept.png").rename(desk.inbox / "sept.png")
    desk.clock.turn(60)
    (again,) = desk.file()
    assert again.filed_as == "7/sept.png"
    move(desk, "7/sept.png", "1/sept.png")
    assert noticed(desk) == [("1", "from 7", "1/sept.png")]
    assert desk.rows()[-1]["id"] == again.id


def test_a_file_that_is_no_picture_is_followed_but_is_no_label(desk: InProcessWatcher) -> None:
    move(desk, "rejected/text.png", "4/text.png")
    assert noticed(desk) == [("", "from rejected", "4/text.png")]
    move(desk, "4/text.png", "5/text.png")
    assert noticed(desk) == [("", "from 4", "5/text.png")]
    assert labels(desk) == {}


def test_a_picture_that_was_rejected_before_is_a_label_once_it_can_be_read(
    desk: InProcessWatcher,
) -> None:
    desk.recogniser = Fussy()
    desk.save("large.png", drawing(4))
    assert [row.status for row in desk.file()] == ["rejected"]
    desk.recogniser = Stub()
    move(desk, "rejected/large.png", "4/large.png")
    assert noticed(desk) == [("4", "from rejected", "4/large.png")]


def test_a_damaged_file_that_was_recovered_is_no_label(desk: InProcessWatcher) -> None:
    put(desk, "4/damaged.png", b"no picture either")
    shutil.rmtree(desk.settings.paths.state)
    desk.settings.paths.state.mkdir()
    desk.file()
    move(desk, "4/damaged.png", "5/damaged.png")
    assert noticed(desk) == [("", "from 4", "5/damaged.png")]


class Fussy(Stub):
    """Rejects everything, like limits that are raised later."""

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
        return [Recognition(None, fault="too many pixels") for _ in files]


@pytest.mark.skipif(os.name != "posix", reason="Windows' names are always text")
def test_a_name_that_is_no_text_is_followed_too(desk: InProcessWatcher) -> None:
    name = os.fsdecode(b"a\xff.png")
    try:
        move(desk, "7/sept.png", f"1/{name}")
    except OSError:
        pytest.skip("this file system refuses such names")
    assert noticed(desk) == [("1", "from 7", "1/a\\udcff.png")]
    move(desk, f"1/{name}", "2/a.png")
    assert noticed(desk) == [("2", "from 1", "2/a.png")]


def test_a_lost_journal_is_rebuilt_with_the_corrections(desk: InProcessWatcher) -> None:
    move(desk, "7/sept.png", "1/sept.png")
    noticed(desk)
    put(desk, "7/sept.png", drawing(7, "new"))  # Where the drawing was once lies another.
    before = desk.rows()
    shutil.rmtree(desk.settings.paths.state)
    desk.settings.paths.state.mkdir()
    assert [row.filed_as for row in desk.file()] == []
    assert desk.rows()[: len(before)] == before
    assert [row["reason"] for row in desk.rows()[len(before) :]] == ["recovered"]
    assert labels(desk) == {"1/sept.png": "1"}


def test_a_move_while_the_journal_was_lost_is_noticed_not_recovered(desk: InProcessWatcher) -> None:
    shutil.rmtree(desk.settings.paths.state)
    desk.settings.paths.state.mkdir()
    move(desk, "7/sept.png", "1/sept.png")
    assert noticed(desk) == [("1", "from 7", "1/sept.png")]


def test_a_recovered_drawing_is_no_label_until_a_person_moves_it(desk: InProcessWatcher) -> None:
    shutil.rmtree(desk.settings.paths.state)
    desk.settings.paths.state.mkdir()
    desk.log.unlink()
    assert noticed(desk) == []
    assert {row["reason"] for row in desk.rows()} == {"recovered"}
    assert labels(desk) == {}
    move(desk, "7/sept.png", "1/sept.png")
    assert noticed(desk) == [("1", "from 7", "1/sept.png")]
    assert labels(desk) == {"1/sept.png": "1"}


@pytest.mark.skipif(os.name != "posix", reason="Windows renames a folder that is not empty")
def test_a_correction_waits_for_a_log_that_cannot_be_written(desk: InProcessWatcher) -> None:
    move(desk, "7/sept.png", "1/sept.png")
    desk.log.unlink()
    desk.log.mkdir()
    (desk.log / "in the way").touch()
    with pytest.raises(OSError, match="log"):
        desk.file()
    shutil.rmtree(desk.log)
    desk.file()
    assert [row["reason"] for row in desk.rows() if row["status"] == "corrected"] == ["from 7"]


def test_a_journal_of_the_first_format_is_migrated(desk: InProcessWatcher) -> None:
    database = sqlite3.connect(desk.journal)
    database.executescript(FIRST_FORMAT)
    database.close()
    assert noticed(desk) == []
    move(desk, "7/sept.png", "1/sept.png")
    assert noticed(desk) == [("1", "from 7", "1/sept.png")]


class Deadly(Stub):
    """Ends the process, like a decoder that crashes; the test then starts a new run."""

    def __init__(self) -> None:
        self.deaths = 0

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
        if any(b"KILL" in data for data in files):
            self.deaths += 1
            raise KeyboardInterrupt
        return super().recognise(files)


@pytest.mark.parametrize("is_recovered", [False, True])
def test_a_file_put_by_hand_that_ends_the_process_three_times_is_left_alone(
    desk: InProcessWatcher, is_recovered: bool
) -> None:
    put(desk, "4/bad.png", drawing(4, "KILL"))
    if is_recovered:
        shutil.rmtree(desk.settings.paths.state)
        desk.settings.paths.state.mkdir()
        desk.file()
        move(desk, "4/bad.png", "5/bad.png")
    desk.recogniser = deadly = Deadly()
    for number in range(3):
        desk.save(f"{number}.png", drawing(3, str(number)))
        with pytest.raises(KeyboardInterrupt):
            desk.file()
    put(desk, "6/good.png", drawing(6))
    rows = desk.file()
    assert [row.filed_as for row in rows if row.reason == "by hand"] == ["6/good.png"]
    assert [row.digit for row in rows if row.file == "bad.png"] == [None] * is_recovered
    assert desk.file() == []
    assert deadly.deaths == 3
    assert {f"3/{number}.png" for number in range(3)} <= set(desk.filed())
    assert "the program ended 3 times" in desk.warnings[-1]


def test_a_recogniser_that_fails_on_a_file_put_by_hand_stops_nothing(
    desk: InProcessWatcher,
) -> None:
    class Failing(Stub):
        def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
            raise RuntimeError(f"a bug with {len(files)} files")

    desk.recogniser = Failing()
    put(desk, "4/bad.png", drawing(4))
    move(desk, "7/sept.png", "1/sept.png")
    assert noticed(desk) == [("1", "from 7", "1/sept.png")]
