"""The exams: what the model is measured on and never trained on, never chosen by."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from training.mnist import DatasetError, found_mnist, read_mnist
from training.not_digits import EXAM_ALPHABETS, alphabet, read_not_digits
from training.paint import Canvas, choose, paint
from training.strokes import Written, read_pendigits
from training.styles import in_style, named
from watcher.recognition import (
    NOT_DIGIT,
    Drawing,
    Limits,
    NotADrawingError,
    Recogniser,
    Recognition,
    decide,
    decode,
    normalise,
)
from watcher.recognition.normalise import SIDE
from watcher.recognition.types import as_uint8

SEED = 20_260_000
"""The exams are drawn alike at every training, so that models can be compared."""

THUMBNAIL = 96
"""Longer side in pixels of a drawing as the report shows it."""


@dataclass(frozen=True, slots=True)
class Exam:
    """One exam and how each of its drawings was read.

    `readings` has a row a drawing: `file`, `label` (10: not a digit), `digit`, `confidence`,
    `not_digit` (its probability), `status` ("filed", "unsure", "rejected"), `style`, `writer`, `canvas`
    and `pen` (pixels, 0 unknown). `images`: uint8 (n, 28, 28) as the network saw them; `drawn`: the
    drawings themselves, small, uint8 (n, 96, 96, 3).
    """

    name: str
    title: str
    readings: pd.DataFrame
    images: NDArray[np.uint8]
    drawn: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Question:
    """One drawing of an exam before it is read."""

    file: str
    label: int
    pixels: Canvas
    style: str = ""
    writer: str = ""
    pen: int = 0


def mnist_exam(data: Path, recogniser: Recogniser) -> Exam:
    """MNIST-JPG's 10,000 test pictures."""
    digits = read_mnist(found_mnist(data), "testing")
    small = np.repeat(digits.images[..., None], 3, axis=3)
    drawn = np.stack([255 - _thumbnail(image) for image in small])
    table = pd.DataFrame({"file": digits.files, "label": digits.labels.astype(int)})
    table = table.assign(style="", writer="", canvas=SIDE, pen=0)
    return _judged("mnist", "MNIST-JPG, test data", table, digits.images, drawn, recogniser)


def pen_exam(data: Path, recogniser: Recogniser) -> Exam:
    """Every digit of the 14 test writers of pendigits, drawn once."""
    written = [named(one) for one in _test_writers(data)]
    return _drawn_exam("pen", "Pen strokes by unseen writers", written, recogniser)


def style_exam(data: Path, recogniser: Recogniser) -> Exam:
    """Their 0, 1 and 7 as slashed 0, flagged 1 and crossed 7."""
    rng = np.random.default_rng(SEED)
    written = [in_style(rng, one) for one in _test_writers(data) if one.label in (0, 1, 7)]
    return _drawn_exam(
        "styles", "Slashed 0, flagged 1, crossed 7 by unseen writers", written, recogniser
    )


def not_digit_exam(data: Path, recogniser: Recogniser) -> Exam:
    """Characters of alphabets that training never saw, without the digits' look-alikes."""
    written = [one for one in read_not_digits(data / "omniglot") if alphabet(one) in EXAM_ALPHABETS]
    return _drawn_exam("not-digits", "Letters of unseen alphabets", written, recogniser)


def nothing_exam(recogniser: Recogniser) -> Exam:
    """Blank and filled canvases, one dot, a straight line across, in many sizes and colours."""
    return _examined("nothing", "Blank, filled, one dot, one line", list(_nothings()), recogniser)


def drawings_exam(folder: Path, recogniser: Recogniser) -> Exam:
    """Real drawings: a folder with an `index.csv` (columns file, label) or with a folder a digit.

    A label that is no digit ("letter R"), or a folder of another name, means "not a digit". Raises
    `DatasetError` where there is neither.
    """
    questions = []
    for file, label in _labelled(folder):
        try:
            pixels = decode(file.read_bytes(), Limits()).pixels
        except (OSError, NotADrawingError) as error:
            print(f"{file}: left out, {error}")
            continue
        questions.append(Question(file.relative_to(folder).as_posix(), label, pixels))
    if not questions:
        raise DatasetError(
            f"{folder}: neither an index.csv nor a folder a digit with pictures in it"
        )
    return _examined("drawings", "Real drawings", questions, recogniser)


