"""A person's change in the outbox is found once, and only a person's decision is a label."""

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import Stub, drawing
from tests.watcher.journal.test_journal import FIRST_FORMAT
from watcher.recognition import Recognition
from watcher.types import Row


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    """One drawing filed as a 7, one that is no picture, rejected."""
    watcher = InProcessWatcher(tmp_path)
    watcher.save("sept.png", drawing(7))
    watcher.save("text.png", b"no picture")
    watcher.file()
    return watcher


def move(watcher: InProcessWatcher, place: str, to: str) -> None:
    target = watcher.outbox / to
    target.parent.mkdir(exist_ok=True)
    (watcher.outbox / place).replace(target)


def put(watcher: InProcessWatcher, place: str, content: bytes) -> Path:
    path = watcher.outbox / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def noticed(watcher: InProcessWatcher) -> list[tuple[str, str, str]]:
    """Return the digit, reason and place of each row that two surveys find; each is found once."""
    rows = watcher.file()
    assert watcher.file() == [], "found again"
    assert all(row.status == "corrected" for row in rows)
    logged = watcher.rows()[-len(rows) :] if rows else []
    assert [row["id"] for row in logged] == [row.id for row in rows]
    return [(row["digit"], row["reason"], row["filed_as"]) for row in logged]


def labels(watcher: InProcessWatcher) -> dict[str, str]:
    """Return the digits by place that training takes as labels."""
    last = {row["id"]: row for row in watcher.rows() if row["status"] == "corrected"}
    return {
        row["filed_as"]: row["digit"]
        for row in last.values()
        if row["digit"]
        and (path := watcher.outbox / row["filed_as"]).is_file()
        and hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    }


def test_a_filing_alone_is_no_label(watcher: InProcessWatcher) -> None:
    assert noticed(watcher) == []
    assert labels(watcher) == {}


def test_a_drawing_moved_to_another_digit_is_a_label(watcher: InProcessWatcher) -> None:
    (filed,) = (row for row in watcher.rows() if row["file"] == "sept.png")
    move(watcher, "7/sept.png", "1/sept.png")
    assert noticed(watcher) == [("1", "from 7", "1/sept.png")]
    row = watcher.rows()[-1]
    assert row["confidence"] == row["second_digit"] == row["seconds"] == ""
    for column in ("id", "file", "sha256", "model", "width"):
        assert row[column] == filed[column]
    assert labels(watcher) == {"1/sept.png": "1"}


def test_a_drawing_moved_and_renamed_is_recognised_by_its_content(
    watcher: InProcessWatcher,
) -> None:
    move(watcher, "7/sept.png", "1/one.png")
    assert noticed(watcher) == [("1", "from 7", "1/one.png")]


def test_a_move_back_is_a_correction_too(watcher: InProcessWatcher) -> None:
    for to in ("1/sept.png", "7/sept.png", "1/sept.png"):
        (place,) = (place for place in watcher.filed() if place.endswith("sept.png"))
        move(watcher, place, to)
        assert noticed(watcher) == [(to[0], f"from {place[0]}", to)]
    assert len({row["id"] for row in watcher.rows()}) == 2


@pytest.mark.parametrize("folder", ["unsure", "rejected"])
def test_a_drawing_moved_out_of_the_digits_is_no_longer_a_label(
    watcher: InProcessWatcher, folder: str
) -> None:
    move(watcher, "7/sept.png", "1/sept.png")
    noticed(watcher)
    move(watcher, "1/sept.png", f"{folder}/sept.png")
    assert noticed(watcher) == [("", "from 1", f"{folder}/sept.png")]
    assert labels(watcher) == {}
    move(watcher, f"{folder}/sept.png", "4/sept.png")
    assert noticed(watcher) == [("4", f"from {folder}", "4/sept.png")]
    assert labels(watcher) == {"4/sept.png": "4"}


def test_a_rename_in_its_folder_confirms_nothing(watcher: InProcessWatcher) -> None:
    move(watcher, "7/sept.png", "7/seven.png")
    assert noticed(watcher) == []
    move(watcher, "7/seven.png", "1/seven.png")
    assert noticed(watcher) == [("1", "from 7", "1/seven.png")]


