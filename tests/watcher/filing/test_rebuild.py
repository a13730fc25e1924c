"""A journal that is lost is made anew, whatever became of log and outbox meanwhile."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing


@pytest.fixture
def desk(tmp_path: Path) -> InProcessWatcher:
    """One drawing filed as a 7; then the journal was lost."""
    desk = InProcessWatcher(tmp_path)
    desk.save("sept.png", drawing(7))
    desk.file()
    shutil.rmtree(desk.settings.paths.state)
    desk.settings.paths.state.mkdir()
    return desk


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows may read all files"
)
def test_a_file_that_cannot_be_read_is_recovered_and_told_of_and_no_label_later(
    desk: InProcessWatcher,
) -> None:
    secret = desk.outbox / "7" / "secret.png"
    secret.write_bytes(drawing(7, "secret"))
    secret.chmod(0)
    desk.save("next.png", drawing(3))
    assert [row.file for row in desk.file()] == ["next.png"]
    (told,) = [line for line in desk.warnings if "secret" in line]
    assert told.startswith(
        "7/secret.png in the outbox cannot be read (Permission denied): it stays"
    )
    secret.chmod(0o600)
    assert desk.file() == []
    rows = {row["filed_as"]: (row["status"], row["reason"]) for row in desk.rows()}
    assert rows == {
        "7/sept.png": ("filed", ""),
        "7/secret.png": ("filed", "recovered"),
        "3/next.png": ("filed", ""),
    }


@pytest.mark.parametrize("width", ["9" * 25, str(1 << 63), "9" * 5000])
def test_a_number_too_long_for_the_journal_is_a_wrong_cell_like_others(
    desk: InProcessWatcher, width: str
) -> None:
    log = desk.log.read_text(encoding="utf-8")
    assert ",28,28," in log
    desk.log.write_text(log.replace(",28,28,", f",{width},28,"), encoding="utf-8")
    desk.save("next.png", drawing(3))
    assert [row.file for row in desk.file()] == ["next.png"]
    rows = {row["filed_as"]: row["reason"] for row in desk.rows()}
    assert rows == {"7/sept.png": "recovered", "3/next.png": ""}


def test_what_the_survey_ignores_gets_no_row(desk: InProcessWatcher) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".hidden.png", "half.png.part"):
        (desk.outbox / "7" / name).write_bytes(drawing(7, name))
    desk.save("next.png", drawing(3))
    assert [row.file for row in desk.file()] == ["next.png"]
    assert [row["filed_as"] for row in desk.rows()] == ["7/sept.png", "3/next.png"]
