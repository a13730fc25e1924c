"""What the log holds: the journal's rows as lines of CSV, in UTF-8."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from watcher.clock import as_local
from watcher.journal.journal import Journal, LogState
from watcher.log.csv_injection import escape_formula
from watcher.log.dialect import STANDARD, Dialect, from_text
from watcher.types import COLUMNS, Row

HEADER = STANDARD.header.encode("utf-8")

# About 250 kB: writing a log of any length takes little memory.
_ROWS_A_CHUNK = 1000


def to_csv(rows: Iterable[Row], dialect: Dialect = STANDARD) -> bytes:
    """Return rows as lines of the log."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=dialect.separator, lineterminator="\n")
    fields = _for_spreadsheet(dialect.decimal) if dialect.zone else _standard
    writer.writerows(map(fields, rows))
    return text.getvalue().encode("utf-8")


def whole(journal: Journal, dialect: Dialect) -> Iterator[bytes]:
    """Yield all that the log has to hold, in chunks."""
    yield dialect.header.encode("utf-8")
    yield from _chunks(journal, 0, dialect)


def unconfirmed(journal: Journal, state: LogState) -> Iterator[bytes]:
    """Yield what the log has to hold after its confirmed length, in chunks."""
    dialect = from_text(state.dialect)
    if not state.length:
        yield dialect.header.encode("utf-8")
    yield from _chunks(journal, state.rows, dialect)


def _chunks(journal: Journal, after: int, dialect: Dialect) -> Iterator[bytes]:
    rows = journal.rows.after(after)
    while chunk := list(islice(rows, _ROWS_A_CHUNK)):
        yield to_csv(chunk, dialect)


def _standard(row: Row) -> list[str]:
    return list(map(_field, COLUMNS, row.values()))


def _for_spreadsheet(decimal: str) -> Callable[[Row], list[str]]:
    """Return a function that makes a row's fields, with a local time that a spreadsheet takes for a date.

    The exact time is a field of its own.
    """

    def fields(row: Row) -> list[str]:
        cells = [
            cell.replace(".", decimal) if isinstance(value, float) else cell
            for cell, value in zip(_standard(row), row.values(), strict=True)
        ]
        local, at = as_local(row.time), COLUMNS.index("time")
        exact = cells[at]
        if local is not None:
            # Every locale takes this form for a date, and none takes one with an offset.
            cells[at] = f"{local:%Y-%m-%d %H:%M:%S}"
        return [*cells, exact]

    return fields


def _field(column: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.3f}" if column == "seconds" else f"{value:.4f}"
    return escape_formula(str(value))
