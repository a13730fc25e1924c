"""`log --xlsx`: the workbook, read back."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.pictures import paint_digit, png
from tests.support.stub import drawing
from tests.support.time_zone import BERLIN, needs_time_zones, time_zone
from watcher.cli.main import run
from watcher.fs.long_paths import plain
from watcher.types import COLUMNS

openpyxl = pytest.importorskip(
    "openpyxl", reason='the tests\' packages are missing: pip install ".[dev]"'
)
pytest.importorskip("xlsxwriter", reason='the tests\' packages are missing: pip install ".[dev]"')

# What Windows takes as a file's name, too.
NAMES = ("=1+1.png", "zahl ä#1 100%25.png", "+7.png")

Write = Callable[..., tuple[int, str, str]]


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    """Three drawings, and a file that is none."""
    watcher = InProcessWatcher(tmp_path)
    for digit, name in enumerate(NAMES):
        watcher.save(name, drawing(digit))
    watcher.save("text.png", b"no picture")
    watcher.file()
    return watcher


@pytest.fixture
def write(watcher: InProcessWatcher, capsys: pytest.CaptureFixture[str]) -> Write:
    def run_it(file: Path, *words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        folders = ("--inbox", str(watcher.inbox), "--outbox", str(watcher.outbox))
        status = run(["log", "--xlsx", str(file), *words, *folders])
        return int(status), *capsys.readouterr()

    return run_it


def cells(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows()
    titles = [cell.value for cell in header]
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_each_row_of_the_log_has_numbers_as_numbers_and_text_as_text(
    watcher: InProcessWatcher, write: Write, tmp_path: Path
) -> None:
    file = tmp_path / "log.xlsx"
    status, out, err = write(file)
    assert (status, err) == (0, "")
    assert out.endswith("log.xlsx: 4 rows, in local time\n")
    sheet = openpyxl.load_workbook(file)["Drawings"]
    rows = cells(sheet)
    assert list(rows[0]) == ["picture", *COLUMNS]
    for found, logged in zip(rows, watcher.rows(), strict=True):
        assert {cell.data_type for cell in found.values()} <= {"s", "n", "d"}, "no formula"
        assert found["sha256"].value == logged["sha256"]
        for column in ("digit", "confidence", "second_digit", "width"):
            value = found[column].value
            assert value == (float(logged[column]) if logged[column] else None)
            assert not isinstance(value, str)
    assert {row["file"].value for row in rows} == {*NAMES, "text.png"}
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:P5"


@needs_time_zones
def test_its_times_are_local_dates(write: Write, tmp_path: Path) -> None:
    with time_zone(BERLIN):
        write(tmp_path / "log.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "log.xlsx")
    first = cells(workbook["Drawings"])[0]["time"]
    assert first.is_date
    assert first.value.replace(microsecond=0) == datetime(2027, 1, 15, 9, 0)
    day = workbook["Totals"].cell(row=17, column=1)
    assert (day.is_date, day.value) == (True, datetime(2027, 1, 15))


def test_it_links_each_drawing_to_where_it_is_now(
    watcher: InProcessWatcher, write: Write, tmp_path: Path
) -> None:
    (watcher.outbox / "9").mkdir()
    (watcher.outbox / "1" / NAMES[1]).rename(watcher.outbox / "9" / NAMES[1])
    (watcher.outbox / "2" / NAMES[2]).unlink()
    watcher.file()
    write(tmp_path / "log.xlsx")
    rows = cells(openpyxl.load_workbook(tmp_path / "log.xlsx")["Drawings"])
    links: dict[str, set[str]] = {}
    for row in rows:
        link = row["filed_as"].hyperlink
        target = url2pathname(urlsplit(link.target).path) if link else ""
        links.setdefault(row["file"].value, set()).add(target)
    outbox = Path(plain(str(watcher.outbox)))
    assert links[NAMES[0]] == {str(outbox / "0" / NAMES[0])}
    assert links[NAMES[1]] == {str(outbox / "9" / NAMES[1])}, "the row before it was moved, too"
    assert links[NAMES[2]] == {""}, "it was deleted"


def test_it_shows_the_drawings(watcher: InProcessWatcher, write: Write, tmp_path: Path) -> None:
    (watcher.outbox / "0" / NAMES[0]).write_bytes(png(paint_digit(7)))
    write(tmp_path / "log.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx")["Drawings"]
    at = {image.anchor._from.row for image in sheet._images}
    row = next(n for n, one in enumerate(cells(sheet), 1) if one["file"].value == NAMES[0])
    assert row in at
    assert all(max(image.width, image.height) == 48 for image in sheet._images)
    rejected = next(n for n, one in enumerate(cells(sheet), 1) if one["file"].value == "text.png")
    assert rejected not in at


def test_the_totals_are_those_of_the_log(write: Write, tmp_path: Path) -> None:
    write(tmp_path / "log.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx")["Totals"]
    counts = {row[0]: row[1] for row in sheet.iter_rows(min_row=2, max_row=14, values_only=True)}
    assert (counts["0"], counts["1"], counts["rejected"], counts["all"]) == (1, 1, 1, 4)
    titles = [cell.value for cell in sheet[16]]
    day = dict(zip(titles, (cell.value for cell in sheet[17]), strict=True))
    assert (day["0"], day["7"], day["rejected"], day["corrected"]) == (1, 0, 1, 0)


def test_it_can_begin_at_a_day(write: Write, tmp_path: Path) -> None:
    assert "log.xlsx: 0 rows" in write(tmp_path / "log.xlsx", "--since", "2028-01-01")[1]
    assert cells(openpyxl.load_workbook(tmp_path / "log.xlsx")["Drawings"]) == []


def test_it_replaces_a_workbook_whole_or_not_at_all(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.xlsx"
    file.write_bytes(b"an older one")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert write(file)[0] == 0
    assert openpyxl.load_workbook(file).sheetnames == ["Drawings", "Totals"]
    assert [path.name for path in tmp_path.iterdir() if "xlsx" in path.name] == ["log.xlsx"]
    status, _, err = write(tmp_path / "nowhere" / "log.xlsx")
    assert (status, err.count("\n")) == (1, 1)
    assert "log.xlsx cannot be written (" in err


def test_only_a_workbook_is_written_over(write: Write, watcher: InProcessWatcher) -> None:
    before = watcher.log.read_bytes()
    with pytest.raises(SystemExit) as ended:
        write(watcher.log)
    assert ended.value.code == 2
    assert watcher.log.read_bytes() == before


def test_a_missing_package_is_one_line_that_says_what_to_install(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "watcher.cli.log_workbook", raising=False)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    status, out, err = write(tmp_path / "log.xlsx")
    assert (status, out) == (1, "")
    assert err == 'a workbook needs one more package: python -m pip install ".[xlsx]"\n'
    assert not (tmp_path / "log.xlsx").exists()
