"""Omniglot's characters are read upright, without look-alikes, or one line says what is wrong."""

import zipfile
from pathlib import Path

import pytest

from training.data.errors import DatasetError
from training.data.omniglot import alphabet, read_omniglot
from watcher.recognition import NOT_DIGIT

STROKES = (
    "START\n10.0,-20.0,0.0\n12.0,-40.0,15.0\nBREAK\n30.0,-30.0,300.0\n35.0,-30.0,310.0\nBREAK\n"
)


def omniglot(folder: Path, *names: str, part: int = 1, strokes: str = STROKES) -> Path:
    path = folder / f"strokes_background_small{part}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, strokes)
    return path


def test_characters_are_read_upright_and_without_what_macos_adds(tmp_path: Path) -> None:
    omniglot(tmp_path, "small1/Greek/character02/0395_07.txt", "__MACOSX/small1/Greek/._x.txt")
    (character,) = read_omniglot(tmp_path)
    assert (character.source, character.writer) == ("Greek/character02", "omniglot-07")
    assert (character.label, alphabet(character)) == (NOT_DIGIT, "Greek")
    assert [len(stroke) for stroke in character.strokes] == [2, 2]
    assert character.strokes[0][1].tolist() == [12, 40]


def test_look_alikes_are_left_out_and_a_character_in_both_zips_is_one(tmp_path: Path) -> None:
    omniglot(tmp_path, "a/Greek/character15/1_01.txt", "a/Greek/character16/2_01.txt")
    omniglot(tmp_path, "b/Greek/character16/2_01.txt", "b/New/character15/3_02.txt", part=2)
    assert [one.source for one in read_omniglot(tmp_path)] == [
        "Greek/character16",
        "New/character15",
    ]


def test_a_folder_without_zips_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="python -m training fetch"):
        read_omniglot(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "byte", "text"])
def test_a_damaged_zip_is_named(tmp_path: Path, damage: str) -> None:
    name = "a/Greek/character02/0395_07.txt"
    path = omniglot(tmp_path, name, strokes="x,y\n" if damage == "text" else STROKES)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        data = data[:-9]
    elif damage == "byte":
        data[60 + len(name)] ^= 255
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=r"small1\.zip: damaged") as refused:
        read_omniglot(tmp_path)
    assert "\n" not in str(refused.value)
