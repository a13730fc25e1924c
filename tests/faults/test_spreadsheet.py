"""The log and the workbook in LibreOffice: cells are what they are meant to be, and no name is a formula."""

import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from tests.support.time_zone import BERLIN, time_zone
from watcher.cli.main import run
from watcher.config.settings import LogSettings
from watcher.log.dialect import STANDARD, dialect_of
from watcher.types import COLUMNS

soffice = shutil.which("soffice")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(soffice is None, reason="LibreOffice is not installed"),
]

# As its filter for CSV files counts them.
SEPARATORS = {"comma": "44", "semicolon": "59", "comma, semicolon and tab": "44/59/9"}

FORMULA = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}formula"

NAMES = [
    start + text
    for text in ("1+1.png", "cmd|' calc'!A0.png", 'HYPERLINK("example.invalid").png')
    for formula in "=+-@＝＋－＠"
    for start in (
        formula,
        " " + formula,
        "'" + formula,
        '"' + formula,
        "a;" + formula,
        'a;"' + formula,
        "a; '" + formula,
        "a," + formula,
        'a",' + formula,
    )
]


OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

LANGUAGES = {"de_DE": 1031, "fr_FR": 1036, "en_US": 1033}
"""As its filter for CSV files counts them."""

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item>
</oor:items>
"""


def opened(
    file: Path, folder: Path, *, separator: str = "", language: int = 0, locale: str = "en_US"
) -> ET.Element:
    """A file as LibreOffice set to `locale` opens it; a CSV file with its formulas taken for such."""
    profile = folder / f"profile-{locale}"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    registry = profile / "user" / "registrymodifications.xcu"
    registry.write_text(PROFILE.format(locale.replace("_", "-")), encoding="utf-8")
    options = f"CSV:{separator},34,76,1,,{language},false,true,false,false,false,-1,true"
    subprocess.run(
        [
            str(soffice),
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            "fods",
            *([f"--infilter={options}"] if separator else []),
            "--outdir",
            str(folder),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return ET.parse(folder / file.with_suffix(".fods").name).getroot()


def formulas(log: Path, separator: str, folder: Path) -> list[str]:
    """The formulas of a CSV file."""
    cells = opened(log, folder, separator=separator).iter()
    return [cell.attrib[FORMULA] for cell in cells if FORMULA in cell.attrib]


def table(document: ET.Element) -> list[dict[str, tuple[str, str]]]:
    """The first sheet's rows by the titles in its first: each cell's kind, and its value as text."""
    sheet = next(document.iter(f"{TABLE}table"))
    lines = [
        [cell for one in row for cell in cells_of(one)] for row in sheet.iter(f"{TABLE}table-row")
    ]
    titles = [value for _, value in lines[0] if value]
    return [dict(zip(titles, line, strict=False)) for line in lines[1:] if any(v for _, v in line)]


def cells_of(cell: ET.Element) -> list[tuple[str, str]]:
    """A cell as often as it is repeated."""
    kind = cell.get(f"{OFFICE}value-type", "")
    text = "".join("".join(part.itertext()) for part in cell if part.tag.endswith("}p"))
    value = cell.get(f"{OFFICE}date-value") or cell.get(f"{OFFICE}value") or text
    # The last ones of a row are repeated to the edge of the sheet.
    return [(kind, value)] * min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), 100)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_no_name_is_a_formula_in_libreoffice(
    tmp_path: Path, separator: str, tried: Counter[str]
) -> None:
    watcher = InProcessWatcher(tmp_path)
    for number, name in enumerate(NAMES):
        watcher.save(name, drawing(number % 10, str(number)))
    watcher.file()
    assert len(watcher.rows()) == len(NAMES)
    assert formulas(watcher.log, SEPARATORS[separator], tmp_path) == []
    tried["names opened in LibreOffice"] += len(NAMES)


def logged(tmp_path: Path, dialect: LogSettings) -> InProcessWatcher:
    """Two drawings with umlauts and separators in their names."""
    watcher = InProcessWatcher(tmp_path, log_settings=dialect)
    with time_zone(BERLIN):
        watcher.save("fünf, groß; é.png", drawing(5))
        watcher.save("=1+1.png", drawing(1))
        watcher.file()
    return watcher


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_log_for_spreadsheets_is_opened_as_it_is_meant(tmp_path: Path, locale: str) -> None:
    watcher = logged(tmp_path, LogSettings("spreadsheet", locale))
    separator = str(ord(dialect_of(watcher.settings.log, STANDARD).separator))
    rows = table(opened(watcher.log, tmp_path, separator=separator, locale=locale))
    assert [list(row) for row in rows] == [[*COLUMNS, "utc"]] * 2
    by_name = {row["file"][1]: row for row in rows}
    assert set(by_name) == {"'=1+1.png", "fünf, groß; é.png"}
    for row in rows:
        assert row["time"] == ("date", "2027-01-15T09:00:00")
        assert row["confidence"] == ("float", "0.9")
        assert row["seconds"][0] == "float"
        assert row["width"] == ("float", "28")
    assert by_name["fünf, groß; é.png"]["digit"] == ("float", "5")


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_standard_log_is_opened_with_the_choices_that_the_page_names(
    tmp_path: Path, locale: str
) -> None:
    watcher = logged(tmp_path, LogSettings("standard", None))
    english = LANGUAGES["en_US"]
    rows = table(opened(watcher.log, tmp_path, separator="44", language=english, locale=locale))
    assert [list(row) for row in rows] == [list(COLUMNS)] * 2
    assert {row["file"][1] for row in rows} == {"'=1+1.png", "fünf, groß; é.png"}
    for row in rows:
        assert row["confidence"] == ("float", "0.9")
        # With its offset from UTC, LibreOffice takes no time for a date.
        assert row["time"] == ("string", "2027-01-15T08:00:00.000Z")


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_workbook_is_opened_as_it_is_meant(tmp_path: Path, locale: str) -> None:
    watcher = logged(tmp_path, LogSettings("standard", None))
    folders = ("--inbox", str(watcher.inbox), "--outbox", str(watcher.outbox))
    with time_zone(BERLIN):
        assert run(["log", "--xlsx", str(tmp_path / "log.xlsx"), *folders]) == 0
    document = opened(tmp_path / "log.xlsx", tmp_path, locale=locale)
    assert not [cell for cell in document.iter() if FORMULA in cell.attrib]
    for row in table(document):
        assert row["time"] == ("date", "2027-01-15T09:00:00")
        assert row["confidence"] == ("percentage", "0.9")
        assert row["digit"][0] == "float"
    links = [one.get("{http://www.w3.org/1999/xlink}href", "") for one in document.iter()]
    linked = {url2pathname(urlsplit(link).path) for link in links if link}
    assert linked == {str(watcher.outbox / row["filed_as"]) for row in watcher.rows()}


def test_it_would_have_shown(tmp_path: Path) -> None:
    log = tmp_path / "unsafe.csv"
    log.write_text("id,file\n1,=1+1\n2,a;=1+2\n", encoding="utf-8")
    assert formulas(log, "44/59/9", tmp_path) == ["of:=1+1", "of:=1+2"]
