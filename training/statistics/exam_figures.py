"""The figures of one exam: tallies, precision and recall, confusions, groups.

All figures are about drawings of digits unless they say "not digits". `dataclasses.asdict` of them
can be written as JSON.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from training.statistics.shares import Share
from training.statistics.tally import Tally, tally
from watcher.recognition import NOT_DIGIT, Status

DIGITS = tuple(range(NOT_DIGIT))

# The digit of a drawing in which no ink was found, as `Exam.readings` has it.
NOT_READ = -1

# Longer side of the canvas: drawn pixel by pixel, an icon, a usual canvas, the whole screen.
CANVAS_SIZES = ((56, "up to 56 px"), (200, "57 to 200 px"), (700, "201 to 700 px"))
LARGER_CANVAS = "over 700 px"

# Paint's pencil, its pens, and its brushes.
PEN_WIDTHS = ((1, "1 px"), (4, "2 to 4 px"), (10, "5 to 10 px"), (24, "11 to 24 px"))
BROADER_PEN = "over 24 px"

# The style of a drawing that has no named style.
PLAIN = "plain"

_TYPES = {"label": int, "digit": int, "confidence": float, "not_digit": float}
_COLUMNS = ("file", *_TYPES, "status", "style", "canvas", "pen")


@dataclass(frozen=True, slots=True)
class Group:
    """The drawings of one style, canvas size or pen width."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class DigitFigures:
    """One digit's precision, recall and F1, which is None when neither is known."""

    digit: int
    precision: Share
    recall: Share
    f1: float | None


@dataclass(frozen=True, slots=True)
class ExamFigures:
    """All figures of one exam.

    `confusion` has a row for each digit drawn and a column for each digit read, and an 11th column for
    drawings in which no ink was found. `filed_as` counts the not-digits filed as each digit. Groups are
    empty where the style, the canvas or the pen is unknown.
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


def exam_figures(name: str, title: str, readings: pd.DataFrame) -> ExamFigures:
    """Return the figures of an exam with these `readings` (columns as `Exam.readings`)."""
    table = with_columns(readings)
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


def with_columns(readings: pd.DataFrame) -> pd.DataFrame:
    """Return `readings` with all the columns that figures need, even where there is no row."""
    return readings.reindex(columns=list(_COLUMNS)).astype(_TYPES)


def only_digits(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the readings of digits in all `tables`, without those of not-digits."""
    table = pd.concat([with_columns(one) for one in tables] or [with_columns(pd.DataFrame())])
    return table[table["label"] != NOT_DIGIT].reset_index(drop=True)


def _by_digit(digits: pd.DataFrame) -> tuple[DigitFigures, ...]:
    drawn, read = digits["label"].to_numpy(), digits["digit"].to_numpy()
    f1 = np.full(len(DIGITS), np.nan)
    if len(digits):
        f1 = precision_recall_fscore_support(drawn, read, labels=DIGITS, zero_division=np.nan)[2]
    both = [int(((drawn == digit) & (read == digit)).sum()) for digit in DIGITS]
    return tuple(
        DigitFigures(
            digit,
            precision=Share.count(both[digit], int((read == digit).sum())),
            recall=Share.count(both[digit], int((drawn == digit).sum())),
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
