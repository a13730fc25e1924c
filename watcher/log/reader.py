"""Reads the rows of a log."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from watcher.log.csv_injection import unescape_formula
from watcher.types import COLUMNS, Row

# What SQLite's integers hold besides the sign: a longer number is no width of ours.
_INTEGER_BITS = 63


def read_log(log: Path) -> Iterator[Row]:
    """Yield the rows of a log, without torn and foreign ones. Raises OSError.

    A log that is missing or has other columns has none.
    """
    try:
        file = log.open(encoding="utf-8", errors="replace", newline="")
    except FileNotFoundError:
        return
    with file:
        lines = csv.reader(line.replace("\0", "") for line in file)
        try:
            if tuple(next(lines, ())) != COLUMNS:
                return
            for fields in lines:
                row = _parsed(fields)
                if row is not None:
                    yield row
        except csv.Error:
            return


def _parsed(fields: list[str]) -> Row | None:
    if len(fields) != len(COLUMNS):
        return None
    values: dict[str, Any] = {}
    for column, text in zip(COLUMNS, fields, strict=True):
        try:
            values[column] = _value(column, text)
        except ValueError:
            return None
    return Row(**values) if values["id"] and values["status"] else None


def _value(column: str, text: str) -> str | int | float | None:
    if column in ("digit", "second_digit", "width", "height"):
        return _integer(text) if text else None
    if column in ("confidence", "second_confidence", "seconds"):
        return float(text) if text else None
    return unescape_formula(text)


def _integer(text: str) -> int:
    number = int(text)
    if number.bit_length() > _INTEGER_BITS:
        raise ValueError(text)
    return number
