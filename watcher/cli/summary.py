"""`log`: the log summed up, as text for a reader or as a table for a spreadsheet."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from watcher.layout import DIGIT_FOLDERS, OUTBOX_FOLDERS
from watcher.types import JUDGED, Reason, Row, Status

COLUMNS = ("day", "folder", "drawings", "median_confidence", "corrected_from", "corrected_to")
"""Of the table: a line for each day and folder in which anything happened."""


@dataclass(slots=True)
class Cell:
    """What happened in one folder: drawings that the watcher put there, their confidences (0 to 1),
    and how many a person took out of it and brought into it."""

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
    """`cells` by day (UTC, as in the log) and folder; `corrections` counts (from, to), where a
    drawing that never went through the inbox comes "by hand"."""

    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    corrections: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        day, folder = row.time[:10], row.filed_as.partition("/")[0]
        if row.status != Status.CORRECTED:
            cell = self._cell(day, folder)
            cell.drawings += 1
            if row.status == Status.FILED and row.confidence is not None:
                cell.confidences.append(row.confidence)
            return
        origin = row.reason.removeprefix("from ")
        if origin != Reason.BY_HAND and origin not in OUTBOX_FOLDERS:
            return  # Renamed, or taken back.
        self.corrections[origin, folder] += 1
        if origin == folder:
            return  # Confirmed.
        self._cell(day, folder).corrected_to += 1
        if origin in OUTBOX_FOLDERS:
            self._cell(day, origin).corrected_from += 1

    def days(self) -> list[str]:
        return sorted({day for day, _ in self.cells})

    def of(self, day: str | None = None, folder: str | None = None) -> Cell:
        """The sum over all days, or all folders, where none is given."""
        total = Cell()
        for (its_day, its_folder), cell in self.cells.items():
            if day in (None, its_day) and folder in (None, its_folder):
                total.add(cell)
        return total

    def _cell(self, day: str, folder: str) -> Cell:
        return self.cells.setdefault((day, folder), Cell())


def summed(rows: Iterable[Row], since: str = "") -> Summary:
    """The summary of rows from a time on, given as the log writes it or its beginning ("2026-11")."""
    summary = Summary()
    for row in rows:
        if row.time >= since:
            summary.add(row)
    return summary


def as_csv(summary: Summary) -> str:
    """The table as CSV with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for (day, folder), cell in sorted(summary.cells.items()):
        confidence = "" if cell.median_confidence is None else f"{cell.median_confidence:.4f}"
        writer.writerow(
            (day, folder, cell.drawings, confidence, cell.corrected_from, cell.corrected_to)
        )
    return text.getvalue()


def as_text(summary: Summary) -> Iterator[str]:
    """The summary's lines."""
    days, total = summary.days(), summary.of()
    shares = ", ".join(_share(summary, status, total.drawings) for status in JUDGED)
    yield f"{_count(total.drawings, 'drawing')} from {days[0]} to {days[-1]} (UTC): {shares}"
    if total.median_confidence is not None:
        yield f"median confidence of the filed ones {total.median_confidence:.1%}"
    yield ""
    yield from _by_folder(summary)
    yield ""
    yield from _by_day(summary, days)
    yield ""
    yield from _corrections(summary)


def _share(summary: Summary, status: str, of: int) -> str:
    folders = DIGIT_FOLDERS if status == Status.FILED else (status,)
    count = sum(summary.of(folder=folder).drawings for folder in folders)
    return f"{count} {status} ({count / of:.1%})" if of else f"{count} {status}"


def _by_folder(summary: Summary) -> Iterator[str]:
    lines: list[tuple[str, ...]] = [
        ("folder", "drawings", "median confidence", "corrected from", "corrected to")
    ]
    for folder in OUTBOX_FOLDERS:
        cell = summary.of(folder=folder)
        sure = "" if cell.median_confidence is None else f"{cell.median_confidence:.1%}"
        numbers = (cell.drawings, sure, cell.corrected_from, cell.corrected_to)
        lines.append((folder, *map(str, numbers)))
    return _aligned(lines)


def _by_day(summary: Summary, days: Sequence[str]) -> Iterator[str]:
    lines: list[tuple[str, ...]] = [("day", *OUTBOX_FOLDERS, Status.CORRECTED)]
    for day in days:
        cells = [summary.cells.get((day, folder), Cell()) for folder in OUTBOX_FOLDERS]
        corrected = sum(cell.corrected_to for cell in cells)
        lines.append((day, *(str(cell.drawings) for cell in cells), str(corrected)))
    return _aligned(lines)


def _corrections(summary: Summary) -> Iterator[str]:
    yield _count(summary.corrections.total(), "correction")
    for (origin, folder), count in summary.corrections.most_common():
        what = f"confirmed as {folder}" if origin == folder else f"{origin} -> {folder}"
        yield f"{count:8}  {what}"


def _aligned(lines: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        cells = [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
