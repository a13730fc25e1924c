"""Publishing never replaces, with links, without them, and from another file system."""

import os
from pathlib import Path

import pytest

from tests.support.links import unsupported_link
from watcher.fs.no_replace import Link, move


def test_a_file_gets_its_new_name_and_loses_the_old(
    tmp_path: Path, source: Path, link: Link
) -> None:
    inode = source.stat().st_ino
    move(source, tmp_path / "a.png", link)
    assert (tmp_path / "a.png").stat().st_ino == inode
    assert not source.exists()


def test_a_taken_name_is_refused_and_both_stay(tmp_path: Path, source: Path, link: Link) -> None:
    taken = tmp_path / "a.png"
    taken.write_bytes(b"the user's")
    with pytest.raises(FileExistsError):
        move(source, taken, link)
    assert (source.read_bytes(), taken.read_bytes()) == (b"drawing", b"the user's")


@pytest.mark.skipif(os.name != "posix", reason="links to nowhere are POSIX's")
def test_a_link_to_nowhere_takes_its_name(tmp_path: Path, source: Path, link: Link) -> None:
    (tmp_path / "a.png").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        move(source, tmp_path / "a.png", link)


def test_a_reserved_name_is_removed_if_the_rename_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        move(tmp_path / "gone", tmp_path / "a.png", unsupported_link)
    assert not (tmp_path / "a.png").exists()
