"""On a canvas that is not plain the digit's ink is read, and nothing else that is there."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.support.pictures import framed, paint_digit, png
from watcher.recognition import Drawing, Recogniser, decide, normalise
from watcher.recognition.ink_finder import shipped_finder
from watcher.recognition.recogniser import SHIPPED

pytestmark = pytest.mark.skipif(
    not (SHIPPED / "ink_finder.tflite").exists(), reason="the shipped ink finder is not there"
)

BLACK, GREY, WHITE = (0, 0, 0), (127, 127, 127), (255, 255, 255)

DIGITS = range(10)


def in_a_frame(digit: int) -> np.ndarray:
    return framed(paint_digit(digit))


def boxed(digit: int) -> np.ndarray:
    canvas = paint_digit(digit)
    cv2.rectangle(canvas, (80, 25), (320, 275), BLACK, 5)
    return canvas


def on_squared_paper(digit: int) -> np.ndarray:
    paper = np.full((300, 400, 3), 255, np.uint8)
    paper[::20] = paper[:, ::20] = (200, 220, 235)
    return np.minimum(paper, paint_digit(digit, pen=6))


def half_in_grey(digit: int) -> np.ndarray:
    canvas, faint = paint_digit(digit, pen=7), paint_digit(digit, pen=7, ink=GREY)
    canvas[150:] = faint[150:]
    return canvas


def on_a_dark_desk(digit: int) -> np.ndarray:
    desk = np.full((560, 760, 3), (60, 70, 85), np.uint8)
    desk[120:420, 170:570] = paint_digit(digit, pen=7)
    return desk


def between_black_bars(digit: int) -> np.ndarray:
    screen = np.zeros((700, 400, 3), np.uint8)
    screen[200:500] = paint_digit(digit, pen=7)
    return screen


def crossed_by_a_red_line(digit: int) -> np.ndarray:
    canvas = np.full((300, 400, 3), 255, np.uint8)
    cv2.line(canvas, (0, 60), (399, 260), (230, 40, 40), 4)
    return np.minimum(canvas, paint_digit(digit, pen=7))


Condition = Callable[[int], np.ndarray]

CONDITIONS: list[Condition] = [
    in_a_frame,
    boxed,
    on_squared_paper,
    half_in_grey,
    on_a_dark_desk,
    between_black_bars,
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_is_round_the_digit_hardly_ever_changes_it(condition: Condition) -> None:
    read = Recogniser.shipped().recognise([png(condition(digit)) for digit in DIGITS])
    right = [decide(one, 0).digit == digit for digit, one in zip(DIGITS, read, strict=True)]
    assert sum(right) >= 9


@pytest.mark.parametrize("condition", [*CONDITIONS, crossed_by_a_red_line])
def test_what_is_round_the_digit_never_sends_it_to_a_wrong_folder(condition: Condition) -> None:
    recogniser = Recogniser.shipped()
    read = recogniser.recognise([png(condition(digit)) for digit in DIGITS])
    decisions = [decide(one, recogniser.min_confidence) for one in read]
    filed = [
        (digit, one.digit)
        for digit, one in zip(DIGITS, decisions, strict=True)
        if one.status == "filed"
    ]
    assert [pair for pair in filed if pair[0] != pair[1]] == []


@pytest.mark.parametrize("pen", [3, 7])
@pytest.mark.parametrize("digit", DIGITS)
def test_a_circled_digit_is_guessed_and_never_filed_as_another(digit: int, pen: int) -> None:
    # A line in a ring is a 0 with a stroke through it as well as a 1.
    canvas = paint_digit(digit, pen=pen)
    cv2.circle(canvas, (200, 150), 140, BLACK, pen)
    decision = decide(Recogniser.shipped().recognise([png(canvas)])[0], 0.0)
    assert decision.digit == digit or (digit == 1 and decision.reason), decision.reason


def test_a_digit_on_a_sheet_is_seen_as_one_without_surroundings() -> None:
    alone, lying = (
        normalise(Drawing(paint_digit(5, pen=7)), shipped_finder()),
        normalise(Drawing(on_a_dark_desk(5)), shipped_finder()),
    )
    assert alone is not None
    assert lying is not None
    soft = [cv2.GaussianBlur(one.image, (0, 0), 1.5).ravel() for one in (alone, lying)]
    assert np.corrcoef(*soft)[0, 1] > 0.85


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawing_is_read_as_both_looks_at_it_show_it(digit: int) -> None:
    recogniser = Recogniser.shipped()
    seen = normalise(Drawing(on_a_dark_desk(digit)), shipped_finder())
    assert seen is not None
    assert seen.again is not None
    both = np.log(recogniser.probabilities(np.stack([seen.image, seen.again])))
    mean = np.exp(both.mean(axis=0))
    (read,) = recogniser.read([replace(seen, alternatives=(), parts=())])
    assert read.probabilities == pytest.approx(mean / mean.sum(), abs=1e-4)


def test_drawings_keep_their_readings_whatever_was_looked_at_twice_before_them() -> None:
    recogniser = Recogniser.shipped()
    canvases = [
        canvas for digit in DIGITS for canvas in (paint_digit(digit), on_a_dark_desk(digit))
    ]
    seen = [normalise(Drawing(canvas), shipped_finder()) for canvas in canvases]
    alone = [recogniser.read([one])[0] for one in seen]
    for together, one in zip(recogniser.read(seen), alone, strict=True):
        assert together.probabilities == pytest.approx(one.probabilities, abs=1e-4)


def test_an_empty_sheet_on_a_desk_is_never_filed() -> None:
    watcher = on_a_dark_desk(5)
    watcher[120:420, 170:570] = WHITE
    recogniser = Recogniser.shipped()
    (read,) = recogniser.recognise([png(watcher)])
    assert decide(read, recogniser.min_confidence).status == "unsure"


def test_threads_that_look_at_once_see_their_own_drawings() -> None:
    recogniser = Recogniser.shipped()
    files = [png(on_a_dark_desk(digit)) for digit in DIGITS]
    alone = [recogniser.recognise([file])[0] for file in files]
    begun = [recogniser.begin(files) for _ in range(3)]
    for batch in begun:
        for one, other in zip(batch.result(), alone, strict=True):
            assert one.probabilities == pytest.approx(other.probabilities, abs=1e-4)
