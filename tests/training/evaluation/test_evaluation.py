"""Exams count every drawing, and are kept and read again as they were."""

import csv
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.support.pictures import paint_digit, png
from training.data.errors import DatasetError
from training.evaluation.exam import (
    Exam,
    Question,
    examine,
    load_exam,
    return_canvas,
    save_exam,
    summary,
    thumbnail,
)
from training.evaluation.exams import EXAMS, take
from watcher.recognition import NOT_DIGIT, Recogniser
from watcher.recognition.recogniser import SHIPPED

pytestmark = pytest.mark.skipif(
    not (SHIPPED / "digits.tflite").exists(), reason="the shipped model is not there"
)

BLANK = np.full((50, 60, 3), 255, np.uint8)

QUESTIONS = [
    *(Question(f"{digit}.png", digit, partial(paint_digit, digit), pen=5) for digit in range(10)),
    Question("blank.png", NOT_DIGIT, partial(return_canvas, BLANK), "blank"),
]


def taken(name: str, folder: Path, recogniser: Recogniser, at_most: int | None = None) -> Exam:
    (kind,) = [kind for kind in EXAMS if kind.name == name]
    return take(kind, folder, recogniser, at_most)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.shipped()


def test_an_exam_reads_every_drawing_and_counts_the_blank_ones(recogniser: Recogniser) -> None:
    exam = examine("x", "Title", QUESTIONS, recogniser)
    assert exam.readings["digit"].tolist() == [*range(10), -1]
    assert exam.readings["status"].iloc[-1] == "unsure"
    assert exam.readings["canvas"].tolist() == [400] * 10 + [60]
    assert summary(exam).splitlines()[:2] == [
        "Title",
        "  10 of 10 read right (100%), 100% filed, 0 wrongly",
    ]
    assert "\n  1 of 1 not-digits kept out" in summary(exam)


@pytest.mark.parametrize("title", [kind.title for kind in EXAMS])
def test_what_is_said_of_an_exam_fits_a_terminal(title: str, recogniser: Recogniser) -> None:
    exam = examine("x", f"{title}, a sample", QUESTIONS, recogniser)
    many = pd.concat([exam.readings.assign(digit=1, status="filed")] * 1000)
    lines = summary(replace(exam, readings=many)).splitlines()
    assert "9000 wrongly" in lines[1]
    assert max(map(len, lines)) <= 80


def test_an_exam_is_kept_and_read_again_as_it_was(recogniser: Recogniser, tmp_path: Path) -> None:
    exam = examine("x", "Title", QUESTIONS, recogniser)
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
    exam = taken("drawings", tmp_path, recogniser)
    assert exam.readings["label"].tolist() == [3, 7, NOT_DIGIT]
    assert exam.readings["file"].tolist() == ["3/a.png", "7/a.png", "letters/a.png"]


def test_drawings_may_have_an_index(recogniser: Recogniser, tmp_path: Path) -> None:
    (tmp_path / "some.png").write_bytes(png(paint_digit(5)))
    (tmp_path / "damaged.png").write_bytes(b"no picture")
    with (tmp_path / "index.csv").open("w", newline="") as file:
        rows = [("file", "label"), ("some.png", "5"), ("damaged.png", "6")]
        csv.writer(file).writerows(rows)
    exam = taken("drawings", tmp_path, recogniser)
    assert exam.readings["label"].tolist() == [5]


def test_a_folder_without_drawings_says_what_was_expected(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    with pytest.raises(DatasetError, match=r"neither an index\.csv nor a folder a digit"):
        taken("drawings", tmp_path, recogniser)


def test_an_index_without_its_columns_says_which(recogniser: Recogniser, tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("name,digit\na.png,5\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="needs the columns file and label"):
        taken("drawings", tmp_path, recogniser)


def test_nothing_on_the_canvas_is_never_filed(recogniser: Recogniser) -> None:
    readings = taken("nothing", Path(), recogniser).readings
    assert len(readings) > 200
    assert readings[readings["status"] == "filed"]["file"].tolist() == []


def test_a_sample_of_an_exam_is_the_same_each_time_and_says_so(recogniser: Recogniser) -> None:
    first, again = (taken("nothing", Path(), recogniser, at_most=10) for _ in range(2))
    assert first.readings["file"].tolist() == again.readings["file"].tolist()
    assert len(first.readings) == 10
    assert first.title.endswith(", a sample")
    assert taken("nothing", Path(), recogniser, at_most=1000).title.endswith("one line")


def test_a_thumbnail_continues_the_paper_where_the_canvas_is_not_square() -> None:
    canvas = np.full((100, 300, 3), (200, 240, 250), np.uint8)
    canvas[40:60, 140:160] = 0
    small = thumbnail(canvas)
    assert small.shape == (96, 96, 3)
    assert (small[0] == (200, 240, 250)).all()
    assert small[48, 48].max() < 60
