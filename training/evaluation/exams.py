"""The exams: what the model is measured on and never trained on, never chosen by."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from tqdm import tqdm

from training.data.errors import FETCH, DatasetError
from training.data.mnist import found_mnist, read_mnist
from training.data.not_digits import EXAM_ALPHABETS, alphabet, read_not_digits
from training.data.strokes import Character, read_pendigits
from training.drawing.paint import paint
from training.drawing.sessions import choose
from training.drawing.styles import in_style, named
from training.evaluation.blank_canvases import blank_canvases
from training.evaluation.exam import Exam, Question, examined, judged
from watcher.recognition import NOT_DIGIT, Limits, Normalised, NotADrawingError, Recogniser, decode
from watcher.recognition.normalise import SIDE
from watcher.recognition.types import as_uint8

NAMES = ("mnist", "pen", "styles", "drawings", "not-digits", "nothing")
"""All exams in the order in which a report shows them."""

SEED = 20_260_000
"""The exams are drawn alike at every training, so that models can be compared."""


def mnist_exam(data: Path, recogniser: Recogniser) -> Exam:
    """MNIST-JPG's 10,000 test pictures."""
    digits = read_mnist(found_mnist(data), "testing")
    drawn = np.repeat(digits.images[..., None], 3, axis=3)
    table = pd.DataFrame({"file": digits.files, "label": digits.labels.astype(int)})
    table = table.assign(style="", writer="", canvas=SIDE, pen=0)
    exam = Exam("mnist", "MNIST-JPG, test data", table, digits.images, drawn, digits.images)
    return judged(exam, [Normalised(image) for image in digits.images], recogniser)


def pen_exam(data: Path, recogniser: Recogniser) -> Exam:
    """Every digit of the 14 test writers of pendigits, drawn once."""
    written = [named(one) for one in test_writers(data)]
    return _drawn_exam("pen", "Pen strokes by unseen writers", written, recogniser)


def style_exam(data: Path, recogniser: Recogniser) -> Exam:
    """Their 0, 1 and 7 as slashed 0, flagged 1 and crossed 7."""
    rng = np.random.default_rng(SEED)
    written = [in_style(rng, one) for one in test_writers(data) if one.label in (0, 1, 7)]
    return _drawn_exam(
        "styles", "Slashed 0, flagged 1, crossed 7 by unseen writers", written, recogniser
    )


def not_digit_exam(data: Path, recogniser: Recogniser) -> Exam:
    """Characters of alphabets that training never saw, without the digits' look-alikes."""
    folder = data / "omniglot"
    written = [one for one in read_not_digits(folder) if alphabet(one) in EXAM_ALPHABETS]
    if not written:
        raise DatasetError(f"{folder}: no strokes there; {FETCH}")
    return _drawn_exam("not-digits", "Letters of unseen alphabets", written, recogniser)


def nothing_exam(recogniser: Recogniser) -> Exam:
    """Blank and filled canvases, one dot, a straight line across, in many sizes and colours."""
    return examined("nothing", "Blank, filled, one dot, one line", blank_canvases(), recogniser)


def drawings_exam(folder: Path, recogniser: Recogniser) -> Exam:
    """Real drawings: a folder with an `index.csv` (columns file, label) or with a folder a digit.

    A label that is no digit ("letter R"), or a folder of another name, means "not a digit". Raises
    `DatasetError` where there is neither.
    """
    questions = []
    for file, label in _labelled(folder):
        try:
            pixels = decode(file.read_bytes(), Limits()).pixels
            if pixels.ndim == 3:  # Canvases of exams are BGR, as OpenCV writes them.
                pixels = as_uint8(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        except (OSError, NotADrawingError) as error:
            print(f"{file}: left out, {error}")
            continue
        questions.append(Question(file.relative_to(folder).as_posix(), label, pixels))
    if not questions:
        raise DatasetError(
            f"{folder}: neither an index.csv nor a folder a digit with pictures in it"
        )
    return examined("drawings", "Real drawings", questions, recogniser)


def _labelled(folder: Path) -> list[tuple[Path, int]]:
    index = folder / "index.csv"
    if index.exists():
        with index.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file)
            if not {"file", "label"} <= set(table.fieldnames or ()):
                raise DatasetError(f"{index}: needs the columns file and label in its first line")
            rows = list(table)
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


def test_writers(data: Path) -> list[Character]:
    """The digits of the 14 pendigits writers that are kept for exams."""
    return read_pendigits(data / "pendigits" / "pendigits-orig.tes")


def _drawn_exam(
    name: str, title: str, written: Sequence[Character], recogniser: Recogniser
) -> Exam:
    def questions() -> Iterable[Question]:
        for number, one in enumerate(tqdm(written, desc=f"exam {name}", unit="")):
            session = choose(np.random.default_rng((SEED, number)))
            yield Question(
                one.source, one.label, paint(one, session), one.style, one.writer, session.pen.width
            )

    return examined(name, title, questions(), recogniser)
