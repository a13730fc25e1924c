"""Write the log as a workbook: its rows with pictures and links to the files, and a sheet of totals."""

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from watcher.cli.log_summary import Summary, day_table, folder_table
from watcher.clock import as_local
from watcher.fs.long_paths import plain
from watcher.types import COLUMNS, Row

# Longer side of a picture in pixels: its row is then not much higher than a row of text.
SIDE = 48

# What a sheet of Excel holds: rows below the header, and links (Microsoft, "Excel specifications and
# limits").
MAX_ROWS = 1_048_575
MAX_LINKS = 65_530

_PADDING = 2

_DATE, _DAY, _SHARE = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd", "0.00%"

# Characters.
_WIDTHS = {
    "id": 30,
    "time": 19,
    "file": 28,
    "filed_as": 28,
    "reason": 36,
    "sha256": 20,
    "model": 17,
}
_WIDTH = 11

# A picture moves and shrinks with its row, so that a filter hides it.
_MOVE_AND_SIZE = 1


class _Sheet:
    """Writes values into a worksheet, each by its type; no text becomes a formula or a link."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        self.worksheet: Worksheet = workbook.add_worksheet(name)
        self._bold = workbook.add_format({"bold": True})
        self._formats = {
            form: workbook.add_format({"num_format": form}) for form in (_DATE, _DAY, _SHARE)
        }

    def header(self, row: int, titles: Sequence[object]) -> None:
        for column, title in enumerate(titles):
            self.worksheet.write_string(row, column, str(title), self._bold)

    def table(self, top: int, rows: Sequence[Sequence[object]]) -> None:
        """Write titles and the rows below them; a float is a share."""
        self.header(top, rows[0])
        for number, values in enumerate(rows[1:], start=top + 1):
            for column, value in enumerate(values):
                self.write(number, column, value, _SHARE if isinstance(value, float) else "")

    def write(self, row: int, column: int, value: object, form: str = "") -> None:
        """Write a value: None as an empty cell, a datetime as the local time that it shows."""
        cell_format = self._formats.get(form)
        if isinstance(value, datetime):
            # Excel knows no zones.
            naive = value.replace(tzinfo=None)
            self.worksheet.write_datetime(row, column, naive, self._formats[_DATE])
        elif isinstance(value, date):
            self.worksheet.write_datetime(row, column, value, self._formats[_DAY])
        elif isinstance(value, int | float):
            self.worksheet.write_number(row, column, value, cell_format)
        elif value is not None:
            self.worksheet.write_string(row, column, str(value))


def write_workbook(
    file: Path,
    rows: Iterable[Row],
    summary: Summary,
    places: Mapping[str, Path],
    picture: Callable[[Path], bytes | None],
) -> int:
    """Write a workbook under its name at once, over one of that name; return how many rows it has.

    `places` has the file of each drawing by its id; `picture` returns the PNG of a file in at most SIDE x
    SIDE pixels, None if it has none. Rows beyond MAX_ROWS are left out. Raises OSError.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        with tempfile.TemporaryDirectory() as folder, part.open("wb") as stream:
            # Rows are written to the disk one by one: 10,000 need no more memory than their pictures.
            workbook = Workbook(stream, {"constant_memory": True, "tmpdir": folder})
            count = _write_rows(_Sheet(workbook, "Drawings"), rows, places, picture)
            _write_totals(_Sheet(workbook, "Totals"), summary)
            workbook.close()
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return count


def _write_rows(
    sheet: _Sheet,
    rows: Iterable[Row],
    places: Mapping[str, Path],
    picture: Callable[[Path], bytes | None],
) -> int:
    titles = ("picture", *COLUMNS)
    worksheet = sheet.worksheet
    # In points: an inch has 72 of them, and 96 pixels.
    worksheet.set_default_row(0.75 * (SIDE + 2 * _PADDING))
    for column, title in enumerate(titles):
        worksheet.set_column(column, column, _WIDTHS.get(title, _WIDTH))
    worksheet.freeze_panes(1, 0)
    sheet.header(0, titles)
    count = links = 0
    for row in rows:
        if count == MAX_ROWS:
            break
        count += 1
        path = places.get(row.id)
        link = _link(path) if path is not None and links < MAX_LINKS else ""
        if path is not None and (png := picture(path)):
            worksheet.insert_image(count, 0, "drawing.png", _image(png, row))
        for column, value in enumerate(_cells(row), start=1):
            if link and titles[column] == "filed_as":
                worksheet.write_url(count, column, link, string=row.filed_as)
                links += 1
            else:
                sheet.write(count, column, value, _SHARE if "confidence" in titles[column] else "")
    worksheet.autofilter(0, 0, count, len(titles) - 1)
    return count


def _cells(row: Row) -> list[object]:
    return [
        as_local(row.time) or row.time if column == "time" else value
        for column, value in zip(COLUMNS, row.values(), strict=True)
    ]


def _image(png: bytes, row: Row) -> dict[str, Any]:
    return {
        "image_data": BytesIO(png),
        "x_offset": _PADDING,
        "y_offset": _PADDING,
        "object_position": _MOVE_AND_SIZE,
        "description": row.file,
    }


def _link(path: Path) -> str:
    """Return a link to a file.

    XlsxWriter turns the slashes after `file:` into backslashes, which only Windows takes; a scheme may
    be written in capitals (RFC 3986, 3.1).
    """
    return "FILE" + Path(plain(str(path))).as_uri().removeprefix("file")


def _write_totals(sheet: _Sheet, summary: Summary) -> None:
    """Write what was filed in each folder, and below it on each day."""
    sheet.worksheet.set_column(0, 0, 12)
    folders = [*folder_table(summary), ("all", *summary.of().values())]
    sheet.table(0, folders)
    titles, *days = day_table(summary)
    sheet.table(
        len(folders) + 1, [titles, *((_date(str(day)), *numbers) for day, *numbers in days)]
    )


def _date(day: str) -> date | str:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return day
