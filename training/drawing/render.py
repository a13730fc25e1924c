"""Examples from strokes: many people's many drawings, made on all cores, seen as the watcher sees them."""

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
from training.drawing.styles import underlined, varied
from training.parallel import on_all_cores
from watcher.recognition import Drawing, normalise
from watcher.recognition.normalise import SIDE

Change = Callable[[np.random.Generator, Character], Character]


def as_written(_: np.random.Generator, written: Character) -> Character:
    """`written`."""
    return written


def draw(
    source: str,
    written: Sequence[Character],
    times: int,
    seed: int,
    change: Change = as_written,
) -> Examples:
    """Each of `written` drawn `times` times in sessions of its own, in styles the data lacks too.

    `change` is made to each before, anew for each drawing.
    """
    return _drawn(source, partial(_draw_written, change), list(written) * times, seed)


def invent(
    source: str,
    invention: Callable[[np.random.Generator, str], Character],
    kinds: Sequence[str],
    times: int,
    seed: int,
) -> Examples:
    """`times` inventions of each of `kinds`, drawn."""
    return _drawn(source, partial(_draw_invention, invention), list(kinds) * times, seed)


def draw_pixels(source: str, times: int, seed: int) -> Examples:
    """Each digit `times` times, drawn pixel by pixel."""
    return _drawn(source, _draw_pixels, list(range(10)) * times, seed)


def embellish(source: str, written: Sequence[Character], count: int, seed: int) -> Examples:
    """`count` of `written`, underlined or with hollow strokes; no 1, which becomes one with a foot, or
    a 0."""
    digits = [one for one in written if one.label != 1]
    chosen = np.random.default_rng(seed).integers(len(digits), size=count)
    return _drawn(source, _draw_embellished, [digits[number] for number in chosen], seed)


@dataclass(frozen=True, slots=True)
class _Seen:
    image: NDArray[np.uint8]
    label: int
    style: str
    writer: str
    canvas: int
    pen: int


_Work = Callable[[Any, np.random.Generator], _Seen]


def _drawn(source: str, work: _Work, subjects: Sequence[Any], seed: int) -> Examples:
    # Each drawing has a seed of its own: the same whatever the number of processes.
    jobs = [(subject, (seed, number)) for number, subject in enumerate(subjects)]
    seen = on_all_cores(partial(_seeded, work), jobs, f"drawing {source}")
    return Examples(
        np.stack([one.image for one in seen]) if seen else np.zeros((0, SIDE, SIDE), np.uint8),
        np.array([one.label for one in seen], np.uint8),
        pd.DataFrame(
            [(source, one.style, one.writer, one.canvas, one.pen) for one in seen],
            columns=list(ABOUT),
        ),
    )


def _seeded(work: _Work, job: tuple[Any, tuple[int, int]]) -> _Seen:
    subject, seed = job
    return work(subject, np.random.default_rng(seed))


def _draw_written(change: Change, written: Character, rng: np.random.Generator) -> _Seen:
    return _see(change(rng, varied(rng, written)), rng)


def _draw_invention(
    invention: Callable[[np.random.Generator, str], Character], kind: str, rng: np.random.Generator
) -> _Seen:
    return _see(invention(rng, kind), rng)


def _draw_pixels(digit: int, rng: np.random.Generator) -> _Seen:
    canvas = pixel_drawing(rng, digit)
    return _Seen(_normalised(canvas), digit, "pixel by pixel", "pixels", max(canvas.shape), 1)


def _draw_embellished(written: Character, rng: np.random.Generator) -> _Seen:
    session = choose(rng, crop=True)
    if session.digit_height < _MIN_HOLLOW or rng.random() < 0.5:
        # A thick pen would run the line into the digit.
        pen = replace(session.pen, width=min(session.pen.width, 1 + session.digit_height // 14))
        return _see_in(underlined(rng, written), replace(session, pen=pen))
    width = int(session.digit_height * rng.uniform(0.1, 0.2))
    pen = replace(session.pen, width=width, hollow=max(1, int(width * rng.uniform(0.1, 0.4))))
    return _see_in(replace(written, style="hollow"), replace(session, pen=pen))


_MIN_HOLLOW = 60
"""Height in pixels from which on a digit has room for hollow strokes."""


def _see(written: Character, rng: np.random.Generator) -> _Seen:
    return _see_in(written, choose(rng, crop=True))


def _see_in(written: Character, session: Session) -> _Seen:
    """One drawing as the watcher sees it."""
    canvas = max(session.width, session.height)
    return _Seen(
        _normalised(paint(written, session)),
        written.label,
        written.style,
        written.writer,
        canvas,
        session.pen.width,
    )


def _normalised(canvas: NDArray[np.uint8]) -> NDArray[np.uint8]:
    seen = normalise(Drawing(canvas))
    return np.zeros((SIDE, SIDE), np.uint8) if seen is None else seen.image
