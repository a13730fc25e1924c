"""A lost journal is rebuilt, whatever happened to log and outbox meanwhile."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    """One drawing filed as a 7; then the journal was lost."""
    watcher = InProcessWatcher(tmp_path)
    watcher.save("sept.png", drawing(7))
    watcher.file()
    shutil.rmtree(watcher.settings.paths.state)
    watcher.settings.paths.state.mkdir()
    return watcher


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows may read all files"
)
def test_a_file_that_cannot_be_read_is_recovered_and_told_of_and_no_label_later(
    watcher: InProcessWatcher,
) -> None:
    secret = watcher.outbox / "7" / "secret.png"
    secret.write_bytes(drawing(7, "secret"))
    secret.chmod(0)
    watcher.save("next.png", drawing(3))
    assert [row.file for row in watcher.file()] == ["next.png"]
    (told,) = [line for line in watcher.warnings if "secret" in line]
    assert told.startswith(
        "7/secret.png in the outbox cannot be read (Permission denied): it stays"
    )
    secret.chmod(0o600)
    assert watcher.file() == []
    rows = {row["filed_as"]: (row["status"], row["reason"]) for row in watcher.rows()}
    assert rows == {
        "7/sept.png": ("filed", ""),
        "7/secret.png": ("filed", "recovered"),
        "3/next.png": ("filed", ""),
    }


@pytest.mark.parametrize("width", ["9" * 25, str(1 << 63), "9" * 5000])
def test_a_number_too_long_for_the_journal_is_a_wrong_cell_like_others(
    watcher: InProcessWatcher, width: str
) -> None:
    log = watcher.log.read_text(encoding="utf-8")
    assert ",28,28," in log
    watcher.log.write_text(log.replace(",28,28,", f",{width},28,"), encoding="utf-8")
    watcher.save("next.png", drawing(3))
    assert [row.file for row in watcher.file()] == ["next.png"]
    rows = {row["filed_as"]: row["reason"] for row in watcher.rows()}
    assert rows == {"7/sept.png": "recovered", "3/next.png": ""}


def test_what_the_survey_ignores_gets_no_row(watcher: InProcessWatcher) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".hidden.png", "half.png.part"):
        (watcher.outbox / "7" / name).write_bytes(drawing(7, name))
    watcher.save("next.png", drawing(3))
    assert [row.file for row in watcher.file()] == ["next.png"]
    assert [row["filed_as"] for row in watcher.rows()] == ["7/sept.png", "3/next.png"]
