"""The figures of small made-up exams, counted by hand, and what is said of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest

from training.evaluation.exam import Exam
from training.network.calibrate import Calibration
from training.report.comments import Comment, exam_comments
from training.report.content import build_content
from training.report.reliability_comments import reliability_comments
from training.report.summary import missed_aims, sentence, thresholds
from training.statistics import exam_figures as statistics
from training.statistics.exam_figures import ExamFigures, only_digits
from training.statistics.reliability import reliability
from training.statistics.shares import interval
from training.wording import per_thousand, percent

Row = Mapping[str, Any]

CALIBRATION = Calibration(1.0, 0.9, 500, 6, 480, 1, interval(1, 480))


def exam(name: str = "pen", *rows: Row) -> Exam:
    """An exam of drawings that are each a plain 3, read as a 3 and filed, but for what `rows` say."""
    usual = {
        "file": "a.png", "label": 3, "digit": 3, "confidence": 0.99, "not_digit": 0.0,
        "status": "filed", "style": "", "writer": "", "canvas": 300, "pen": 3,
    }  # fmt: skip
    table = pd.DataFrame([{**usual, **row} for row in rows])
    blank = np.zeros((len(rows), 28, 28), np.uint8)
    return Exam(
        name, f"Exam {name}", table, blank, np.zeros((len(rows), 96, 96, 3), np.uint8), blank
    )


def exam_figures(one: Exam) -> ExamFigures:
    return statistics.exam_figures(one.name, one.title, one.readings)


def drawn_digits(exams: Sequence[Exam]) -> pd.DataFrame:
    return only_digits([one.readings for one in exams])


def drawn_figures(exams: Sequence[Exam]) -> ExamFigures:
    return build_content("", exams, calibration=CALIBRATION, history=[], card={}).drawn


# Five digits, of which 3 are read right, 3 filed, 1 of them wrongly; two not-digits, one filed.
SIX: tuple[Row, ...] = (
    {},
    {"label": 7, "digit": 7, "style": "crossed 7", "canvas": 56, "pen": 1},
    {"label": 7, "digit": 1, "style": "crossed 7", "canvas": 57, "pen": 4},
    {"label": 7, "digit": 7, "confidence": 0.5, "status": "unsure", "canvas": 701, "pen": 24},
    {"label": 1, "digit": -1, "confidence": 0.0, "not_digit": 1.0, "status": "unsure", "pen": 25},
    {"label": 10, "digit": 4, "canvas": 0, "pen": 0},
    {"label": 10, "digit": 4, "confidence": 0.2, "not_digit": 0.8, "status": "unsure"},
)


def text(comments: tuple[Comment, ...]) -> str:
    return " ".join(comment.text for comment in comments)


def test_a_digit_read_right_counts_whatever_became_of_it() -> None:
    tally = exam_figures(exam("pen", *SIX)).tally
    assert tally.count == 7
    assert (tally.right.hits, tally.right.of, tally.right.share) == (3, 5, 0.6)
    assert (tally.filed.hits, tally.filed_wrongly.hits, tally.filed_wrongly.of) == (3, 1, 3)
    assert (tally.unsure.hits, tally.unsure_right, tally.rejected.hits) == (2, 1, 0)
    assert (tally.kept_out.hits, tally.kept_out.of) == (1, 2)
    assert (tally.right.low, tally.right.high) == interval(3, 5)


def test_precision_and_recall_of_each_digit() -> None:
    digits = exam_figures(exam("pen", *SIX)).digits
    assert (digits[7].recall.hits, digits[7].recall.of) == (2, 3)
    assert (digits[7].precision.hits, digits[7].precision.of) == (2, 2)
    assert digits[7].f1 == pytest.approx(0.8)
    assert (digits[1].precision.hits, digits[1].precision.of, digits[1].f1) == (0, 1, 0.0)
    assert (digits[0].recall.share, digits[0].precision.share, digits[0].f1) == (None, None, None)


def test_the_confusion_matrix_has_a_column_for_not_read() -> None:
    figures = exam_figures(exam("pen", *SIX))
    assert figures.confusion[7] == (0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0)
    assert figures.confusion[1] == (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert sum(map(sum, figures.confusion)) == 5
    assert figures.filed_as == (0, 0, 0, 0, 1, 0, 0, 0, 0, 0)


def test_groups_by_style_canvas_and_pen() -> None:
    figures = exam_figures(exam("pen", *SIX))
    assert [(one.name, one.tally.count) for one in figures.by_style] == [
        ("crossed 7", 2),
        ("plain", 5),
    ]
    assert [(one.name, one.tally.count) for one in figures.by_canvas] == [
        ("up to 56 px", 1), ("57 to 200 px", 1), ("201 to 700 px", 3), ("over 700 px", 1), ("unknown", 1),
    ]  # fmt: skip
    assert [(one.name, one.tally.count) for one in figures.by_pen] == [
        ("1 px", 1), ("2 to 4 px", 3), ("11 to 24 px", 1), ("over 24 px", 1), ("unknown", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows", [(), ({},), ({"label": 10},), ({"label": 10, "digit": -1, "status": "unsure"},)]
)
def test_any_exam_has_figures_and_comments(rows: tuple[Row, ...]) -> None:
    one = exam("drawings", *rows)
    figures = exam_figures(one)
    assert figures.tally.count == len(rows)
    measured = reliability(drawn_digits([one]), 0.9)
    for comment in (
        *exam_comments(figures),
        *reliability_comments(drawn_figures([one]), measured, CALIBRATION),
    ):
        assert comment.text
    json.dumps([asdict(figures), asdict(measured)], allow_nan=False)


def test_only_the_digits_of_drawn_exams_are_taken_together() -> None:
    together = drawn_figures([exam("pen", *SIX), exam("mnist", {}), exam("drawings", {}, {})])
    assert (together.tally.count, together.tally.kept_out.of) == (7, 0)


def test_the_curve_at_the_threshold_files_what_was_filed() -> None:
    rows: tuple[Row, ...] = (
        {"confidence": 0.99},
        {"confidence": 0.97, "digit": 8},
        {"confidence": 0.97},
        {"confidence": 0.95, "status": "unsure"},  # held back for a line across the canvas
        {"confidence": 0.6, "status": "unsure"},
        {"confidence": 0.3, "not_digit": 0.5, "status": "unsure"},
    )
    measured = reliability(drawn_digits([exam("pen", *rows)]), 0.9)
    assert [(one.threshold, one.filed, one.wrong) for one in measured.curve] == [
        (0.99, 1, 0), (0.97, 3, 1), (0.6, 4, 1),
    ]  # fmt: skip
    assert measured.chosen is not None
    assert (measured.chosen.coverage, measured.chosen.risk) == (3 / 6, 1 / 3)


def test_the_calibration_error_weighs_each_range_by_its_drawings() -> None:
    sure, unsure = {"confidence": 0.96}, {"confidence": 0.6}
    rows: tuple[Row, ...] = (sure, sure, {**unsure, "digit": 8}, unsure)
    measured = reliability(drawn_digits([exam("pen", *rows)]), 0.9)
    assert [(one.low, one.high, one.right.hits, one.right.of) for one in measured.bins] == [
        (0.5, 0.7, 1, 2), (0.95, 0.98, 2, 2),
    ]  # fmt: skip
    assert measured.calibration_error == pytest.approx((2 * 0.1 + 2 * 0.04) / 4)
    assert measured.claimed == pytest.approx(0.78)
    assert measured.right == 0.75


def test_a_long_curve_is_thinned_and_keeps_the_chosen_point() -> None:
    rows: tuple[Row, ...] = tuple({"confidence": 0.5 + at / 4000} for at in range(1999))
    measured = reliability(drawn_digits([exam("pen", *rows)]), 0.9003)
    assert len(measured.curve) <= 201
    assert measured.chosen in measured.curve
    assert measured.curve[-1].filed == 1999


def test_comments_name_the_weak_digit_and_its_confusion() -> None:
    rows: tuple[Row, ...] = (
        ({},) * 300 + ({"label": 7, "digit": 7},) * 80 + ({"label": 7, "digit": 1},) * 20
    )
    prose = text(exam_comments(exam_figures(exam("pen", *rows))))
    assert "20 digits of 400 misread: 95% were read right" in prose.replace("95.00%", "95%")
    assert "Read less well than the rest: the 7 (20 of 100 misread, 20.00%; the others 0%)" in prose
    assert "7 as 1, 20 times (20.00% of all 7s)" in prose
    assert "400 of 400 digits filed (100%), 20 of them in a wrong folder." in prose


def test_no_mistake_is_not_called_no_risk() -> None:
    rows: tuple[Row, ...] = ({},) * 100
    prose = text(exam_comments(exam_figures(exam("pen", *rows))))
    assert "up to 3.62% misread is possible" in prose  # 1 - 0.025 ** (1 / 100)
    measured = reliability(drawn_digits([exam("pen", *rows)]), 0.9)
    said = text(reliability_comments(drawn_figures([exam("pen", *rows)]), measured, CALIBRATION))
    assert "none of 100 in the exams was wrong" in said
    assert "at most 36 of 1,000" in said
    assert "too small to tell whether that is under or over the 2 aimed at" in said


def test_a_tiny_exam_is_too_small_to_tell() -> None:
    prose = text(exam_comments(exam_figures(exam("drawings", {}, {"label": 5, "digit": 6}))))
    assert "1 digit of 2 misread" in prose
    assert "the exam is small" in prose
    assert "too small to tell whether one digit is read less well" in prose


def test_the_first_sentence_counts_a_thousand_drawings() -> None:
    rows: tuple[Row, ...] = ({},) * 944 + ({"label": 1},) * 3 + ({"status": "unsure"},) * 53
    assert sentence(exam_figures(exam("pen", *rows)).tally) == (
        "Of 1,000 drawings of digits it files 947, about 3 of them wrongly, and leaves 53 for you."
    )
    assert "none of them wrongly" in sentence(exam_figures(exam("pen", {})).tally)
    few: tuple[Row, ...] = ({},) * 2000 + ({"label": 1},)
    assert "fewer than one of them wrongly" in sentence(exam_figures(exam("pen", *few)).tally)
    assert sentence(exam_figures(exam("pen", {"label": 10})).tally) == ""


def test_an_exam_that_misses_the_aim_is_named_with_how_sure_that_is() -> None:
    many: tuple[Row, ...] = ({},) * 980 + ({"label": 1},) * 20
    few: tuple[Row, ...] = ({},) * 99 + ({"label": 1},)
    good: tuple[Row, ...] = ({},) * 1000
    assert missed_aims([exam_figures(exam("pen", *good))]) == ""
    exams = [("good", good), ("few", few), ("many", many)]
    text = missed_aims([exam_figures(exam(name, *rows)) for name, rows in exams])
    assert "20 in “Exam many” (20 of 1,000) and 10 in “Exam few” (1 of 100, too few" in text
    assert "Exam good" not in text


def test_each_threshold_says_what_it_files_and_gets_wrong() -> None:
    rows: tuple[Row, ...] = ({"confidence": 0.995},) * 8 + ({"confidence": 0.8, "label": 1},) * 2
    offered = {
        one.min_confidence: one
        for one in thresholds(reliability(drawn_digits([exam("pen", *rows)]), 0.85))
    }
    assert [one.is_in_use for one in offered.values()].count(True) == 1
    assert offered["0.85"].is_in_use
    loose, strict = offered["0.7"], offered["0.999"]
    assert (loose.files, loose.wrongly, loose.leaves) == ("1000", "200", "0")
    assert (offered["0.9"].files, offered["0.9"].wrongly) == ("800", "0")
    assert (strict.files, strict.leaves) == ("0", "1000")


@pytest.mark.parametrize(
    ("share", "prose"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.99999, "99.99%"),
        (1e-6, "under 0.01%"),
        (0.5, "50.00%"),
        (None, "–"),
    ],
)
def test_a_percentage_never_rounds_to_none_or_all(share: float | None, prose: str) -> None:
    assert percent(share) == prose


@pytest.mark.parametrize(
    ("share", "prose"), [(0, "0"), (1, "1000"), (0.002, "2"), (0.00481, "4.8"), (0.0258, "26"),
                        (0.00001, "less than 0.1"), (0.99999, "999.9")]
)  # fmt: skip
def test_of_a_thousand(share: float, prose: str) -> None:
    assert per_thousand(share) == prose
