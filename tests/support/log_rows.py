"""The rows of a log, read without the program that wrote it."""

import csv
import io
from pathlib import Path


def logged_rows(log: Path) -> list[dict[str, str]]:
    """Return a log's rows as the standard dialect has them, whichever it is written in."""
    text = log.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=text[2:3] or ","))
    for row in rows:
        if "utc" in row:
            row["time"] = row.pop("utc")
            for column in ("confidence", "second_confidence", "seconds"):
                row[column] = row[column].replace(",", ".")
    return rows