def test_a_label_that_is_renamed_stays_one(watcher: InProcessWatcher) -> None:
    move(watcher, "7/sept.png", "1/sept.png")
    noticed(watcher)
    move(watcher, "1/sept.png", "1/one.png")
    assert noticed(watcher) == [("1", "renamed", "1/one.png")]
    assert labels(watcher) == {"1/one.png": "1"}


def test_a_drawing_put_by_hand_is_a_label_with_a_row_of_its_own(watcher: InProcessWatcher) -> None:
    put(watcher, "4/mine.png", drawing(9))
    assert noticed(watcher) == [("4", "by hand", "4/mine.png")]
    row = watcher.rows()[-1]
    assert (row["file"], row["model"], row["width"]) == ("mine.png", "", "28")
    assert row["id"] not in {other["id"] for other in watcher.rows()[:-1]}
    move(watcher, "4/mine.png", "5/mine.png")
    assert noticed(watcher) == [("5", "from 4", "5/mine.png")]
    assert labels(watcher) == {"5/mine.png": "5"}


def test_a_drawing_put_by_hand_into_unsure_is_a_label_once_it_is_sorted(
    watcher: InProcessWatcher,
) -> None:
    put(watcher, "unsure/mine.png", drawing(9))
    assert noticed(watcher) == []
    move(watcher, "unsure/mine.png", "9/mine.png")
    assert noticed(watcher) == [("9", "by hand", "9/mine.png")]
    move(watcher, "9/mine.png", "unsure/mine.png")
    assert noticed(watcher) == [("", "from 9", "unsure/mine.png")]


@pytest.mark.parametrize(
    "name", [".hidden.png", "~$a.png", "a.png.part", "a.tmp", "Thumbs.db", "sub/a.png"]
)
def test_ignored_names_are_no_drawings(watcher: InProcessWatcher, name: str) -> None:
    path = watcher.outbox / "3" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(drawing(3))
    assert noticed(watcher) == []


def test_notes_among_the_drawings_are_no_label(watcher: InProcessWatcher) -> None:
    put(watcher, "3/notes.txt", b"these are all sevens")
    put(watcher, "3/huge.png", drawing(3) + b"." * (60 << 20))
    assert noticed(watcher) == []


def test_a_deleted_drawing_is_no_label(watcher: InProcessWatcher) -> None:
    move(watcher, "7/sept.png", "1/sept.png")
    noticed(watcher)
    (watcher.outbox / "1/sept.png").unlink()
    assert noticed(watcher) == []
    assert labels(watcher) == {}


def test_a_copy_is_a_label_only_without_its_original(watcher: InProcessWatcher) -> None:
    put(watcher, "1/copy.png", drawing(7))
    assert noticed(watcher) == []
    (watcher.outbox / "7/sept.png").unlink()
    assert noticed(watcher) == [("1", "from 7", "1/copy.png")]


def test_a_drawing_edited_in_its_place_is_no_label(watcher: InProcessWatcher) -> None:
    put(watcher, "7/sept.png", drawing(7, "clearer"))
    assert noticed(watcher) == []
    move(watcher, "7/sept.png", "1/sept.png")
    assert noticed(watcher) == []
    move(watcher, "1/sept.png", "2/sept.png")
    assert noticed(watcher) == []
    assert labels(watcher) == {}


def test_a_drawing_edited_and_moved_between_surveys_is_no_label(watcher: InProcessWatcher) -> None:
    put(watcher, "7/sept.png", drawing(7, "clearer"))
    move(watcher, "7/sept.png", "1/sept.png")
    assert noticed(watcher) == []


@pytest.fixture
def just_filed(tmp_path: Path) -> InProcessWatcher:
    """One drawing filed as a 7 a moment ago, by the clock of the files."""
    watcher = InProcessWatcher(tmp_path)
    watcher.clock.step(time.time() - watcher.clock.clock.now())
    watcher.save("sept.png", drawing(7))
    watcher.file()
    return watcher


