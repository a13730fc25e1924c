"""The log, opened in LibreOffice with every separator: no name of a file has become a formula."""

import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing

soffice = shutil.which("soffice")

pytestmark = pytest.mark.skipif(soffice is None, reason="LibreOffice is not installed")

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


def formulas(log: Path, separator: str, folder: Path) -> list[str]:
    """The formulas of a CSV file that is opened with its formulas to be taken for such."""
    options = f"CSV:{separator},34,76,1,,0,false,true,false,false,false,-1,true"
    subprocess.run(
        [
            str(soffice),
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--headless",
            "--convert-to",
            "fods",
            f"--infilter={options}",
            "--outdir",
            str(folder),
            str(log),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    cells = ET.parse(folder / log.with_suffix(".fods").name).iter()
    return [cell.attrib[FORMULA] for cell in cells if FORMULA in cell.attrib]


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


def test_it_would_have_shown(tmp_path: Path) -> None:
    log = tmp_path / "unsafe.csv"
    log.write_text("id,file\n1,=1+1\n2,a;=1+2\n", encoding="utf-8")
    assert formulas(log, "44/59/9", tmp_path) == ["of:=1+1", "of:=1+2"]
