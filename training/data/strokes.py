"""Pen strokes as they were written: the UNIPEN file of pendigits, the zips of Omniglot.

A stroke is a float32 array of shape (n, 2): x to the right, y *down*, in whatever units its source
uses; drawing scales it. Sources and licences: see `training/data/fetch.py`.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.errors import FETCH, DatasetError

Stroke = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Character:
    """One character as somebody wrote it.

    `label`: 0 to 9, or `watcher.recognition.NOT_DIGIT`. `writer` names who, unique over all sources;
    `style` is how it is written where that matters ("flagged 1"), or "". `source` is the file or
    alphabet and character it comes from.
    """

    strokes: tuple[Stroke, ...]
    label: int
    writer: str
    source: str
    style: str = ""


def read_pendigits(path: Path) -> list[Character]:
    """The digits in a UNIPEN file of pendigits, in its order (y is up there and is turned).

    Raises `DatasetError` where there is no such file.
    """
    if not path.exists():
        raise DatasetError(f"{path}: missing; {FETCH}")
    written: list[Character] = []
    label, writer = -1, ""
    strokes: list[Stroke] = []
    points: list[tuple[float, float]] | None = None

    def finish() -> None:
        if label >= 0 and strokes:
            source = f"{path.name}:{len(written)}"
            written.append(Character(tuple(strokes), label, f"{path.suffix[1:]}-{writer}", source))

    for line in path.read_text(encoding="ascii").splitlines():
        if line.startswith(".SEGMENT"):
            finish()
            label, strokes = int(line.split('"')[1]), []
        elif line.startswith(".COMMENT") and label >= 0 and not strokes:
            writer = line.split()[2]
        elif line.startswith(".PEN_DOWN"):
            points = []
        elif line.startswith(".PEN_UP"):
            if points:
                strokes.append(np.array(points, np.float32))
            points = None
        elif points is not None and line and line[0] == " ":
            x, y = line.split()
            points.append((float(x), -float(y)))
    finish()
    return written


def read_omniglot(path: Path, label: int) -> Iterator[Character]:
    """The characters in a zip of Omniglot's strokes, each with `label`, ordered by name."""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            parts = name.split("/")
            if len(parts) != 4 or not name.endswith(".txt") or parts[0].startswith("__"):
                continue
            _, alphabet, character, file = parts
            strokes = _read_omniglot_strokes(archive.read(name).decode("ascii"))
            if strokes:
                drawer = file.removesuffix(".txt").split("_")[1]
                source = f"{alphabet}/{character}"
                yield Character(strokes, label, f"omniglot-{drawer}", source)


def _read_omniglot_strokes(text: str) -> tuple[Stroke, ...]:
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
