"""How a log is written: the standard dialect, and one that a spreadsheet program of a locale opens right."""

import csv
import time
from dataclasses import dataclass

from watcher.config.settings import LogSettings
from watcher.log.locales import SEPARATORS, decimal_sign, list_separator, machine_signs
from watcher.types import COLUMNS

# With it Excel takes a file for UTF-8.
BYTE_ORDER_MARK = "\ufeff"

# The last column of a log for spreadsheets: the exact time. A local time without its offset is ambiguous.
EXACT_TIME = "utc"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The separator of cells, the decimal sign, and the zone of `time`.

    `zone` is "" for UTC, else different for each of the machine's zones: one log's times are of one zone.
    A dialect with local times is one for spreadsheets.
    """

    separator: str = ","
    decimal: str = "."
    zone: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*COLUMNS, EXACT_TIME) if self.zone else COLUMNS

    @property
    def header(self) -> str:
        """The log's first line."""
        return (BYTE_ORDER_MARK if self.zone else "") + self.separator.join(self.columns) + "\n"

    def as_text(self) -> str:
        """Return the dialect as the journal stores it; "" for the standard one."""
        return f"{self.separator}{self.decimal}{self.zone}" if self.zone else ""


STANDARD = Dialect()


def from_text(text: str) -> Dialect:
    """Return the dialect that `as_text` was called on."""
    return Dialect(text[0], text[1], text[2:]) if text else STANDARD


def dialect_of(settings: LogSettings, current: Dialect) -> Dialect:
    """Return the dialect to write in; `current` is that of the log.

    A log keeps the machine's signs from when it was begun. Otherwise a service and a terminal with
    different environment variables would begin new logs in turn.
    """
    if settings.dialect == "standard":
        return STANDARD
    if settings.locale is not None:
        decimal = decimal_sign(settings.locale)
        separator = list_separator(decimal)
    elif current.zone:
        separator, decimal = current.separator, current.decimal
    else:
        separator, decimal = machine_signs()
    # Seconds from UTC without and with summer time.
    return Dialect(separator, decimal, f"{time.timezone}/{time.altzone}")


def from_header(line: str) -> Dialect | None:
    """Return a dialect with the separator and columns of a log's first line; None for another file's.

    The decimal sign and the zone do not show there. Raises csv.Error.
    """
    for separator in SEPARATORS:
        lines = csv.reader([line.removeprefix(BYTE_ORDER_MARK)], delimiter=separator)
        columns = tuple(next(lines, ()))
        if columns == COLUMNS:
            return Dialect(separator)
        if columns == (*COLUMNS, EXACT_TIME):
            return Dialect(separator, zone="local")
    return None
