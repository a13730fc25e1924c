"""Examples from strokes: each drawn on a canvas of its own and normalised as the watcher does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.data.examples import ABOUT, Examples
from training.data.strokes import Character
from training.drawing.paint import Canvas, paint
from training.drawing.pixels import pixel_drawing
from training.drawing.scenes.kinds import KINDS, draw_kind, mixed
from training.drawing.sessions import Session, choose
from training.drawing.styles import underline, varied
from training.parallel import on_all_cores
from watcher.recognition import NOT_DIGIT, Drawing, InkFinder, Normalised, normalise
from watcher.recognition.normalise import SIDE
from watcher.recognition.types import as_uint8

Change = Callable[[np.random.Generator, Character], Character]

# Height in pixels above which a digit has room for hollow strokes.
_MIN_HOLLOW = 60


def keep(_: np.random.Generator, written: Character) -> Character:
    """Return `written`."""
    return written


@dataclass(frozen=True, slots=True)
class Renderer:
    """Draws examples and normalises them as a watcher with this ink finder does.

    `purpose` says in the progress bar what the examples are for.
    """

    finder: InkFinder
    purpose: str

    def draw(
        self,
        source: str,
        written: Sequence[Character],
        times: int,
        seed: int,
        change: Change = keep,
    ) -> Examples:
        """Draw each of `written` `times` times, some in styles that the data lacks.

        `change` is applied first, with different random numbers for each drawing.
        """
        return self._draw_all(source, partial(_draw_written, change), list(written) * times, seed)

    def draw_scenes(
        self, written: Sequence[Character], seed: int, change: Change = keep, *, relabel: bool
    ) -> Examples:
        """Draw each of `written` as a picture of a kind at random; its style is the kind's name.

        With `relabel`, an example is "not a digit" where the ink finder found ink other than the digit's,
        and blank where that is unclear.
        """
        draw_one = partial(_draw_scene, change, relabel)
        return self._draw_all("scenes", draw_one, written, seed)

    def invent(
        self,
        source: str,
        invention: Callable[[np.random.Generator, str], Character],
        kinds: Sequence[str],
        times: int,
        seed: int,
    ) -> Examples:
        """Draw `times` inventions of each of `kinds`."""
        draw_one = partial(_draw_invention, invention)
        return self._draw_all(source, draw_one, list(kinds) * times, seed)

    def draw_pixels(self, source: str, times: int, seed: int) -> Examples:
        """Draw each digit `times` times, pixel by pixel."""
        return self._draw_all(source, _draw_pixels, list(range(10)) * times, seed)

    def embellish(
        self, source: str, written: Sequence[Character], count: int, seed: int
    ) -> Examples:
        """Draw `count` of `written` underlined or with hollow strokes.

        A 1 is left out: it would become one with a foot, or a 0.
        """
        digits = [one for one in written if one.label != 1]
        chosen = np.random.default_rng(seed).integers(len(digits), size=count)
        return self._draw_all(
            source, _draw_embellished, [digits[number] for number in chosen], seed
        )

    def _draw_all(
        self, source: str, draw_one: "_DrawOne", subjects: Sequence[Any], seed: int
    ) -> Examples:
        # Each drawing has a seed of its own, so that the number of processes changes nothing.
        jobs = [(subject, (seed, number)) for number, subject in enumerate(subjects)]
        seen = on_all_cores(
            partial(_draw_and_normalise, self.finder, draw_one), jobs, f"{source}, {self.purpose}"
        )
        return Examples(
            np.array([one.image for one in seen], np.uint8).reshape(-1, SIDE, SIDE),
            np.array([one.again for one in seen], np.uint8).reshape(-1, SIDE, SIDE),
            np.array([one.label for one in seen], np.uint8),
            pd.DataFrame([(source, *one.about) for one in seen], columns=list(ABOUT)),
        )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A canvas with `written` on it.

    `pen`: the pen's width in pixels. `ink`: where the ink is, to compare with the ink found; None if it need
    not be compared.
    """

    canvas: Canvas
    written: Character
    pen: int
    ink: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A drawing as the network sees it.

    `image`: uint8 (28, 28), all 0 where the canvas came out blank. `again`: the same by a second look,
    `image` if there was one look. `about`: the values of `ABOUT` except the source.
    """

    image: NDArray[np.uint8]
    again: NDArray[np.uint8]
    label: int
    about: tuple[str, str, int, int, bool]


_DrawOne = Callable[[Any, np.random.Generator], _Drawn]

_BLANK = Normalised(np.zeros((SIDE, SIDE), np.uint8))

# Least likeness (cosine) of the ink found and the ink drawn, both normalised, at which the ink found is the
# digit. Below the second value it is something else. What is in between could be either and is left out.
_ALIKE, _APART = 0.75, 0.5


def _draw_and_normalise(
    finder: InkFinder, draw_one: _DrawOne, job: tuple[Any, tuple[int, int]]
) -> _Seen:
    subject, seed = job
    drawn = draw_one(subject, np.random.default_rng(seed))
    seen = normalise(Drawing(drawn.canvas), finder) or _BLANK
    (image, again), label = seen.looks, drawn.written.label
    if drawn.ink is not None and label != NOT_DIGIT:
        likeness = _likeness(image, drawn.ink, finder)
        if likeness < _APART:
            label = NOT_DIGIT
        elif likeness < _ALIKE:
            image = _BLANK.image
        # The label describes the first look; a second look that shows something else is left out.
        if likeness < _ALIKE or _likeness(again, drawn.ink, finder) < _ALIKE:
            again = image
    canvas = max(drawn.canvas.shape[:2])
    written = drawn.written
    return _Seen(
        image, again, label, (written.style, written.writer, canvas, drawn.pen, seen.is_plain)
    )


def _likeness(image: NDArray[np.uint8], ink: NDArray[np.uint8], finder: InkFinder) -> float:
    """Return the cosine of the angle between `image` and what `normalise` makes of `ink` alone."""
    # With two tones, the canvas is plain.
    two_tones = Drawing(as_uint8(cv2.threshold(ink, 99, 255, cv2.THRESH_BINARY)[1]))
    wanted = normalise(two_tones, finder) or _BLANK
    one, other = (picture.astype(np.float32).ravel() for picture in (image, wanted.image))
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-6))


def _draw_written(change: Change, written: Character, rng: np.random.Generator) -> _Drawn:
    return _paint(change(rng, varied(rng, written)), choose(rng, crop=True))


def _draw_scene(
    change: Change, relabel: bool, written: Character, rng: np.random.Generator
) -> _Drawn:
    name = str(rng.choice(list(KINDS)))
    one = change(rng, varied(rng, written))
    sheet = draw_kind(rng, one, mixed(rng, KINDS[name]))
    ink = sheet.ink if relabel else None
    return _Drawn(sheet.pixels, replace(one, style=name), sheet.pen, ink)


def _draw_invention(
    invention: Callable[[np.random.Generator, str], Character], kind: str, rng: np.random.Generator
) -> _Drawn:
    return _paint(invention(rng, kind), choose(rng, crop=True))


def _draw_pixels(digit: int, rng: np.random.Generator) -> _Drawn:
    written = Character((), digit, "pixels", "pixels", "pixel by pixel")
    return _Drawn(pixel_drawing(rng, digit), written, 1)


def _draw_embellished(written: Character, rng: np.random.Generator) -> _Drawn:
    session = choose(rng, crop=True)
    if session.digit_height < _MIN_HOLLOW or rng.random() < 0.5:
        # A thick pen would run the line into the digit.
        pen = replace(session.pen, width=min(session.pen.width, 1 + session.digit_height // 14))
        return _paint(underline(rng, written), replace(session, pen=pen))
    width = int(session.digit_height * rng.uniform(0.1, 0.2))
    pen = replace(session.pen, width=width, hollow=max(1, int(width * rng.uniform(0.1, 0.4))))
    return _paint(replace(written, style="hollow"), replace(session, pen=pen))


def _paint(written: Character, session: Session) -> _Drawn:
    return _Drawn(paint(written, session), written, session.pen.width)
