"""Reading a log, as a whole and for what it mentions."""

import csv
from pathlib import Path

import pytest

from watcher.log.csv_injection import escape_formula
from watcher.log.reader import read_log
from watcher.types import COLUMNS, Row

_NAMES = (
    "sept.png",
    "=1.png",
    "a;-1.png",
    'an "8".png',
    "one, two.png",
    "line\nbreak.png",
    "'.png",
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Half a MB of rows, with each of the odd names now and then, and a person's own line."""
    log = tmp_path / "log.csv"
    with log.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number in range(10_000):
            odd = number % 100 == 7
            name = _NAMES[number // 100 % len(_NAMES)] if odd else f"earlier-{number}.png"
            row = {"id": f"id-{number:05}", "status": "filed", "file": name, "reason": "a, b" * odd}
            writer.writerow([escape_formula(row.get(column, "")) for column in COLUMNS])
        file.write('5" wide,\n')
    return log


@pytest.mark.parametrize("name", _NAMES)
def test_rows_that_mention_a_text_are_all_found(log: Path, name: str) -> None:
    def with_name(rows: list[Row]) -> list[Row]:
        return [row for row in rows if row.file == name]

    expected = with_name(list(read_log(log)))
    assert len(expected) >= 4
    assert with_name(list(read_log(log, [name]))) == expected


def test_most_of_a_log_is_passed_over(log: Path) -> None:
    assert "id-05000" in [row.id for row in read_log(log, ["id-05000"])]
    assert len(list(read_log(log, ["id-05000"]))) < 5000


def test_a_log_is_read_for_any_number_of_texts(log: Path) -> None:
    ids = [f"id-{number:05}" for number in range(0, 10_000, 50)]
    found = {row.id for row in read_log(log, ids)}
    assert found >= set(ids)
