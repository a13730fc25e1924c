"""An exam: drawings with known labels, and how a model reads and files each of them."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.drawing.paint import Canvas
from watcher.recognition import NOT_DIGIT, Drawing, Normalised, Recogniser, decide, normalise
from watcher.recognition.normalise import SIDE
from watcher.recognition.types import as_uint8

THUMBNAIL = 96
"""Longer side in pixels of a drawing as the report shows it."""


@dataclass(frozen=True, slots=True)
class Exam:
    """One exam and how each of its drawings was read.

    `readings` has a row a drawing: `file`, `label` (10: not a digit), `digit`, `confidence`,
    `not_digit` (its probability), `status` ("filed", "unsure", "rejected"), `style`, `writer`, `canvas`
    and `pen` (pixels, 0 unknown). `images`: uint8 (n, 28, 28) as the network saw them; `drawn`: the
    drawings themselves, small, uint8 (n, side, side, 3) BGR; `shrunk`: whole canvases shrunk to uint8
    (n, 28, 28) in grey, what a network without any normalising gets to see.
    """

    name: str
    title: str
    readings: pd.DataFrame
    images: NDArray[np.uint8]
    drawn: NDArray[np.uint8]
    shrunk: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Question:
    """One drawing of an exam before it is read."""

    file: str
    label: int
    pixels: Canvas
    style: str = ""
    writer: str = ""
    pen: int = 0


def examined(name: str, title: str, questions: Iterable[Question], recogniser: Recogniser) -> Exam:
    rows, seen, drawn, shrunk = [], [], [], []
    for question in questions:
        seen.append(normalise(Drawing(question.pixels)))
        drawn.append(thumbnail(question.pixels))
        shrunk.append(_shrunk(question.pixels))
        rows.append(
            {
                "file": question.file,
                "label": question.label,
                "style": question.style,
                "writer": question.writer,
                "canvas": max(question.pixels.shape[:2]),
                "pen": question.pen,
            }
        )
    exam = Exam(name, title, pd.DataFrame(rows), _images(seen), np.stack(drawn), np.stack(shrunk))
    return judged(exam, seen, recogniser)


def _shrunk(pixels: Canvas) -> NDArray[np.uint8]:
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    return as_uint8(cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def _images(seen: Sequence[Normalised | None]) -> NDArray[np.uint8]:
    blank = np.zeros((SIDE, SIDE), np.uint8)
    return np.stack([blank if one is None else one.image for one in seen])


def judged(exam: Exam, seen: Sequence[Normalised | None], recogniser: Recogniser) -> Exam:
    """The exam with how `recogniser` reads and files each drawing."""
    recognitions = [
        recognition
        for start in range(0, len(seen), 256)
        for recognition in recogniser.read(seen[start : start + 256])
    ]
    decisions = [decide(one, recogniser.min_confidence) for one in recognitions]
    readings = exam.readings.assign(
        digit=[-1 if one.digit is None else one.digit for one in decisions],
        confidence=[one.confidence or 0.0 for one in decisions],
        not_digit=[
            1.0 if one.probabilities is None else one.probabilities[NOT_DIGIT]
            for one in recognitions
        ],
        status=[str(one.status) for one in decisions],
    )
    return replace(exam, readings=readings)


def thumbnail(pixels: Canvas) -> NDArray[np.uint8]:
    """The drawing in 96 x 96 BGR on grey, keeping its aspect."""
    height, width = pixels.shape[:2]
    scale = THUMBNAIL / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    small = as_uint8(cv2.resize(pixels, size, interpolation=method))
    if small.ndim == 2:
        small = as_uint8(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR))
    thumbnail = np.full((THUMBNAIL, THUMBNAIL, 3), 128, np.uint8)
    top, left = (THUMBNAIL - size[1]) // 2, (THUMBNAIL - size[0]) // 2
    thumbnail[top : top + size[1], left : left + size[0]] = small
    return thumbnail


def summary(exam: Exam) -> str:
    """One line on how an exam went."""
    table = exam.readings
    is_digit = table["label"] != NOT_DIGIT
    digits, others = table[is_digit], table[~is_digit]
    told = []
    if len(digits):
        right, filed = digits["digit"] == digits["label"], digits["status"] == "filed"
        told.append(
            f"{right.sum()} of {len(digits)} read right ({right.mean():.2%}), {filed.mean():.2%} filed, "
            f"{(filed & ~right).sum()} wrongly"
        )
    if len(others):
        kept_out = others["status"] != "filed"
        told.append(
            f"{kept_out.sum()} of {len(others)} not-digits kept out ({kept_out.mean():.2%})"
        )
    return f"{exam.title}: {'; '.join(told)}"


def save_exam(exam: Exam, folder: Path) -> None:
    """Write `exam` to `folder` under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    table = exam.readings.to_csv(index=False)
    np.savez_compressed(
        folder / f"{exam.name}.npz",
        title=np.array(exam.title),
        readings=np.array(table),
        images=exam.images,
        drawn=exam.drawn,
        shrunk=exam.shrunk,
    )


def load_exam(path: Path) -> Exam:
    """Read what `save_exam` wrote."""
    with np.load(path) as kept:
        text = io.StringIO(str(kept["readings"]))
        table = pd.read_csv(text, keep_default_na=False)
        arrays = (kept[name] for name in ("images", "drawn", "shrunk"))
        return Exam(path.stem, str(kept["title"]), table, *arrays)