def write_on(path: Path, data: bytes) -> None:
    """Write as a program does that has had the file open since it saved it."""
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()


def test_a_drawing_written_to_just_after_its_row_is_filed_again(
    just_filed: InProcessWatcher,
) -> None:
    first = just_filed.rows()[0]
    write_on(just_filed.outbox / "7/sept.png", drawing(5, "the rest of it"))
    (row,) = just_filed.file()
    assert (row.status, row.filed_as, row.file) == ("filed", "5/sept.png", "sept.png")
    assert row.id != first["id"]
    assert just_filed.filed() == ["5/sept.png"]
    assert hashlib.sha256((just_filed.outbox / "5/sept.png").read_bytes()).hexdigest() == row.sha256
    assert just_filed.rows()[0] == first, "it says what was judged then"
    assert just_filed.warnings == [
        "7/sept.png was written to after it was filed: it is filed again"
    ]
    assert just_filed.file() == []


def test_a_drawing_edited_later_than_seconds_after_its_row_stays(
    just_filed: InProcessWatcher,
) -> None:
    # The file's own time of change cannot be set: the row is older instead.
    just_filed.clock.step(-60)
    just_filed.save("huit.png", drawing(8))
    just_filed.file()
    write_on(just_filed.outbox / "8/huit.png", drawing(5))
    assert just_filed.file() == []
    assert just_filed.filed() == ["7/sept.png", "8/huit.png"]


def test_a_drawing_that_a_person_moved_is_not_filed_again(just_filed: InProcessWatcher) -> None:
    move(just_filed, "7/sept.png", "1/sept.png")
    assert noticed(just_filed) == [("1", "from 7", "1/sept.png")]
    write_on(just_filed.outbox / "1/sept.png", drawing(5, "a touch"))
    assert noticed(just_filed) == []
    assert just_filed.filed() == ["1/sept.png"]


def test_a_drawing_replaced_just_after_its_row_is_the_persons(just_filed: InProcessWatcher) -> None:
    other = just_filed.outbox / "other.png"
    other.write_bytes(drawing(5, "another"))
    other.replace(just_filed.outbox / "7/sept.png")
    assert noticed(just_filed) == []
    assert just_filed.filed() == ["7/sept.png"]


def test_a_file_that_is_written_to_for_ever_has_few_rows(just_filed: InProcessWatcher) -> None:
    rows: list[Row] = []
    with just_filed.session(rows.append) as filer:
        survey = just_filed.survey(filer)
        for number in range(10):
            (place,) = just_filed.filed()
            write_on(just_filed.outbox / place, drawing(number, f"frame {number}"))
            just_filed.clock.turn(
                3600
            )  # To the next survey; the wall clock stays that of the files.
            just_filed.clock.step(-3600)
            survey.step(3600)
    assert [row.filed_as for row in rows] == ["0/sept.png", "1/sept.png", "2/sept.png"]


def test_a_label_that_is_edited_is_no_longer_one(watcher: InProcessWatcher) -> None:
    move(watcher, "7/sept.png", "1/sept.png")
    noticed(watcher)
    put(watcher, "1/sept.png", drawing(1, "another"))
    assert noticed(watcher) == []
    assert labels(watcher) == {}
    put(watcher, "1/sept.png", drawing(7))
    assert noticed(watcher) == []
    assert labels(watcher) == {"1/sept.png": "1"}


def test_two_drawings_that_change_places_are_two_corrections(watcher: InProcessWatcher) -> None:
    watcher.save("sept.png", drawing(1))
    watcher.file()
    move(watcher, "7/sept.png", "aside.png")
    move(watcher, "1/sept.png", "7/sept.png")
    move(watcher, "aside.png", "1/sept.png")
    assert sorted(noticed(watcher)) == [
        ("1", "from 7", "1/sept.png"),
        ("7", "from 1", "7/sept.png"),
    ]
    assert labels(watcher) == {"1/sept.png": "1", "7/sept.png": "7"}


