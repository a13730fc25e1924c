"""The exams: what a model is measured on and never trained on.

Nothing is chosen by them, except that the writers of "hands" are among those who set the thresholds.

To add an exam, write a function that returns its questions and name it in `EXAMS`. It is then part of
`evaluate`, of `baseline` and of the report.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from training.data.errors import FETCH, DatasetError
from training.data.hands import read_hands
from training.data.mnist import find_mnist, read_mnist
from training.data.omniglot import EXAM_ALPHABETS, alphabet, read_omniglot
from training.data.pendigits import read_pendigits
from training.data.strokes import Character
from training.drawing.paint import paint
from training.drawing.sessions import choose
from training.drawing.styles import named, use_rare_style
from training.evaluation.blank_canvases import blank_canvases
from training.evaluation.conditions import conditions
from training.evaluation.exam import Exam, Question, examine, return_canvas
from training.evaluation.real_drawings import real_drawings
from watcher.recognition import NOT_DIGIT, InkFinder, Recogniser

# The exams are drawn identically for every training, so that models can be compared.
SEED = 20_260_000


_Questions = Callable[[Path, InkFinder], Sequence[Question]]


@dataclass(frozen=True, slots=True)
class ExamKind:
    """An exam that can be taken: `questions` reads its drawings below a folder, with a finder of their ink.

    `is_drawn`: made as users draw, on a canvas of their own; its digits count among "all drawn digits",
    by which confidence and threshold are judged. `is_own`: the folder is the user's, not the datasets'.
    `has_kinds`: its drawings' style is the kind of picture, and each kind has figures of its own.
    """

    name: str
    title: str
    questions: _Questions
    is_drawn: bool = False
    is_own: bool = False
    has_kinds: bool = False


def take(kind: ExamKind, folder: Path, recogniser: Recogniser, at_most: int | None = None) -> Exam:
    """Let `recogniser` take the exam, or a random sample of `at_most` of its drawings.

    Raises `DatasetError` where its data is missing.
    """
    questions = kind.questions(folder, recogniser.finder)
    title = kind.title
    if at_most is not None and at_most < len(questions):
        chosen = np.random.default_rng(SEED).choice(len(questions), at_most, replace=False)
        questions = [questions[number] for number in sorted(chosen)]
        title += ", a sample"
    return examine(kind.name, title, questions, recogniser)


def test_writers(data: Path) -> list[Character]:
    """Return the digits of the 14 pendigits writers that are kept for exams."""
    return read_pendigits(data / "pendigits" / "pendigits-orig.tes")


def _mnist(data: Path, finder: InkFinder) -> list[Question]:
    digits = read_mnist(find_mnist(data), "testing", finder)
    return [
        Question(file, int(label), partial(return_canvas, image), is_normalised=True)
        for file, label, image in zip(digits.files, digits.labels, digits.images, strict=True)
    ]


def _pen(data: Path) -> list[Question]:
    return _paint_each([named(one) for one in test_writers(data)])


def _styles(data: Path) -> list[Question]:
    rng = np.random.default_rng(SEED)
    return _paint_each(
        [use_rare_style(rng, one) for one in test_writers(data) if one.label in (0, 1, 7)]
    )


def _conditions(data: Path) -> list[Question]:
    return conditions(test_writers(data), SEED)


def _hands(data: Path) -> list[Question]:
    written = read_hands(data).validation
    return _paint_each([named(one) for one in written if one.label != NOT_DIGIT])


def _letters(data: Path) -> list[Question]:
    folder = data / "omniglot"
    letters = [one for one in read_omniglot(folder) if alphabet(one) in EXAM_ALPHABETS]
    if not letters:
        raise DatasetError(f"{folder}: no strokes there; {FETCH}")
    latin = [one for one in read_hands(data).validation if one.label == NOT_DIGIT]
    return _paint_each([*letters, *latin])


def _blank(_data: Path) -> list[Question]:
    return list(blank_canvases())


def _paint_each(characters: Sequence[Character]) -> list[Question]:
    """Return each of `characters` drawn once, in a session of its own."""
    sessions = [choose(np.random.default_rng((SEED, at))) for at in range(len(characters))]
    return [
        Question(
            one.source, one.label, partial(paint, one, session),
            one.style, one.writer, session.pen.width,
        )
        for one, session in zip(characters, sessions, strict=True)
    ]  # fmt: skip


def _canvases(questions: Callable[[Path], Sequence[Question]]) -> _Questions:
    """Return `questions` of whole canvases, on which the ink is found when the exam is taken."""
    return lambda folder, _: questions(folder)


# All exams in the order in which a report shows them.
EXAMS = (
    ExamKind("mnist", "MNIST-JPG, test data", _mnist),
    ExamKind("pen", "Pen strokes by unseen writers", _canvases(_pen), is_drawn=True),
    ExamKind(
        "styles",
        "Slashed 0, flagged 1, crossed 7 by unseen writers",
        _canvases(_styles),
        is_drawn=True,
    ),
    # Unseen by the network; but the threshold was chosen with other drawings of these writers' digits.
    ExamKind(
        "hands",
        "Digits by the writers held back of UJI and UNIPEN",
        _canvases(_hands),
        is_drawn=True,
    ),
    ExamKind(
        "conditions",
        "All kinds of pictures, by unseen writers",
        _canvases(_conditions),
        has_kinds=True,
    ),
    ExamKind("drawings", "Real drawings", _canvases(real_drawings), is_drawn=True, is_own=True),
    ExamKind(
        "not-digits",
        "Letters of unseen alphabets, and Latin ones by unseen writers",
        _canvases(_letters),
    ),
    ExamKind("nothing", "Blank, filled, one dot, one line", _canvases(_blank)),
)
