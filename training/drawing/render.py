"""Examples from strokes: each drawn in a session of its own and normalised as the watcher does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.data.examples import ABOUT, Examples
from training.data.strokes import Character
from training.drawing.paint import paint
from training.drawing.pixels import pixel_drawing
from training.drawing.sessions import Session, choose
from training.drawing.styles import underline, varied
from training.parallel import on_all_cores
from watcher.recognition import Drawing, normalise
from watcher.recognition.normalise import SIDE

Change = Callable[[np.random.Generator, Character], Character]

# Height in pixels above which a digit has room for hollow strokes.
_MIN_HOLLOW = 60


def keep(_: np.random.Generator, written: Character) -> Character:
    """Return `written`."""
    return written


def draw(
    source: str,
    written: Sequence[Character],
    times: int,
    seed: int,
    change: Change = keep,
) -> Examples:
    """Draw each of `written` `times` times, some in styles that the data lacks.

    `change` is applied to each before, with other random numbers for each drawing.
    """
    return _draw_all(source, partial(_draw_written, change), list(written) * times, seed)


def invent(
    source: str,
    invention: Callable[[np.random.Generator, str], Character],
    kinds: Sequence[str],
    times: int,
    seed: int,
) -> Examples:
    """Draw `times` inventions of each of `kinds`."""
    return _draw_all(source, partial(_draw_invention, invention), list(kinds) * times, seed)


def draw_pixels(source: str, times: int, seed: int) -> Examples:
    """Draw each digit `times` times, pixel by pixel."""
    return _draw_all(source, _draw_pixels, list(range(10)) * times, seed)


def embellish(source: str, written: Sequence[Character], count: int, seed: int) -> Examples:
    """Draw `count` of `written` underlined or with hollow strokes.

    A 1 is left out: it would become one with a foot, or a 0.
    """
    digits = [one for one in written if one.label != 1]
    chosen = np.random.default_rng(seed).integers(len(digits), size=count)
    return _draw_all(source, _draw_embellished, [digits[number] for number in chosen], seed)


@dataclass(frozen=True, slots=True)
class _Example:
    """`image`: uint8 (28, 28); `canvas`: the longer side, and `pen`: the width, in pixels."""

    image: NDArray[np.uint8]
    label: int
    style: str
    writer: str
    canvas: int
    pen: int


_DrawOne = Callable[[Any, np.random.Generator], _Example]


def _draw_all(source: str, draw_one: _DrawOne, subjects: Sequence[Any], seed: int) -> Examples:
    # Each drawing has a seed of its own, so that the number of processes changes nothing.
    jobs = [(subject, (seed, number)) for number, subject in enumerate(subjects)]
    drawn = on_all_cores(partial(_draw_seeded, draw_one), jobs, f"drawing {source}")
    return Examples(
        np.stack([one.image for one in drawn]) if drawn else np.zeros((0, SIDE, SIDE), np.uint8),
        np.array([one.label for one in drawn], np.uint8),
        pd.DataFrame(
            [(source, one.style, one.writer, one.canvas, one.pen) for one in drawn],
            columns=list(ABOUT),
        ),
    )


def _draw_seeded(draw_one: _DrawOne, job: tuple[Any, tuple[int, int]]) -> _Example:
    subject, seed = job
    return draw_one(subject, np.random.default_rng(seed))


def _draw_written(change: Change, written: Character, rng: np.random.Generator) -> _Example:
    changed = change(rng, varied(rng, written))
    return _example(changed, choose(rng, crop=True))


def _draw_invention(
    invention: Callable[[np.random.Generator, str], Character], kind: str, rng: np.random.Generator
) -> _Example:
    invented = invention(rng, kind)
    return _example(invented, choose(rng, crop=True))


def _draw_pixels(digit: int, rng: np.random.Generator) -> _Example:
    canvas = pixel_drawing(rng, digit)
    return _Example(_normalise(canvas), digit, "pixel by pixel", "pixels", max(canvas.shape), 1)


def _draw_embellished(written: Character, rng: np.random.Generator) -> _Example:
    session = choose(rng, crop=True)
    if session.digit_height < _MIN_HOLLOW or rng.random() < 0.5:
        # A thick pen would run the line into the digit.
        pen = replace(session.pen, width=min(session.pen.width, 1 + session.digit_height // 14))
        return _example(underline(rng, written), replace(session, pen=pen))
    width = int(session.digit_height * rng.uniform(0.1, 0.2))
    pen = replace(session.pen, width=width, hollow=max(1, int(width * rng.uniform(0.1, 0.4))))
    return _example(replace(written, style="hollow"), replace(session, pen=pen))


def _example(written: Character, session: Session) -> _Example:
    canvas = max(session.width, session.height)
    image = _normalise(paint(written, session))
    return _Example(image, written.label, written.style, written.writer, canvas, session.pen.width)


def _normalise(canvas: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the canvas as the network sees it, all 0 where it is blank."""
    normalised = normalise(Drawing(canvas))
    return np.zeros((SIDE, SIDE), np.uint8) if normalised is None else normalised.image