def test_a_drawing_moved_onto_another_takes_its_place(watcher: InProcessWatcher) -> None:
    watcher.save("un.png", drawing(1))
    watcher.file()
    move(watcher, "7/sept.png", "1/un.png")
    assert noticed(watcher) == [("1", "from 7", "1/un.png")]


def test_drawings_with_the_same_bytes_are_distinguished_by_their_file(
    watcher: InProcessWatcher,
) -> None:
    for name in ("b.png", "a.png"):
        watcher.save(name, drawing(2, "alike"))
        watcher.file()
    (second,) = (row["id"] for row in watcher.rows() if row["file"] == "a.png")
    move(watcher, "2/a.png", "3/new.png")
    assert noticed(watcher) == [("3", "from 2", "3/new.png")]
    assert watcher.rows()[-1]["id"] == second


def test_a_drawing_taken_back_into_the_inbox_is_a_new_one(watcher: InProcessWatcher) -> None:
    (watcher.outbox / "7/sept.png").rename(watcher.inbox / "again.png")
    (row,) = watcher.file()
    assert (row.status, row.filed_as) == ("filed", "7/again.png")
    put(watcher, "1/copy.png", drawing(7))
    assert noticed(watcher) == [], "the file that was the first one is the second now"


def test_a_correction_counts_for_the_latest_of_two_filings_under_one_name(
    watcher: InProcessWatcher,
) -> None:
    (watcher.outbox / "7/sept.png").rename(watcher.inbox / "sept.png")
    watcher.clock.turn(60)
    (again,) = watcher.file()
    assert again.filed_as == "7/sept.png"
    move(watcher, "7/sept.png", "1/sept.png")
    assert noticed(watcher) == [("1", "from 7", "1/sept.png")]
    assert watcher.rows()[-1]["id"] == again.id


def test_a_file_that_is_no_picture_is_followed_but_is_no_label(watcher: InProcessWatcher) -> None:
    move(watcher, "rejected/text.png", "4/text.png")
    assert noticed(watcher) == [("", "from rejected", "4/text.png")]
    move(watcher, "4/text.png", "5/text.png")
    assert noticed(watcher) == [("", "from 4", "5/text.png")]
    assert labels(watcher) == {}


def test_a_picture_that_was_rejected_before_is_a_label_once_it_can_be_read(
    watcher: InProcessWatcher,
) -> None:
    watcher.recogniser = Fussy()
    watcher.save("large.png", drawing(4))
    assert [row.status for row in watcher.file()] == ["rejected"]
    watcher.recogniser = Stub()
    move(watcher, "rejected/large.png", "4/large.png")
    assert noticed(watcher) == [("4", "from rejected", "4/large.png")]


def test_a_damaged_file_that_was_recovered_is_no_label(watcher: InProcessWatcher) -> None:
    put(watcher, "4/damaged.png", b"no picture either")
    shutil.rmtree(watcher.settings.paths.state)
    watcher.settings.paths.state.mkdir()
    watcher.file()
    move(watcher, "4/damaged.png", "5/damaged.png")
    assert noticed(watcher) == [("", "from 4", "5/damaged.png")]


class Fussy(Stub):
    """Rejects everything, like limits that are raised later."""

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
        return [Recognition(None, fault="too many pixels") for _ in files]


@pytest.mark.skipif(os.name != "posix", reason="Windows' names are always text")
def test_a_name_that_is_no_text_is_followed_too(watcher: InProcessWatcher) -> None:
    name = os.fsdecode(b"a\xff.png")
    try:
        move(watcher, "7/sept.png", f"1/{name}")
    except OSError:
        pytest.skip("this file system refuses such names")
    assert noticed(watcher) == [("1", "from 7", "1/a\\udcff.png")]
    move(watcher, f"1/{name}", "2/a.png")
    assert noticed(watcher) == [("2", "from 1", "2/a.png")]


