"""An exam: drawings with known labels, and how a model reads and files each of them."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.drawing.paint import Canvas
from training.parallel import on_all_cores
from training.statistics.tally import tally
from training.wording import percent
from watcher.recognition import (
    NOT_DIGIT,
    Drawing,
    InkFinder,
    Normalised,
    Recogniser,
    Status,
    decide,
    normalise,
)
from watcher.recognition.normalise import SIDE
from watcher.recognition.types import as_uint8

# Longer side in pixels of a drawing as the report shows it.
THUMBNAIL = 96

# Drawings the network reads at once.
_BATCH = 256

# Fewer drawings than this are read sooner in this process than others take to start.
_WORTH_PROCESSES = 1000


@dataclass(frozen=True, slots=True)
class Exam:
    """One exam and how each of its drawings was read.

    `readings` has a row for each drawing: `file`, `label` (10: not a digit), `digit`, `confidence`,
    `not_digit` (its probability), `status`, `style`, `writer`, `canvas` and `pen` (pixels, 0 unknown).
    `images`: uint8 (n, 28, 28) as the network sees them; `drawn`: the drawings as thumbnails, uint8
    (n, side, side, 3) BGR; `shrunk`: whole canvases shrunk to uint8 (n, 28, 28) in grey, which is what
    a network without any normalising sees.
    """

    name: str
    title: str
    readings: pd.DataFrame
    images: NDArray[np.uint8]
    drawn: NDArray[np.uint8]
    shrunk: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Question:
    """One drawing of an exam before it is read.

    `draw` returns its canvas; a picklable function draws it in another process. `is_normalised`: the
    canvas is already what the network sees (uint8, (28, 28)).
    """

    file: str
    label: int
    draw: Callable[[], Canvas]
    style: str = ""
    writer: str = ""
    pen: int = 0
    is_normalised: bool = False


def return_canvas(canvas: Canvas) -> Canvas:
    """Return `canvas`: `partial(return_canvas, canvas)` draws a question whose canvas is already there."""
    return canvas


@dataclass(frozen=True, slots=True)
class _Prepared:
    normalised: Normalised | None
    thumbnail: NDArray[np.uint8]
    shrunk: NDArray[np.uint8]
    canvas: int


def examine(name: str, title: str, questions: Sequence[Question], recogniser: Recogniser) -> Exam:
    """Draw each of `questions` and let `recogniser` read and file it."""
    if len(questions) < _WORTH_PROCESSES:
        prepared = [_prepare(recogniser.finder, question) for question in questions]
    else:
        prepared = on_all_cores(partial(_prepare, recogniser.finder), questions, title)
    normalised = [one.normalised for one in prepared]
    blank = np.zeros((SIDE, SIDE), np.uint8)
    table = pd.DataFrame(
        {
            "file": question.file,
            "label": question.label,
            "style": question.style,
            "writer": question.writer,
            "canvas": one.canvas,
            "pen": question.pen,
        }
        for question, one in zip(questions, prepared, strict=True)
    )
    return Exam(
        name,
        title,
        table.assign(**_read(normalised, recogniser)),
        images=np.stack([blank if one is None else one.image for one in normalised]),
        drawn=np.stack([one.thumbnail for one in prepared]),
        shrunk=np.stack([one.shrunk for one in prepared]),
    )


def _prepare(finder: InkFinder, question: Question) -> _Prepared:
    canvas = question.draw()
    is_normalised = question.is_normalised
    return _Prepared(
        Normalised(canvas) if is_normalised else normalise(Drawing(canvas), finder),
        thumbnail(canvas, SIDE if is_normalised else THUMBNAIL),
        _shrunk(canvas),
        max(canvas.shape[:2]),
    )


def _read(
    normalised: Sequence[Normalised | None], recogniser: Recogniser
) -> dict[str, list[int] | list[float] | list[str]]:
    """Return the columns of `Exam.readings` that say how the drawings were read."""
    recognitions = [
        recognition
        for start in range(0, len(normalised), _BATCH)
        for recognition in recogniser.read(normalised[start : start + _BATCH])
    ]
    decisions = [decide(one, recogniser.min_confidence) for one in recognitions]
    return {
        "digit": [-1 if one.digit is None else one.digit for one in decisions],
        "confidence": [one.confidence or 0.0 for one in decisions],
        "not_digit": [
            1.0 if one.probabilities is None else one.probabilities[NOT_DIGIT]
            for one in recognitions
        ],
        "status": [str(one.status) for one in decisions],
    }


def _shrunk(canvas: Canvas) -> NDArray[np.uint8]:
    grey = canvas if canvas.ndim == 2 else cv2.cvtColor(canvas, cv2.COLOR_BGR2GRAY)
    return as_uint8(cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def thumbnail(canvas: Canvas, side: int = THUMBNAIL) -> NDArray[np.uint8]:
    """Return `canvas` in a square of BGR, its aspect kept, extended by the colour of its border."""
    height, width = canvas.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    small = as_uint8(cv2.resize(canvas, size, interpolation=method))
    if small.ndim == 2:
        small = as_uint8(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR))
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    square = np.empty((side, side, 3), np.uint8)
    square[:] = np.median(border, axis=0)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return square


def as_filed(exam: Exam, probabilities: NDArray[np.float32]) -> Exam:
    """Return `exam` as read by a network without "not a digit" that files every drawing.

    `probabilities`: float32 (n, 10), one row for each drawing of the exam.
    """
    readings = exam.readings.assign(
        digit=probabilities.argmax(axis=1),
        confidence=probabilities.max(axis=1).astype(float),
        not_digit=0.0,
        status=str(Status.FILED),
    )
    return replace(exam, readings=readings)


def summary(exam: Exam) -> str:
    """Return how an exam went: its title, and a line on its digits and its not-digits each."""
    counts = tally(exam.readings)
    right, kept_out = counts.right, counts.kept_out
    parts = []
    if right.of:
        parts.append(
            f"{right.hits} of {right.of} read right ({percent(right.share)}), "
            f"{percent(counts.filed.share)} filed, {counts.filed_wrongly.hits} wrongly"
        )
    if kept_out.of:
        share = percent(kept_out.share)
        parts.append(f"{kept_out.hits} of {kept_out.of} not-digits kept out ({share})")
    return "\n  ".join([exam.title, *parts])


def save_exam(exam: Exam, folder: Path) -> None:
    """Write `exam` to `folder` under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / f"{exam.name}.npz",
        title=np.array(exam.title),
        readings=np.array(exam.readings.to_csv(index=False)),
        images=exam.images,
        drawn=exam.drawn,
        shrunk=exam.shrunk,
    )


def load_exam(path: Path) -> Exam:
    """Return the exam that `save_exam` wrote to `path`."""
    with np.load(path) as file:
        table = pd.read_csv(io.StringIO(str(file["readings"])), keep_default_na=False)
        arrays = (file[name] for name in ("images", "drawn", "shrunk"))
        return Exam(path.stem, str(file["title"]), table, *arrays)
