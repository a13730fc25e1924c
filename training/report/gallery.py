"""Drawings as pictures in the report: mistakes, all real drawings, filed not-digits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from training.evaluation.exam import Exam
from training.report.sprites import Sheet, sheet
from training.statistics.exam_figures import NOT_READ, with_columns
from training.wording import percent
from watcher.recognition import NOT_DIGIT, Status

# Of one exam: enough to see the pattern.
MAX_MISTAKES = 48

# In the gallery of real drawings; each takes about 1 kB of the page.
MAX_DRAWINGS = 1200

# Bytes of one sheet's PNG: with four exams and all sections the page stays under 3 MB.
MISTAKES_BYTES, GALLERY_BYTES = 150_000, 500_000


@dataclass(frozen=True, slots=True)
class Tile:
    """One drawing and how it was read, in words.

    `kind`: "right", "missed" (misread, not filed) or "wrong" (filed in a wrong folder). `places`: CSS
    position of the drawing and of what the network saw, in their sheets.
    """

    file: str
    label: str
    read: str
    outcome: str
    kind: str
    status: str
    places: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Drawings of one exam side by side; `name` is unique in a page, `count` includes those not shown."""

    name: str
    title: str
    count: int
    tiles: tuple[Tile, ...]
    sheets: Mapping[str, Sheet]


def mistakes(exams: Sequence[Exam]) -> list[Gallery]:
    """Return the misread digits of each exam: filed wrongly first, then by confidence."""
    return _galleries(exams, "mistakes", _misread)


def filed_not_digits(exams: Sequence[Exam]) -> list[Gallery]:
    """Return the drawings of something other than a digit that were filed, by confidence."""
    return _galleries(exams, "filed", _filed_not_digits)


def all_drawings(exams: Sequence[Exam]) -> list[Gallery]:
    """Return every drawing of each exam: misread ones first, then by label."""
    return _galleries(exams, "all", _all, at_most=MAX_DRAWINGS, max_bytes=GALLERY_BYTES)


def _misread(table: pd.DataFrame) -> pd.DataFrame:
    return _worst_first(table[(table["label"] != NOT_DIGIT) & (table["digit"] != table["label"])])


def _filed_not_digits(table: pd.DataFrame) -> pd.DataFrame:
    return _worst_first(table[(table["label"] == NOT_DIGIT) & (table["status"] == Status.FILED)])


def _all(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(["is_right", "label", "confidence"], kind="stable")


def _is_right(table: pd.DataFrame) -> "pd.Series[bool]":
    is_not_digit = table["label"] == NOT_DIGIT
    is_filed = table["status"] == Status.FILED
    return (is_not_digit & ~is_filed) | (~is_not_digit & (table["digit"] == table["label"]))


def _worst_first(table: pd.DataFrame) -> pd.DataFrame:
    order = table.assign(is_unfiled=table["status"] != Status.FILED, least=-table["confidence"])
    return order.sort_values(["is_unfiled", "least"], kind="stable")


def _galleries(
    exams: Sequence[Exam],
    kind: str,
    choose: Callable[[pd.DataFrame], pd.DataFrame],
    *,
    at_most: int = MAX_MISTAKES,
    max_bytes: int = MISTAKES_BYTES,
) -> list[Gallery]:
    galleries = []
    for exam in exams:
        readings = with_columns(exam.readings)
        table = choose(readings.assign(is_right=_is_right(readings)))
        if not len(table):
            continue
        top = table.head(at_most)
        chosen = top.index.to_numpy()
        sheets = {
            "drawn": sheet(exam.drawn[chosen], max_bytes),
            "seen": sheet(exam.images[chosen], max_bytes),
        }
        name = f"{kind}-{''.join(c if c.isalnum() else '-' for c in exam.name)}"
        rows = enumerate(top.to_dict("records"))
        tiles = tuple(_tile(row, number, sheets) for number, row in rows)
        galleries.append(Gallery(name, exam.title, len(table), tiles, sheets))
    return galleries


def _tile(row: Mapping[Any, Any], number: int, sheets: Mapping[str, Sheet]) -> Tile:
    is_digit, is_filed = row["label"] != NOT_DIGIT, row["status"] == Status.FILED
    is_read = row["digit"] != NOT_READ
    verb = "read as" if is_digit or is_filed else "best guess"
    return Tile(
        file=str(row["file"]),
        label=str(row["label"]) if is_digit else "not a digit",
        read=f"{verb} {row['digit']}" if is_read else "not read",
        outcome=(f"{percent(row['confidence'])}, " if is_read else "") + str(row["status"]),
        kind="right" if row["is_right"] else "wrong" if is_filed else "missed",
        status=str(row["status"]),
        places={name: one.place(number) for name, one in sheets.items()},
    )