def _labelled(folder: Path) -> list[tuple[Path, int]]:
    index = folder / "index.csv"
    if index.exists():
        with index.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [(folder / row["file"], _label(row["label"])) for row in rows]
    return [
        (file, _label(below.name))
        for below in sorted(folder.iterdir() if folder.is_dir() else ())
        if below.is_dir() and not below.name.startswith(".")
        for file in sorted(below.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]


def _label(text: str) -> int:
    return int(text) if text in set("0123456789") else NOT_DIGIT


def _test_writers(data: Path) -> list[Written]:
    return read_pendigits(data / "pendigits" / "pendigits-orig.tes")


def _drawn_exam(name: str, title: str, written: Sequence[Written], recogniser: Recogniser) -> Exam:
    def questions() -> Iterable[Question]:
        for number, one in enumerate(tqdm(written, desc=f"exam {name}", unit="")):
            session = choose(np.random.default_rng((SEED, number)))
            yield Question(
                one.source, one.label, paint(one, session), one.style, one.writer, session.pen.width
            )

    return _examined(name, title, questions(), recogniser)


def _examined(name: str, title: str, questions: Iterable[Question], recogniser: Recogniser) -> Exam:
    rows, images, drawn = [], [], []
    for question in questions:
        seen = normalise(Drawing(question.pixels))
        blank = np.zeros((SIDE, SIDE), np.uint8)
        images.append(blank if seen is None else seen.image)
        drawn.append(_thumbnail(question.pixels))
        rows.append(
            {
                "file": question.file,
                "label": question.label,
                "style": question.style,
                "writer": question.writer,
                "canvas": max(question.pixels.shape[:2]),
                "pen": question.pen,
                "across": seen is not None and seen.line_across,
            }
        )
    return _judged(name, title, pd.DataFrame(rows), np.stack(images), np.stack(drawn), recogniser)


def _judged(
    name: str,
    title: str,
    table: pd.DataFrame,
    images: NDArray[np.uint8],
    drawn: NDArray[np.uint8],
    recogniser: Recogniser,
) -> Exam:
    probabilities = np.concatenate(
        [
            recogniser.probabilities(images[start : start + 256])
            for start in range(0, len(images), 256)
        ]
    )
    across = table.pop("across") if "across" in table else [False] * len(table)
    decisions = [
        decide(_recognition(image, row, bool(line)), recogniser.min_confidence)
        for image, row, line in zip(images, probabilities, across, strict=True)
    ]
    table["digit"] = [-1 if one.digit is None else one.digit for one in decisions]
    table["confidence"] = [0.0 if one.confidence is None else one.confidence for one in decisions]
    table["not_digit"] = probabilities[:, NOT_DIGIT]
    table["status"] = [str(one.status) for one in decisions]
    return Exam(name, title, table, images, drawn)


def _recognition(
    image: NDArray[np.uint8], probabilities: NDArray[np.float32], across: bool
) -> Recognition:
    if not image.any():
        return Recognition(None, doubt="blank canvas")
    doubt = "a straight line across the canvas" if across else ""
    return Recognition(tuple(float(value) for value in probabilities), doubt=doubt)


def _nothings() -> Iterable[Question]:
    for width, height in ((28, 28), (64, 64), (300, 200), (500, 500), (1152, 648), (1920, 1080)):
        for ink, paper in (
            ((0, 0, 0), (255, 255, 255)),
            ((255, 255, 255), (0, 0, 0)),
            ((40, 90, 200), (210, 240, 200)),
        ):
            for what, draw in _NOTHINGS.items():
                canvas = np.empty((height, width, 3), np.uint8)
                canvas[:] = paper
                draw(canvas, ink)
                yield Question(f"{what} {width}x{height}", NOT_DIGIT, canvas, what)


_Ink = tuple[int, int, int]


def _line(
    start: tuple[float, float], end: tuple[float, float], share: float
) -> Callable[[Canvas, _Ink], None]:
    """Draws a line between two points given as shares of the canvas, `share` of its side wide."""

    def draw(canvas: Canvas, ink: _Ink) -> None:
        height, width = canvas.shape[:2]
        points = [(round(x * (width - 1)), round(y * (height - 1))) for x, y in (start, end)]
        cv2.line(canvas, points[0], points[1], ink, max(1, round(share * min(width, height))))

    return draw


def _dot(share: float) -> Callable[[Canvas, _Ink], None]:
    def draw(canvas: Canvas, ink: _Ink) -> None:
        height, width = canvas.shape[:2]
        cv2.circle(
            canvas, (width // 3, height // 2), max(0, round(share * min(width, height))), ink, -1
        )

    return draw


def _fill(canvas: Canvas, ink: _Ink) -> None:
    canvas[:] = ink


def _blank(canvas: Canvas, ink: _Ink) -> None:
    pass


_NOTHINGS: dict[str, Callable[[Canvas, _Ink], None]] = {
    "blank": _blank,
    "filled": _fill,
    "dot of a pixel": _dot(0),
    "small dot": _dot(0.02),
    "large dot": _dot(0.15),
    "level line": _line((0, 0.5), (1, 0.5), 0.01),
    "thick level line": _line((0, 0.4), (1, 0.4), 0.05),
    "upright line": _line((0.5, 0), (0.5, 1), 0.01),
    "thick upright line": _line((0.6, 0), (0.6, 1), 0.05),
    "diagonal": _line((0, 0), (1, 1), 0.01),
    "other diagonal": _line((0, 1), (1, 0), 0.02),
    "slanted line": _line((0.3, 0), (0.7, 1), 0.02),
}


def _thumbnail(pixels: Canvas) -> NDArray[np.uint8]:
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
