"""Reads the rows of a log, in whichever dialect it is."""

import csv
from collections.abc import Callable, Collection, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

from watcher.log.csv_injection import escape_formula, unescape_formula
from watcher.log.dialect import Dialect, from_header
from watcher.types import COLUMNS, Row

# About 300 rows: a part is quick to parse, and quick to skip.
_PART_LENGTH = 1 << 16

# Looking for more texts in a part takes as long as parsing it.
_MAX_TEXTS = 100

_TIME = COLUMNS.index("time")

# Bits of SQLite's integers besides the sign: a longer number cannot be a width that the watcher wrote.
_INTEGER_BITS = 63


def read_log(log: Path, mentioning: Collection[str] = ("",)) -> Iterator[Row]:
    """Yield the rows of a log, without torn and foreign ones. Raises OSError.

    Yields none if the log is missing or has other columns. Every row with one of the texts `mentioning` in a
    field is yielded; parts of the log without any of the texts are skipped unparsed.
    """
    try:
        file = log.open(encoding="utf-8", errors="replace", newline="")
    except FileNotFoundError:
        return
    texts = set(mentioning) | set(map(escape_formula, mentioning))
    if len(texts) > _MAX_TEXTS:
        texts = {""}
    with file:
        try:
            dialect = from_header(file.readline())
            if dialect is None:
                return
            parts = _parts(file, [text.replace('"', '""') for text in texts])
            lines = (line for part in parts for line in StringIO(part, newline=""))
            for fields in csv.reader(lines, delimiter=dialect.separator):
                row = _parse(fields, dialect)
                if row is not None:
                    yield row
        except csv.Error:
            return


def _parts(file: TextIO, texts: Collection[str]) -> Iterator[str]:
    """Yield the parts of a log, whole rows each, that hold one of the texts."""
    is_quoted = False
    while part := file.read(_PART_LENGTH) + file.readline():
        part = part.replace("\0", "")
        # A quoted field with a line break may go on in the next part.
        was_quoted, is_quoted = is_quoted, is_quoted ^ (part.count('"') % 2 == 1)
        if was_quoted or is_quoted or any(text in part for text in texts):
            yield part


def dialect_in(log: Path) -> Dialect | None:
    """Return the dialect of a log by its first line; None for another file. Raises OSError."""
    with log.open(encoding="utf-8", errors="replace", newline="") as file:
        # No header is longer.
        return from_header(file.readline(500))


def _parse(fields: list[str], dialect: Dialect) -> Row | None:
    if len(fields) != len(dialect.columns):
        return None
    if dialect.zone:
        fields[_TIME] = fields[-1]
    try:
        row = Row(*[parse(text) for parse, text in zip(_PARSERS, fields, strict=False)])
    except ValueError:
        return None
    return row if row.id and row.status else None


def _integer(text: str) -> int | None:
    number = int(text) if text else None
    if number is not None and number.bit_length() > _INTEGER_BITS:
        raise ValueError(text)
    return number


def _float(text: str) -> float | None:
    return float(text.replace(",", ".")) if text else None


_NUMBERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("digit", "second_digit", "width", "height"), _integer),
    **dict.fromkeys(("confidence", "second_confidence", "seconds"), _float),
}
_PARSERS = [_NUMBERS.get(column, unescape_formula) for column in COLUMNS]
