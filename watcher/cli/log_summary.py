"""Sum up the log, as text for a reader or as a table for a spreadsheet."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from watcher.clock import local_day
from watcher.layout import DIGIT_FOLDERS, OUTBOX_FOLDERS
from watcher.log.rows import folder_of
from watcher.types import JUDGED, Reason, Row, Status

# The table has a line for each day and folder in which anything happened.
COLUMNS = ("day", "folder", "drawings", "median_confidence", "corrected_from", "corrected_to")


@dataclass(slots=True)
class Cell:
    """What happened in one folder: the drawings that the watcher filed there, their confidences (0 to 1),
    and how many a person moved out of it and into it."""

    drawings: int = 0
    confidences: list[float] = field(default_factory=list)
    corrected_from: int = 0
    corrected_to: int = 0

    @property
    def median_confidence(self) -> float | None:
        return median(self.confidences) if self.confidences else None

    def add(self, other: "Cell") -> None:
        self.drawings += other.drawings
        self.confidences += other.confidences
        self.corrected_from += other.corrected_from
        self.corrected_to += other.corrected_to


@dataclass(slots=True)
class Summary:
    """`cells` by local day and folder; `corrections` counts (from, to), from
    `Reason.BY_HAND` for a drawing that never was in the inbox. `newest` is the log's newest time, in its
    form."""

    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    corrections: Counter[tuple[str, str]] = field(default_factory=Counter)
    newest: str = ""

    def add(self, row: Row) -> None:
        day, folder = local_day(row.time), folder_of(row.filed_as)
        if row.status != Status.CORRECTED:
            cell = self._cell(day, folder)
            cell.drawings += 1
            if row.status == Status.FILED and row.confidence is not None:
                cell.confidences.append(row.confidence)
            return
        origin = row.reason.removeprefix("from ")
        if origin != Reason.BY_HAND and origin not in OUTBOX_FOLDERS:
            return  # Renamed, or undone.
        self.corrections[origin, folder] += 1
        if origin == folder:
            return  # Confirmed.
        self._cell(day, folder).corrected_to += 1
        if origin in OUTBOX_FOLDERS:
            self._cell(day, origin).corrected_from += 1

    def days(self) -> list[str]:
        return sorted({day for day, _ in self.cells})

    def of(self, day: str | None = None, folder: str | None = None) -> Cell:
        """Return the sum over all days or folders where None is given."""
        total = Cell()
        for (cell_day, cell_folder), cell in self.cells.items():
            if day in (None, cell_day) and folder in (None, cell_folder):
                total.add(cell)
        return total

    def _cell(self, day: str, folder: str) -> Cell:
        return self.cells.setdefault((day, folder), Cell())


def summarise(rows: Iterable[Row], since: str = "") -> Summary:
    """Return the summary of the rows since a time in the log's form."""
    summary = Summary()
    for row in rows:
        summary.newest = max(summary.newest, row.time)
        if row.time >= since:
            summary.add(row)
    return summary


def as_csv(summary: Summary) -> str:
    """Return the table as CSV with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for (day, folder), cell in sorted(summary.cells.items()):
        confidence = "" if cell.median_confidence is None else f"{cell.median_confidence:.4f}"
        writer.writerow(
            (day, folder, cell.drawings, confidence, cell.corrected_from, cell.corrected_to)
        )
    return text.getvalue()


def as_dict(summary: Summary) -> dict[str, Any]:
    """Return the same numbers as an object; confidences are 0 to 1."""
    total = summary.of()
    return {
        "newest": summary.newest or None,
        "drawings": total.drawings,
        "median_confidence": total.median_confidence,
        "cells": [
            {
                "day": day,
                "folder": folder,
                "drawings": cell.drawings,
                "median_confidence": cell.median_confidence,
                "corrected_from": cell.corrected_from,
                "corrected_to": cell.corrected_to,
            }
            for (day, folder), cell in sorted(summary.cells.items())
        ],
        "corrections": [
            {"from": origin, "to": folder, "count": count}
            for (origin, folder), count in summary.corrections.most_common()
        ],
    }


def as_text(summary: Summary) -> Iterator[str]:
    """Yield the summary's lines for a reader."""
    days, total = summary.days(), summary.of()
    shares = ", ".join(_share(summary, status, total.drawings) for status in JUDGED)
    yield f"{_count(total.drawings, 'drawing')} from {days[0]} to {days[-1]} (local time): {shares}"
    if total.median_confidence is not None:
        yield f"median confidence of the filed ones {total.median_confidence:.1%}"
    yield ""
    yield from _folder_table(summary)
    yield ""
    yield from _day_table(summary, days)
    yield ""
    yield from _corrections(summary)


def _share(summary: Summary, status: Status, total: int) -> str:
    folders = DIGIT_FOLDERS if status is Status.FILED else (status,)
    count = sum(summary.of(folder=folder).drawings for folder in folders)
    return f"{count} {status} ({count / total:.1%})" if total else f"{count} {status}"


def _folder_table(summary: Summary) -> Iterator[str]:
    lines: list[tuple[str, ...]] = [
        ("folder", "drawings", "median confidence", "corrected from", "corrected to")
    ]
    for folder in OUTBOX_FOLDERS:
        cell = summary.of(folder=folder)
        confidence = "" if cell.median_confidence is None else f"{cell.median_confidence:.1%}"
        numbers = (cell.drawings, confidence, cell.corrected_from, cell.corrected_to)
        lines.append((folder, *map(str, numbers)))
    return _align(lines)


def _day_table(summary: Summary, days: Sequence[str]) -> Iterator[str]:
    lines: list[tuple[str, ...]] = [("day", *OUTBOX_FOLDERS, Status.CORRECTED)]
    for day in days:
        cells = [summary.cells.get((day, folder), Cell()) for folder in OUTBOX_FOLDERS]
        corrected = sum(cell.corrected_to for cell in cells)
        lines.append((day, *(str(cell.drawings) for cell in cells), str(corrected)))
    return _align(lines)


def _corrections(summary: Summary) -> Iterator[str]:
    yield _count(summary.corrections.total(), "correction")
    for (origin, folder), count in summary.corrections.most_common():
        what = f"confirmed as {folder}" if origin == folder else f"{origin} -> {folder}"
        yield f"{count:8}  {what}"


def _align(lines: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        cells = [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
