"""What an exam says in figures: tallies, precision and recall, confusions, groups. Pure.

Everything here is about drawings of digits unless it says "not digits". `dataclasses.asdict` of any
of it can be written as JSON.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from training.evaluation.exam import Exam
from training.report.tally import Share, Tally, tally
from watcher.recognition import NOT_DIGIT, Status

DIGITS = tuple(range(NOT_DIGIT))

NOT_READ = -1
"""In `readings`, the digit of a canvas in which nothing was found."""

DRAWN = ("pen", "styles", "drawings")
"""The exams that are drawn as users draw; MNIST was scanned from paper."""

CANVAS_SIZES = ((56, "up to 56 px"), (200, "57 to 200 px"), (700, "201 to 700 px"))
LARGER_CANVAS = "over 700 px"
"""Longer side: drawn pixel by pixel, an icon, a usual canvas, the whole screen."""

PEN_WIDTHS = ((1, "1 px"), (4, "2 to 4 px"), (10, "5 to 10 px"), (24, "11 to 24 px"))
BROADER_PEN = "over 24 px"
"""Paint's pencil, its pens, and its brushes."""

PLAIN = "plain"
"""The style of a drawing of which none is named."""


@dataclass(frozen=True, slots=True)
class Group:
    """The drawings of one style, canvas size or pen width."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class DigitFigures:
    """One digit: of `recall.of` drawings of it `recall.hits` were read so, of `precision.of` drawings
    read so `precision.hits` were it; `f1` is their harmonic mean, None without either."""

    digit: int
    precision: Share
    recall: Share
    f1: float | None


@dataclass(frozen=True, slots=True)
class ExamFigures:
    """All figures of one exam.

    `confusion` has a row a digit drawn and a column a digit read, and an 11th column for "not read"
    (a canvas in which nothing was found); `filed_as` counts the not-digits filed as each digit. The
    groups are empty where nothing is known of the style, the canvas or the pen.
    """

    name: str
    title: str
    tally: Tally
    digits: tuple[DigitFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    filed_as: tuple[int, ...]
    by_style: tuple[Group, ...]
    by_canvas: tuple[Group, ...]
    by_pen: tuple[Group, ...]


def exam_figures(exam: Exam) -> ExamFigures:
    """The figures of one exam, which may be empty."""
    return _figures(exam.name, exam.title, readings(exam))


def drawn_figures(exams: Sequence[Exam]) -> ExamFigures:
    """The figures of all drawn exams together, digits only."""
    return _figures("drawn", "All drawn digits together", drawn_digits(exams))


def readings(exam: Exam) -> pd.DataFrame:
    """The exam's readings with all their columns, however empty the exam."""
    columns = ["file", "label", "digit", "confidence", "not_digit", "status", "style", "canvas"]
    table = exam.readings.reindex(columns=[*columns, "pen"])
    return table.astype({"label": int, "digit": int, "confidence": float, "not_digit": float})


def drawn_digits(exams: Sequence[Exam]) -> pd.DataFrame:
    """The readings of the digits of all drawn exams, one below the other."""
    tables = [readings(exam) for exam in exams if exam.name in DRAWN and len(exam.readings)]
    if not tables:
        return readings(Exam("", "", pd.DataFrame(), *[np.empty(0, np.uint8)] * 3))
    table = pd.concat(tables, ignore_index=True)
    return table[table["label"] != NOT_DIGIT].reset_index(drop=True)


def _figures(name: str, title: str, table: pd.DataFrame) -> ExamFigures:
    digits = table[table["label"] != NOT_DIGIT]
    filed_not_digits = table[(table["label"] == NOT_DIGIT) & (table["status"] == Status.FILED)]
    return ExamFigures(
        name=name,
        title=title,
        tally=tally(table),
        digits=_by_digit(digits),
        confusion=_confusion(digits),
        filed_as=tuple(int((filed_not_digits["digit"] == digit).sum()) for digit in DIGITS),
        by_style=_by_style(table),
        by_canvas=_by_size(table, "canvas", CANVAS_SIZES, LARGER_CANVAS),
        by_pen=_by_size(table, "pen", PEN_WIDTHS, BROADER_PEN),
    )


def _by_digit(digits: pd.DataFrame) -> tuple[DigitFigures, ...]:
    drawn, read = digits["label"].to_numpy(), digits["digit"].to_numpy()
    f1 = np.full(len(DIGITS), np.nan)
    if len(digits):
        f1 = precision_recall_fscore_support(drawn, read, labels=DIGITS, zero_division=np.nan)[2]
    return tuple(
        DigitFigures(
            digit,
            precision=Share.count(
                int((drawn[read == digit] == digit).sum()), int((read == digit).sum())
            ),
            recall=Share.count(
                int((read[drawn == digit] == digit).sum()), int((drawn == digit).sum())
            ),
            f1=None if np.isnan(f1[digit]) else float(f1[digit]),
        )
        for digit in DIGITS
    )


def _confusion(digits: pd.DataFrame) -> tuple[tuple[int, ...], ...]:
    if not len(digits):
        return tuple((0,) * (len(DIGITS) + 1) for _ in DIGITS)
    columns = [*DIGITS, NOT_READ]
    counts = confusion_matrix(digits["label"], digits["digit"], labels=columns)
    return tuple(tuple(int(count) for count in counts[digit]) for digit in DIGITS)


def _by_style(table: pd.DataFrame) -> tuple[Group, ...]:
    style = table["style"].fillna("").replace("", PLAIN)
    if (style == PLAIN).all():
        return ()
    return _groups(table, sorted(style.unique(), key=lambda name: (name == PLAIN, name)), style.eq)


def _by_size(
    table: pd.DataFrame, column: str, sizes: Sequence[tuple[int, str]], larger: str
) -> tuple[Group, ...]:
    size = table[column].fillna(0).to_numpy(dtype=float)
    edges = np.array([most for most, _ in sizes])
    names = np.array([*(name for _, name in sizes), larger])
    bucket = pd.Series(names[np.searchsorted(edges, size)], index=table.index)
    bucket = bucket.where(size > 0, "unknown")
    if (bucket == "unknown").all():
        return ()
    return _groups(table, [*names, "unknown"], bucket.eq)


def _groups(
    table: pd.DataFrame, names: Iterable[str], belongs: Callable[[str], "pd.Series[bool]"]
) -> tuple[Group, ...]:
    members = ((str(name), table[belongs(name)]) for name in names)
    return tuple(Group(name, tally(rows)) for name, rows in members if len(rows))
