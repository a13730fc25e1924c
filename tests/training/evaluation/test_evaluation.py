"""Exams count every drawing, and are kept and read again as they were."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.support.pictures import paint_digit, png
from training.data.errors import DatasetError
from training.evaluation.exam import Question, examined, load_exam, save_exam, summary
from training.evaluation.exams import drawings_exam, nothing_exam
from watcher.recognition import NOT_DIGIT, Recogniser
from watcher.recognition.recogniser import SHIPPED

pytestmark = pytest.mark.skipif(
    not (SHIPPED / "digits.tflite").exists(), reason="the shipped model is not there"
)

QUESTIONS = [
    *(Question(f"{digit}.png", digit, paint_digit(digit), pen=5) for digit in range(10)),
    Question("blank.png", NOT_DIGIT, np.full((50, 60, 3), 255, np.uint8), "blank"),
]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.shipped()


def test_an_exam_reads_every_drawing_and_counts_the_blank_ones(recogniser: Recogniser) -> None:
    exam = examined("x", "Title", QUESTIONS, recogniser)
    assert exam.readings["digit"].tolist() == [*range(10), -1]
    assert exam.readings["status"].iloc[-1] == "unsure"
    assert exam.readings["canvas"].tolist() == [400] * 10 + [60]
    assert summary(exam).startswith("Title: 10 of 10 read right (100.00%)")
    assert "1 of 1 not-digits kept out" in summary(exam)


def test_an_exam_is_kept_and_read_again_as_it_was(recogniser: Recogniser, tmp_path: Path) -> None:
    exam = examined("x", "Title", QUESTIONS, recogniser)
    save_exam(exam, tmp_path)
    again = load_exam(tmp_path / "x.npz")
    assert again.title == exam.title
    assert again.readings.to_dict("list") == exam.readings.to_dict("list")
    assert np.array_equal(again.images, exam.images)
    assert np.array_equal(again.drawn, exam.drawn)


def test_drawings_may_lie_in_a_folder_a_digit(recogniser: Recogniser, tmp_path: Path) -> None:
    for digit in (3, 7):
        (tmp_path / str(digit)).mkdir()
        (tmp_path / str(digit) / "a.png").write_bytes(png(paint_digit(digit)))
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.png").write_bytes(png(paint_digit(4)))
    exam = drawings_exam(tmp_path, recogniser)
    assert exam.readings["label"].tolist() == [3, 7, NOT_DIGIT]
    assert exam.readings["file"].tolist() == ["3/a.png", "7/a.png", "letters/a.png"]


def test_drawings_may_have_an_index(recogniser: Recogniser, tmp_path: Path) -> None:
    (tmp_path / "some.png").write_bytes(png(paint_digit(5)))
    (tmp_path / "damaged.png").write_bytes(b"no picture")
    with (tmp_path / "index.csv").open("w", newline="") as file:
        rows = [("file", "label"), ("some.png", "5"), ("damaged.png", "6")]
        csv.writer(file).writerows(rows)
    exam = drawings_exam(tmp_path, recogniser)
    assert exam.readings["label"].tolist() == [5]


def test_a_folder_without_drawings_says_what_was_expected(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    with pytest.raises(DatasetError, match=r"neither an index\.csv nor a folder a digit"):
        drawings_exam(tmp_path, recogniser)


def test_an_index_without_its_columns_says_which(recogniser: Recogniser, tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("name,digit\na.png,5\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="needs the columns file and label"):
        drawings_exam(tmp_path, recogniser)


def test_nothing_on_the_canvas_is_never_filed(recogniser: Recogniser) -> None:
    readings = nothing_exam(recogniser).readings
    assert len(readings) > 200
    assert readings[readings["status"] == "filed"]["file"].tolist() == []
