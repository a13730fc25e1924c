"""Sum up the log, as text for a reader or as a table for a spreadsheet."""

import csv
import io
import sqlite3
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from watcher.clock import local_day_span
from watcher.config.settings import Paths
from watcher.console.text import plural
from watcher.errors import CorruptStateError
from watcher.journal.database import NewerJournalError
from watcher.journal.journal import Journal
from watcher.layout import DIGIT_FOLDERS, JOURNAL_FILE, LOG_FILE, OUTBOX_FOLDERS
from watcher.log.comparison import rows_held
from watcher.log.reader import read_log
from watcher.log.rows import folder_of
from watcher.types import JUDGED, Reason, Row, RowOutcome, Status

# The keys of a cell in CSV and JSON: where it is, and its `values`.
_CELL_KEYS = ("day", "folder", "drawings", "median_confidence", "corrected_from", "corrected_to")

# A row of a table of totals; None where there is no number. A float is a share.
TotalsRow = tuple[str | int | float | None, ...]


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
        # There are few values, many times each: counting takes a twentieth of the time that sorting takes.
        ranked = sorted(Counter(self.confidences).items())
        reached = list(accumulate(count for _, count in ranked))
        total = len(self.confidences)
        middle = [ranked[bisect(reached, at)][0] for at in ((total - 1) // 2, total // 2) if total]
        return sum(middle) / 2 if middle else None

    def values(self) -> tuple[int, float | None, int, int]:
        return self.drawings, self.median_confidence, self.corrected_from, self.corrected_to

    def add(self, other: "Cell") -> None:
        self.drawings += other.drawings
        self.confidences += other.confidences
        self.corrected_from += other.corrected_from
        self.corrected_to += other.corrected_to


@dataclass(slots=True)
class Summary:
    """The numbers of a log.

    `cells`: by local day and folder. `corrections`: counts of (from, to); "from" is `Reason.BY_HAND` for a
    drawing that never was in the inbox. `newest`: the log's newest time, in the log's form.
    """

    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    corrections: Counter[tuple[str, str]] = field(default_factory=Counter)
    newest: str = ""

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        """Add rows; reuse what a row has in common with the one before, since there may be a million."""
        since = before = day = newest = ""
        cells: dict[str, Cell] = {}
        for time, place, confidence, reason in outcomes:
            # A call of `max` takes as long as all the rest of the loop.
            if time > newest:  # noqa: PLR1730
                newest = time
            if not (since <= time < before and time[-1] == "Z"):
                day, since, before = local_day_span(time)
                cells = {}
            folder = folder_of(place)
            if reason is not None:
                self._correct(day, folder, reason.removeprefix("from "))
                continue
            cell = cells.get(folder)
            if cell is None:
                cell = cells[folder] = self._cell(day, folder)
            cell.drawings += 1
            if confidence is not None:
                cell.confidences.append(confidence)
        self.newest = max(self.newest, newest)

    def _correct(self, day: str, folder: str, origin: str) -> None:
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


def summarise(paths: Paths, since: str = "") -> Summary:
    """Return the summary of the log's rows since a time in its form. Raises OSError."""
    log, journal = paths.outbox / LOG_FILE, paths.state / JOURNAL_FILE
    with suppress(CorruptStateError, NewerJournalError, sqlite3.Error):
        if journal.exists() and (summary := _from_journal(journal, log, since)):
            return summary
    summary = Summary()
    summary.add(_outcome_of(row) for row in read_log(log) if row.time >= since)
    summary.newest = summary.newest or max((row.time for row in read_log(log)), default="")
    return summary


def _from_journal(path: Path, log: Path, since: str) -> Summary | None:
    """Return the summary of the log as the journal has it; None unless they hold the same rows."""
    with closing(Journal(path, is_read_only=True)) as journal:
        last = rows_held(log, journal)
        if last is None:
            return None
        summary = Summary()
        summary.add(journal.rows.outcomes(last, since))
        summary.newest = summary.newest or journal.rows.newest_time(last)
    return summary


def _outcome_of(row: Row) -> RowOutcome:
    confidence = row.confidence if row.status == Status.FILED else None
    reason = row.reason if row.status == Status.CORRECTED else None
    return row.time, row.filed_as, confidence, reason


def as_csv(summary: Summary) -> str:
    """Return a line for each day and folder in which anything happened, as CSV with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _CELL_KEYS, lineterminator="\n")
    writer.writeheader()
    for cell in _cells(summary):
        confidence = cell["median_confidence"]
        writer.writerow(
            cell | {"median_confidence": "" if confidence is None else f"{confidence:.4f}"}
        )
    return text.getvalue()


def as_dict(summary: Summary) -> dict[str, Any]:
    """Return the same numbers as an object; confidences are 0 to 1."""
    total = summary.of()
    return {
        "newest": summary.newest or None,
        "drawings": total.drawings,
        "median_confidence": total.median_confidence,
        "cells": list(_cells(summary)),
        "corrections": [
            {"from": origin, "to": folder, "count": count}
            for (origin, folder), count in summary.corrections.most_common()
        ],
    }


def _cells(summary: Summary) -> Iterator[dict[str, Any]]:
    for place, cell in sorted(summary.cells.items()):
        yield dict(zip(_CELL_KEYS, (*place, *cell.values()), strict=True))


def folder_table(summary: Summary) -> Iterator[TotalsRow]:
    """Yield the titles, then what was filed in each folder and corrected from and to it."""
    yield "folder", "drawings", "median confidence", "corrected from", "corrected to"
    for folder in OUTBOX_FOLDERS:
        yield folder, *summary.of(folder=folder).values()


def day_table(summary: Summary) -> Iterator[TotalsRow]:
    """Yield the titles, then how many drawings were filed in each folder, and corrected, on each day."""
    yield "day", *OUTBOX_FOLDERS, str(Status.CORRECTED)
    for day in summary.days():
        cells = [summary.cells.get((day, folder), Cell()) for folder in OUTBOX_FOLDERS]
        corrected = sum(cell.corrected_to for cell in cells)
        yield day, *(cell.drawings for cell in cells), corrected


def as_text(summary: Summary) -> Iterator[str]:
    """Yield the summary's lines for a reader."""
    days, total = summary.days(), summary.of()
    shares = ", ".join(_share(summary, status, total.drawings) for status in JUDGED)
    period = f"on {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[-1]}"
    yield f"{plural(total.drawings, 'drawing')} {period} (local time): {shares}"
    if total.median_confidence is not None:
        yield f"median confidence of the filed ones {total.median_confidence:.1%}"
    yield ""
    yield from _align(folder_table(summary))
    yield ""
    yield from _align(day_table(summary))
    yield ""
    yield from _corrections(summary)


def _share(summary: Summary, status: Status, total: int) -> str:
    folders = DIGIT_FOLDERS if status is Status.FILED else (status,)
    count = sum(summary.of(folder=folder).drawings for folder in folders)
    return f"{count} {status} ({count / total:.1%})" if total else f"{count} {status}"


def _corrections(summary: Summary) -> Iterator[str]:
    yield plural(summary.corrections.total(), "correction")
    for (origin, folder), count in summary.corrections.most_common():
        what = f"confirmed as {folder}" if origin == folder else f"{origin} -> {folder}"
        yield f"{count:8}  {what}"


def _align(rows: Iterable[TotalsRow]) -> Iterator[str]:
    lines = [tuple(map(_as_text, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        cells = [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])


def _as_text(value: str | float | None) -> str:
    if value is None:
        return ""
    return f"{value:.1%}" if isinstance(value, float) else str(value)
