"""Only what a person said of a drawing, and still holds, is a label to learn from."""

from pathlib import Path

import pytest

from tests.support.outboxes import Outbox
from tests.support.pictures import framed, paint_digit, png
from tests.support.stub import Blind
from training.data.corrections import corrected_examples, read_corrections
from training.data.errors import DatasetError
from watcher.log.content import to_csv
from watcher.log.dialect import Dialect
from watcher.log.reader import read_log
from watcher.recognition import NOT_DIGIT
from watcher.recognition.ink_finder import shipped_finder


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path)


def labels(outbox: Outbox) -> list[tuple[str, int]]:
    return [(one.path.name, one.digit) for one in read_corrections(outbox.folder)]


def test_a_drawing_that_was_dragged_into_a_folder_is_that_folders_digit(outbox: Outbox) -> None:
    outbox.corrected("7/seven.png", b"a")
    assert labels(outbox) == [("seven.png", 7)]


def test_a_log_for_spreadsheets_says_the_same(outbox: Outbox) -> None:
    outbox.corrected("7/sept, ü.png", b"a")
    log, dialect = outbox.folder / "log.csv", Dialect(";", ",", "-3600/-7200")
    rows = to_csv(list(read_log(log)), dialect)
    log.write_bytes(dialect.header.encode("utf-8") + rows)
    assert labels(outbox) == [("sept, ü.png", 7)]


def test_a_name_that_the_log_had_to_disarm_is_found_by_what_it_is(outbox: Outbox) -> None:
    outbox.corrected("7/a;=1.png", b"a")
    assert labels(outbox) == [("a;=1.png", 7)]


def test_what_the_watcher_filed_by_itself_is_no_label(outbox: Outbox) -> None:
    outbox.holds("7/seven.png", b"a")
    outbox.tells("1", "filed", "7", "7/seven.png", b"a")
    assert labels(outbox) == []


def test_the_last_word_counts(outbox: Outbox) -> None:
    outbox.corrected("7/seven.png", b"a")
    (outbox.folder / "7/seven.png").unlink()
    outbox.holds("1/seven.png", b"a")
    outbox.tells("id-1", "corrected", "1", "1/seven.png", b"a")
    assert labels(outbox) == [("seven.png", 1)]


def test_taken_to_unsure_it_has_no_label_any_more(outbox: Outbox) -> None:
    outbox.corrected("7/seven.png", b"a")
    outbox.holds("unsure/seven.png", b"a")
    outbox.tells("id-1", "corrected", "", "unsure/seven.png", b"a")
    assert labels(outbox) == []


def test_what_a_person_called_no_digit_is_learned_as_none(outbox: Outbox) -> None:
    outbox.holds("rejected/seven.png", png(paint_digit(7)))
    outbox.tells("1", "filed", "7", "7/seven.png", png(paint_digit(7)))
    reason = "not a digit, by a person"
    outbox.tells("1", "corrected", "", "rejected/seven.png", png(paint_digit(7)), reason=reason)
    assert labels(outbox) == [("seven.png", NOT_DIGIT)]
    split = corrected_examples(read_corrections(outbox.folder), shipped_finder())
    assert [*split.training.labels, *split.validation.labels] == [NOT_DIGIT]


def test_corrections_are_seen_as_the_finder_of_the_model_finds_their_ink(outbox: Outbox) -> None:
    outbox.corrected("7/framed.png", png(framed(paint_digit(7))))
    found, blank = (
        corrected_examples(read_corrections(outbox.folder), finder)
        for finder in (shipped_finder(), Blind())
    )
    assert len(found.training) + len(found.validation) == 1
    assert len(blank.training) + len(blank.validation) == 0


def test_an_edited_or_deleted_drawing_is_no_label(outbox: Outbox) -> None:
    for name in ("edited.png", "deleted.png"):
        outbox.corrected(f"7/{name}", name.encode())
    (outbox.folder / "7/edited.png").write_bytes(b"another")
    (outbox.folder / "7/deleted.png").unlink()
    assert labels(outbox) == []


def test_the_same_drawing_twice_is_one_label_the_later(outbox: Outbox) -> None:
    outbox.corrected("7/one.png", b"a")
    outbox.corrected("1/two.png", b"a")
    assert labels(outbox) == [("two.png", 1)]


def test_without_a_log_there_is_nothing_to_learn(tmp_path: Path) -> None:
    assert read_corrections(tmp_path) == []


def test_a_log_of_something_else_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DatasetError, match=r"log\.csv: not a log of this program"):
        read_corrections(tmp_path)


@pytest.mark.parametrize("edited", ["7.0", " 7", "7"])
def test_a_digit_as_pandas_or_a_spreadsheet_writes_it_is_that_digit(
    outbox: Outbox, edited: str
) -> None:
    outbox.corrected("7/seven.png", b"a")
    outbox.tells("id-1", "corrected", edited, "7/seven.png", b"a")
    assert labels(outbox) == [("seven.png", 7)]


@pytest.mark.parametrize("edited", ["x", "12", "one", "7.5", "\N{SUPERSCRIPT TWO}"])
def test_a_row_whose_digit_is_none_is_named_and_left_out(
    outbox: Outbox, edited: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outbox.corrected("1/one.png", b"b")
    outbox.corrected("7/seven.png", b"a")
    outbox.tells("id-2", "corrected", edited, "7/seven.png", b"a")
    assert labels(outbox) == [("one.png", 1)]
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f'{outbox.folder / "log.csv"}: "{edited}" is no digit')


def test_a_log_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "log.csv").mkdir()
    with pytest.raises(DatasetError, match=r"log\.csv: cannot be read"):
        read_corrections(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b'id,status,digit,filed_as,sha256\n"1\n,\n']
)
def test_a_damaged_log_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.csv").write_bytes(content)
    with pytest.raises(DatasetError, match=r"log\.csv: not a log of this program") as refused:
        read_corrections(tmp_path)
    assert "\n" not in str(refused.value)


def test_about_a_quarter_is_held_back_and_stays_so_whatever_comes(outbox: Outbox) -> None:
    for number in range(40):
        outbox.corrected(f"7/{number}.png", png(paint_digit(7, width=100 + number)))
    first = read_corrections(outbox.folder)
    held_back = {one.sha256 for one in first if one.is_held_back}
    assert 2 <= len(held_back) <= 18
    outbox.corrected("1/other.png", png(paint_digit(1)))
    again = read_corrections(outbox.folder)
    assert {one.sha256 for one in again if one.is_held_back and one.digit == 7} == held_back


def test_drawings_are_learned_as_the_watcher_sees_them_and_files_that_are_none_are_left_out(
    outbox: Outbox, capsys: pytest.CaptureFixture[str]
) -> None:
    outbox.corrected("7/seven.png", png(paint_digit(7)))
    outbox.corrected("7/text.png", b"no picture")
    split = corrected_examples(read_corrections(outbox.folder), shipped_finder())
    assert len(split.training) + len(split.validation) == 1
    assert "text.png: not trained on" in capsys.readouterr().out
