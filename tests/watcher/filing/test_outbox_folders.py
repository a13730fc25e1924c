"""A digit's folder may be elsewhere, and one that cannot be used keeps no other digit waiting."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.links import refuse_link
from tests.support.stub import drawing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links for users")


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    return InProcessWatcher(tmp_path)


@pytest.fixture
def sevens(watcher: InProcessWatcher, elsewhere: Path) -> Path:
    """A folder on another disk, to which outbox/7 is a link."""
    if (watcher.outbox / "7").is_dir():
        (watcher.outbox / "7").rmdir()
    (watcher.outbox / "7").symlink_to(elsewhere)
    return elsewhere


@pytest.mark.parametrize("links", [True, False])
def test_a_digits_folder_may_be_on_another_disk(
    watcher: InProcessWatcher, sevens: Path, links: bool
) -> None:
    if not links:
        watcher.link = refuse_link
    for mark in "ab":
        watcher.save("seven.png", drawing(7, mark))
        watcher.save("three.png", drawing(3, mark))
        watcher.file()
    assert sorted(path.name for path in sevens.iterdir()) == ["seven (2).png", "seven.png"]
    assert watcher.filed() == ["3/three (2).png", "3/three.png", "7/seven (2).png", "7/seven.png"]
    watcher.check()
    assert watcher.file() == []


def test_a_correction_goes_to_another_disk_and_back(
    watcher: InProcessWatcher, sevens: Path
) -> None:
    watcher.save("seven.png", drawing(7))
    watcher.save("three.png", drawing(3))
    watcher.file()
    shutil.move(sevens / "seven.png", watcher.outbox / "3" / "seven.png")
    shutil.move(watcher.outbox / "3" / "three.png", sevens / "three.png")
    assert sorted(row.reason for row in watcher.file()) == ["from 3", "from 7"]


@pytest.mark.parametrize("what", ["dangling link", "link to itself", "file"])
def test_a_folder_that_cannot_be_used_names_itself_and_the_other_digits_are_filed(
    watcher: InProcessWatcher, what: str
) -> None:
    folder = watcher.outbox / "7"
    if folder.is_dir():
        folder.rmdir()
    if what == "file":
        folder.write_bytes(b"a file where the folder should be")
    else:
        folder.symlink_to("7" if what == "link to itself" else watcher.root / "missing")
    watcher.save("seven.png", drawing(7))
    watcher.save("three.png", drawing(3))
    assert [row.filed_as for row in watcher.file()] == ["3/three.png"]
    assert (watcher.inbox / "seven.png").read_bytes() == drawing(7)
    assert str(folder) in watcher.left["seven.png"]
    if what == "dangling link":
        assert "missing" in watcher.left["seven.png"]
    folder.unlink()
    assert [row.filed_as for row in watcher.file()] == ["7/seven.png"]
    watcher.check()
