"""A digit's folder may be elsewhere, and one that cannot be used keeps no other digit waiting."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from tests.watcher.filing.test_filing import refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links for users")


@pytest.fixture
def desk(tmp_path: Path) -> InProcessWatcher:
    return InProcessWatcher(tmp_path)


@pytest.fixture
def sevens(desk: InProcessWatcher) -> Iterator[Path]:
    """A folder on another disk, to which outbox/7 is a link."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == desk.outbox.stat().st_dev:
        pytest.skip("there is no second file system here")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        if (desk.outbox / "7").is_dir():
            (desk.outbox / "7").rmdir()
        (desk.outbox / "7").symlink_to(folder)
        yield Path(folder)


@pytest.mark.parametrize("links", [True, False])
def test_a_digits_folder_may_be_on_another_disk(
    desk: InProcessWatcher, sevens: Path, links: bool
) -> None:
    if not links:
        desk.link = refused
    for mark in "ab":
        desk.save("seven.png", drawing(7, mark))
        desk.save("three.png", drawing(3, mark))
        desk.file()
    assert sorted(path.name for path in sevens.iterdir()) == ["seven (2).png", "seven.png"]
    assert desk.filed() == ["3/three (2).png", "3/three.png", "7/seven (2).png", "7/seven.png"]
    desk.check()
    assert desk.file() == []


def test_a_correction_goes_to_another_disk_and_back(desk: InProcessWatcher, sevens: Path) -> None:
    desk.save("seven.png", drawing(7))
    desk.save("three.png", drawing(3))
    desk.file()
    shutil.move(sevens / "seven.png", desk.outbox / "3" / "seven.png")
    shutil.move(desk.outbox / "3" / "three.png", sevens / "three.png")
    assert sorted(row.reason for row in desk.file()) == ["from 3", "from 7"]


@pytest.mark.parametrize("what", ["dangling link", "link to itself", "file"])
def test_a_folder_that_cannot_be_used_names_itself_and_the_other_digits_are_filed(
    desk: InProcessWatcher, what: str
) -> None:
    folder = desk.outbox / "7"
    if folder.is_dir():
        folder.rmdir()
    if what == "file":
        folder.write_bytes(b"a file where the folder should be")
    else:
        folder.symlink_to("7" if what == "link to itself" else desk.root / "missing")
    desk.save("seven.png", drawing(7))
    desk.save("three.png", drawing(3))
    assert [row.filed_as for row in desk.file()] == ["3/three.png"]
    assert (desk.inbox / "seven.png").read_bytes() == drawing(7)
    assert str(folder) in desk.left["seven.png"]
    if what == "dangling link":
        assert "missing" in desk.left["seven.png"]
    folder.unlink()
    assert [row.filed_as for row in desk.file()] == ["7/seven.png"]
    desk.check()
