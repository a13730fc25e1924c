"""Omniglot: characters of eight alphabets as "not a digit", without those that look like one.

Chosen by looking at every character: those that many people would take for a digit are left out of
training and exam alike, since neither answer would be wrong.
"""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from training.data.errors import FETCH, DatasetError
from training.data.strokes import Character, Stroke
from watcher.recognition import NOT_DIGIT

# Whole alphabets that training never sees: an exam.
EXAM_ALPHABETS = frozenset({"Greek", "Early_Aramaic", "Tagalog"})

# Not trained on, but looked at while choosing.
VALIDATION_ALPHABETS = frozenset({"Balinese"})

# Numbers of the characters that look like a digit (the comment says which).
LOOK_ALIKES: dict[str, frozenset[int]] = {
    "Balinese": frozenset({5, 14, 17}),  # 7, 7 or mirrored 1, 7
    "Early_Aramaic": frozenset({1, 2, 3, 4, 6, 7, 12, 14, 16, 17, 20}),  # 4 9 1 4 4 1 6 9 0 7 4
    "Greek": frozenset({4, 6, 8, 9, 15, 18}),  # 8 5 0 1 0 6
    "Japanese_(katakana)": frozenset(
        {1, 4, 22, 24, 27, 30, 38, 42, 43, 45, 46}
    ),  # 7 1 7 1 7 7 7 0 7 2 7
    "Korean": frozenset({12, 20, 21, 22, 27, 28, 33, 37}),  # 4 4 1 7 2 0 0 7
    "Latin": frozenset({2, 7, 9, 12, 15, 17, 19, 26}),  # b g i l o q s z
    "Sanskrit": frozenset({5, 13, 27, 37}),  # 5 5 2 3
    "Tagalog": frozenset({3, 16}),  # 3 9
}


def read_omniglot(folder: Path) -> list[Character]:
    """Return the characters of the zips in `folder` that look like no digit, each once, by name.

    Raises `DatasetError` where a zip is missing or damaged.
    """
    paths = sorted(folder.glob("strokes_background_small*.zip"))
    if not paths:
        raise DatasetError(f"{folder}: no strokes there; {FETCH}")
    characters: dict[tuple[str, str], Character] = {}
    for path in paths:
        for character in _read_zip(path):
            # Greek and Latin are in both zips.
            characters.setdefault((character.source, character.writer), character)
    return list(characters.values())


def alphabet(character: Character) -> str:
    """Return the alphabet of a character of `read_omniglot`."""
    return character.source.split("/")[0]


def _read_zip(path: Path) -> Iterator[Character]:
    """Yield the characters in `strokes_background_small1/Greek/character02/0395_07.txt` and so on."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                parts = name.split("/")
                if len(parts) != 4 or not name.endswith(".txt") or parts[0].startswith("__"):
                    continue
                _, alphabet, character, file = parts
                number = int(character.removeprefix("character"))
                if number in LOOK_ALIKES.get(alphabet, ()):
                    continue
                strokes = _strokes(archive.read(name).decode("ascii"))
                if strokes:
                    drawer = file.removesuffix(".txt").split("_")[1]
                    source = f"{alphabet}/{character}"
                    yield Character(strokes, NOT_DIGIT, f"omniglot-{drawer}", source)
    except (OSError, ValueError, IndexError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(f"{path}: damaged ({error}); remove it and {FETCH}") from error


def _strokes(text: str) -> tuple[Stroke, ...]:
    strokes: list[Stroke] = []
    points: list[tuple[float, float]] = []
    for line in text.splitlines():
        if line == "BREAK":
            if points:
                strokes.append(np.array(points, np.float32))
            points = []
        elif "," in line:
            x, y, _ = line.split(",")
            points.append((float(x), -float(y)))
    return tuple(strokes)
