"""UCI pendigits: the digits of 44 writers as pen strokes, in a simple form of UNIPEN."""

from pathlib import Path

import numpy as np

from training.data.errors import FETCH, DatasetError
from training.data.strokes import Character, Stroke


def read_pendigits(path: Path) -> list[Character]:
    """Return the digits in `path`, in its order; y points up there and is turned.

    Raises `DatasetError` where the file is missing or damaged.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        return _characters(lines, path)
    except FileNotFoundError as error:
        raise DatasetError(f"{path}: missing; {FETCH}") from error
    except (OSError, ValueError, IndexError) as error:
        raise DatasetError(f"{path}: damaged ({error}); remove it and {FETCH}") from error


def _characters(lines: list[str], path: Path) -> list[Character]:
    characters: list[Character] = []
    label, writer = -1, ""
    strokes: list[Stroke] = []
    points: list[tuple[float, float]] | None = None

    def finish() -> None:
        if label >= 0 and strokes:
            source = f"{path.name}:{len(characters)}"
            characters.append(
                Character(tuple(strokes), label, f"{path.suffix[1:]}-{writer}", source)
            )

    for line in lines:
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
        elif points is not None and line.startswith(" "):
            x, y = line.split()
            points.append((float(x), -float(y)))
    finish()
    return characters
