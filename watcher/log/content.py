"""What the log holds: the journal's rows as lines of CSV, in UTF-8."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from watcher.journal.journal import Journal, LogState
from watcher.log.csv_injection import escape_formula
from watcher.types import COLUMNS, Row

HEADER = (",".join(COLUMNS) + "\n").encode("utf-8")

# About 250 kB: writing a log of any length takes little memory.
_ROWS_A_CHUNK = 1000


def to_csv(rows: Iterable[Row]) -> bytes:
    """Return rows as lines of the log."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(map(_field, COLUMNS, row.values()) for row in rows)
    return text.getvalue().encode("utf-8")


def whole(journal: Journal) -> Iterator[bytes]:
    """Yield all that the log has to hold, in chunks."""
    yield HEADER
    yield from _chunks(journal, 0)


def unconfirmed(journal: Journal, state: LogState) -> Iterator[bytes]:
    """Yield what the log has to hold after its confirmed length, in chunks."""
    if not state.length:
        yield HEADER
    yield from _chunks(journal, state.rows)


def _chunks(journal: Journal, after: int) -> Iterator[bytes]:
    rows = journal.rows.after(after)
    while chunk := list(islice(rows, _ROWS_A_CHUNK)):
        yield to_csv(chunk)


def _field(column: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.3f}" if column == "seconds" else f"{value:.4f}"
    return escape_formula(str(value))
