"""A drawing session: what a person chooses before drawing and saving a digit.

`choose` returns one at random: canvas, pen, hand, colours, paper, format. `training.drawing.paint` draws it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Hand:
    """How the pen moved: the slant of the writing, and what a mouse makes of it.

    `rotation` in degrees; `slant`: x per y; `aspect`: factor on the width; `tremor`: jitter as a share
    of the digit's size; `corners`: keep one point in this many, since a fast mouse draws a polyline, or 0
    for a smooth curve.
    """

    rotation: float
    slant: float
    aspect: float
    tremor: float
    corners: int


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen.

    `width` in pixels. `square`: not round. `smooth`: anti-aliased. `hollow`: width in pixels of the outline
    that is left of a stroke, as in bubble letters (0: strokes are filled).
    """

    width: int
    square: bool
    smooth: bool
    hollow: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One drawing session. Sizes in pixels; `left` and `top` place the digit's box.

    `supersampled`: factor by which it is drawn larger and then shrunk. `ink` and `paper` are BGR.
    `texture`: one of `training.drawing.textures.TEXTURES`. `quality`: JPEG's, 0 if lossless.
    """

    hand: Hand
    pen: Pen
    width: int
    height: int
    digit_height: int
    left: float
    top: float
    supersampled: int
    ink: tuple[int, int, int]
    paper: tuple[int, int, int]
    texture: str
    quality: int
    seed: int


# Share of each size of canvas: a guess, not a count.
_CANVASES: tuple[tuple[float, str], ...] = (
    (0.3, "tiny"),
    (0.25, "small"),
    (0.3, "medium"),
    (0.15, "large"),
)
# The widest brush in pixels, about that of Paint on a canvas of its usual size.
_MAX_PEN = 24

# Height in pixels. Except with the thinnest pens, a taller digit normalises to the same picture, and it takes
# longer to draw.
_MAX_CROPPED_DIGIT = 400

_TEXTURE_ODDS = {"plain": 0.87, "gradient": 0.06, "noise": 0.03, "lines": 0.01, "blotches": 0.03}


def choose(rng: np.random.Generator, *, crop: bool = False) -> Session:
    """Return a session at random.

    With `crop` a large canvas is cut to the digit and some paper, for speed: normalising looks at the
    paper's border and the ink, so little else changes.
    """
    width, height, digit_height = _choose_canvas(rng)
    widest = max(1, min(_MAX_PEN, digit_height // 5))
    pen = Pen(
        width=1
        if rng.random() < 0.15
        else round(float(np.exp(rng.uniform(0, np.log(widest + 0.49))))),
        square=rng.random() < 0.15,
        smooth=rng.random() < 0.5,
    )
    # A digit at most touches the canvas's edge: people do not save one that ran off it.
    margin = (pen.width + 1) / 2
    digit_height = min(digit_height, int(min(width, height) - 1 - 2 * margin))
    if crop:
        digit_height = min(digit_height, _MAX_CROPPED_DIGIT)
    if crop and min(width, height) > 1.6 * digit_height:
        width = height = int(1.6 * digit_height) + 8
    span_x, span_y = (
        max(0.0, width - 1 - digit_height - 2 * margin),
        max(0.0, height - 1 - digit_height - 2 * margin),
    )
    ink, paper = choose_colours(rng)
    texture = str(rng.choice([*_TEXTURE_ODDS], p=[*_TEXTURE_ODDS.values()]))
    return Session(
        hand=_choose_hand(rng),
        pen=pen,
        width=width,
        height=height,
        digit_height=digit_height,
        left=margin + span_x * rng.random(),
        top=margin + span_y * rng.random(),
        supersampled=int(rng.integers(3, 12)) if digit_height < 60 and rng.random() < 0.4 else 1,
        ink=ink,
        paper=paper,
        texture=texture,
        quality=int(rng.integers(35, 96)) if rng.random() < 0.15 else 0,
        seed=int(rng.integers(2**31)),
    )


def _choose_canvas(rng: np.random.Generator) -> tuple[int, int, int]:
    """Return the width and height of the canvas, and the height of the digit on it, in pixels."""
    kind = rng.choice([name for _, name in _CANVASES], p=[share for share, _ in _CANVASES])
    if kind == "tiny":
        side = 28 if rng.random() < 0.6 else int(rng.integers(20, 56))
        return side, side, int(rng.integers(max(10, side // 2), side - 1))
    if kind == "small":
        side = int(rng.integers(56, 200))
        return side, int(side * rng.uniform(0.8, 1.3)), int(side * rng.uniform(0.3, 0.78))
    if kind == "medium":
        width, height = (int(v) for v in rng.integers(200, 700, 2))
        return width, height, int(min(width, height) * rng.uniform(0.15, 0.9))
    width, height = int(rng.integers(800, 1921)), int(rng.integers(600, 1081))
    return width, height, int(height * rng.uniform(0.06, 0.85))


def _choose_hand(rng: np.random.Generator) -> Hand:
    polyline = rng.random() < 0.25
    return Hand(
        rotation=rng.normal(0, 6),
        slant=rng.normal(0, 0.12),
        aspect=float(np.exp(rng.normal(0, 0.18))),
        tremor=abs(rng.normal(0, 0.008)) if rng.random() < 0.7 else 0.0,
        corners=int(rng.integers(2, 5)) if polyline else 0,
    )


def choose_colours(
    rng: np.random.Generator,
) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Return ink and paper, BGR: mostly black on white or white on black, else any two that differ."""
    chance = rng.random()
    if chance < 0.55:
        return (0, 0, 0), (255, 255, 255)
    if chance < 0.75:
        return (255, 255, 255), (0, 0, 0)
    while True:
        ink, paper = rng.integers(0, 256, 3), rng.integers(0, 256, 3)
        if rng.random() < 0.5:
            paper = np.full(3, 255)
        if np.abs(ink - paper).max() > 70:
            return _bgr(ink), _bgr(paper)


def _bgr(values: NDArray[np.integer]) -> tuple[int, int, int]:
    blue, green, red = (int(value) for value in values)
    return blue, green, red