def test_a_lost_journal_is_rebuilt_with_the_corrections(watcher: InProcessWatcher) -> None:
    move(watcher, "7/sept.png", "1/sept.png")
    noticed(watcher)
    put(watcher, "7/sept.png", drawing(7, "new"))  # Where the drawing was once lies another.
    before = watcher.rows()
    shutil.rmtree(watcher.settings.paths.state)
    watcher.settings.paths.state.mkdir()
    assert [row.filed_as for row in watcher.file()] == []
    assert watcher.rows()[: len(before)] == before
    assert [row["reason"] for row in watcher.rows()[len(before) :]] == ["recovered"]
    assert labels(watcher) == {"1/sept.png": "1"}


def test_a_move_while_the_journal_was_lost_is_noticed_not_recovered(
    watcher: InProcessWatcher,
) -> None:
    shutil.rmtree(watcher.settings.paths.state)
    watcher.settings.paths.state.mkdir()
    move(watcher, "7/sept.png", "1/sept.png")
    assert noticed(watcher) == [("1", "from 7", "1/sept.png")]


def test_a_recovered_drawing_is_no_label_until_a_person_moves_it(watcher: InProcessWatcher) -> None:
    shutil.rmtree(watcher.settings.paths.state)
    watcher.settings.paths.state.mkdir()
    watcher.log.unlink()
    assert noticed(watcher) == []
    assert {row["reason"] for row in watcher.rows()} == {"recovered"}
    assert labels(watcher) == {}
    move(watcher, "7/sept.png", "1/sept.png")
    assert noticed(watcher) == [("1", "from 7", "1/sept.png")]
    assert labels(watcher) == {"1/sept.png": "1"}


@pytest.mark.skipif(os.name != "posix", reason="Windows renames a folder that is not empty")
def test_a_correction_waits_for_a_log_that_cannot_be_written(watcher: InProcessWatcher) -> None:
    move(watcher, "7/sept.png", "1/sept.png")
    watcher.log.unlink()
    watcher.log.mkdir()
    (watcher.log / "in the way").touch()
    with pytest.raises(OSError, match="log"):
        watcher.file()
    shutil.rmtree(watcher.log)
    watcher.file()
    assert [row["reason"] for row in watcher.rows() if row["status"] == "corrected"] == ["from 7"]


def test_a_journal_of_the_first_format_is_migrated(watcher: InProcessWatcher) -> None:
    database = sqlite3.connect(watcher.journal)
    database.executescript(FIRST_FORMAT)
    database.close()
    assert noticed(watcher) == []
    move(watcher, "7/sept.png", "1/sept.png")
    assert noticed(watcher) == [("1", "from 7", "1/sept.png")]


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
    watcher: InProcessWatcher, is_recovered: bool
) -> None:
    put(watcher, "4/bad.png", drawing(4, "KILL"))
    if is_recovered:
        shutil.rmtree(watcher.settings.paths.state)
        watcher.settings.paths.state.mkdir()
        watcher.file()
        move(watcher, "4/bad.png", "5/bad.png")
    watcher.recogniser = deadly = Deadly()
    for number in range(3):
        watcher.save(f"{number}.png", drawing(3, str(number)))
        with pytest.raises(KeyboardInterrupt):
            watcher.file()
    put(watcher, "6/good.png", drawing(6))
    rows = watcher.file()
    assert [row.filed_as for row in rows if row.reason == "by hand"] == ["6/good.png"]
    assert [row.digit for row in rows if row.file == "bad.png"] == [None] * is_recovered
    assert watcher.file() == []
    assert deadly.deaths == 3
    assert {f"3/{number}.png" for number in range(3)} <= set(watcher.filed())
    assert "the program ended 3 times" in watcher.warnings[-1]


def test_a_recogniser_that_fails_on_a_file_put_by_hand_stops_nothing(
    watcher: InProcessWatcher,
) -> None:
    class Failing(Stub):
        def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
            raise RuntimeError(f"a bug with {len(files)} files")

    watcher.recogniser = Failing()
    put(watcher, "4/bad.png", drawing(4))
    move(watcher, "7/sept.png", "1/sept.png")
    assert noticed(watcher) == [("1", "from 7", "1/sept.png")]
