"""Which names are left alone: what is unfinished, and what systems keep in folders."""

import re

import pytest

from watcher.fs import ignored_names
from watcher.fs.ignored_names import ignore_also, is_ignored

UNFINISHED = [
    "~$a.png",
    "a.tmp",
    "a.PART",
    "a.png.partial",
    "a.crdownload",
    "a.png.download",
    "sept.png.filepart",
    "a.png.!sync",
    "b.png.opdownload",
    "c.png.sb-1a2b3c4d-Xy12Ab",
    "d.png.pdnSave",
    "e.png~",
    "e.kra~",
    "e.png.bak",
    "#e.png#",
    "a.png.AbC12z",
    ".a.png.icloud",
]

OF_SYSTEMS = [
    ".hidden.png",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "Icon\r",
    "@eaDir",
    "#recycle",
    "@Recycle",
    "#snapshot",
    "@tmp",
    "lost+found",
    "$RECYCLE.BIN",
    "System Volume Information",
]

DRAWINGS = [
    "sept.png",
    "7",
    "a.jpeg",
    "Icon.png",
    "#7.png",
    "a#b#.png",
    "tmp.png",
    "part.png",
    "a~b.png",
    "@7.png",
    "a.png.7",
    "download",
    "a.sb-.png",
    "recycle.png",
]


@pytest.mark.parametrize("name", [*UNFINISHED, *OF_SYSTEMS])
def test_unfinished_files_and_those_of_systems_are_left_alone(name: str) -> None:
    assert is_ignored(name)


@pytest.mark.parametrize("name", DRAWINGS)
def test_other_names_are_drawings(name: str) -> None:
    assert not is_ignored(name)


def test_the_list_in_the_docstring_is_what_is_ignored() -> None:
    rows = [line for line in (ignored_names.__doc__ or "").splitlines() if line.startswith("| `")]
    documented = [name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert len(documented) > 40
    for name in documented:
        sample = name.replace("XX", "aa").replace("*", "sept").replace("\\r", "\r")
        assert is_ignored(sample), name


def test_a_users_patterns_are_added_to_the_list() -> None:
    ignore = ignore_also(["*.Draft.png", "private", "a[0-9].*"])
    for name in ("x.draft.PNG", "Private", "a7.png", "Thumbs.db"):
        assert ignore(name)
    for name in ("x.png", "private.png", "ab.png"):
        assert not ignore(name)
    assert ignore_also([]) is is_ignored
