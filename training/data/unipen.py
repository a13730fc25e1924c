"""The UNIPEN format: a file names characters as ranges of pen strokes recorded in another file.

A file of `data/` includes one recording (`.INCLUDE provider/data/writer.dat`, below `include/`) and has
one line a character: `.SEGMENT CHARACTER 12-14 ? "7"`. A recording is a list of components, alternately
with the pen down and up, numbered from 0; those without points have no number. A bound `12:5` is point 5
of component 12. Format: Guyon et al., UNIPEN project of on-line data exchange, ICPR 1994.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.errors import FETCH, DatasetError
from training.data.strokes import Stroke

_SEGMENT = re.compile(r'\.SEGMENT\s+CHARACTER\s+(\S+)\s+\S+\s+"(.+)"\s*')
_INCLUDED = re.compile(r"\.INCLUDE\s+\S+\.dat\s*")
_RANGE = re.compile(r"(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?")


@dataclass(frozen=True, slots=True)
class Segment:
    """A labelled character of a recording.

    `place` is its file and range; `is_cut` is true where the range begins or ends within a stroke, as
    letters do that were cut out of a word.
    """

    strokes: tuple[Stroke, ...]
    label: str
    writer: str
    place: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class _Component:
    """`points`: float32 (n, 2), n > 0, y up as the tablet reports it."""

    is_pen_down: bool
    points: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Recording:
    writer: str
    components: tuple[_Component, ...]


def read_segments(folder: Path) -> Iterator[Segment]:
    """Yield the characters of all files below `data/` of `folder`, y down, ordered by file.

    Raises `DatasetError` where there is none, or one or the recording that it includes is missing or
    damaged.
    """
    names = sorted(
        path.relative_to(folder / "data").as_posix() for path in folder.glob("data/**/*.dat")
    )
    if not names:
        raise DatasetError(f"{folder}: no UNIPEN files; {FETCH}")
    # A recording is named by up to four files: digits, upper case, lower case, symbols.
    read_recording = cache(_read_recording)
    for name in names:
        path = folder / "data" / name
        lines = _lines(path)
        try:
            (included,) = (line.split()[1] for line in lines if _INCLUDED.fullmatch(line))
            recording = read_recording(folder / "include" / included)
            for line in lines:
                if match := _SEGMENT.fullmatch(line):
                    yield _segment(name, recording, *match.groups())
        except (ValueError, IndexError) as error:
            raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DatasetError:
    return DatasetError(f"{path}: damaged ({error}); remove it and {FETCH}")


def _lines(path: Path) -> list[str]:
    try:
        # Names and comments are in Latin-1; all that is read of a file is ASCII.
        return path.read_text(encoding="latin-1").splitlines()
    except FileNotFoundError as error:
        raise DatasetError(f"{path}: missing; {FETCH}") from error
    except OSError as error:
        raise _damaged(path, error) from error


def _read_recording(path: Path) -> _Recording:
    writer = ""
    components: list[tuple[bool, list[tuple[float, float]]]] = []
    in_component = False
    try:
        for line in _lines(path):
            keyword, *values = line.split() or [""]
            if keyword in (".PEN_DOWN", ".PEN_UP"):
                components.append((keyword == ".PEN_DOWN", []))
                in_component = True
            elif keyword == ".WRITER_ID":
                writer = values[0].lower()
            elif keyword.startswith("."):
                in_component = False
            elif in_component and values:
                components[-1][1].append((float(keyword), float(values[0])))
    except (ValueError, IndexError) as error:
        raise _damaged(path, error) from error
    return _Recording(
        writer,
        tuple(_Component(is_down, np.array(pts, np.float32)) for is_down, pts in components if pts),
    )


def _segment(name: str, recording: _Recording, ranges: str, label: str) -> Segment:
    parts = [part for text in ranges.split(",") for part in _parts(recording.components, text)]
    strokes = tuple(points * np.array([1, -1], np.float32) for points, _ in parts)
    is_cut = any(is_part for _, is_part in parts)
    return Segment(strokes, label, recording.writer, f"{name}:{ranges}", is_cut)


def _parts(components: tuple[_Component, ...], text: str) -> Iterator[tuple[Stroke, bool]]:
    """Yield the points of each stroke in the range `text`, and whether they are only a part of it."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise ValueError(f"no range of components: {text}")
    first, begin, last, end = (None if bound is None else int(bound) for bound in match.groups())
    assert first is not None
    for number in range(first, (first if last is None else last) + 1):
        component = components[number]
        start = begin if begin and number == first else 0
        stop = end + 1 if end is not None and number == last else len(component.points)
        points = component.points[start:stop]
        if component.is_pen_down and len(points):
            yield points, len(points) < len(component.points)
