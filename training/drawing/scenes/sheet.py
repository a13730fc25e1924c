"""A sheet with a digit on it while it is being drawn: its pixels, its ink, and where things are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character, Stroke
from training.drawing.paint import Canvas, place_strokes
from training.drawing.sessions import Session, choose, choose_colours
from watcher.recognition.types import as_uint8

# BGR, 0 to 255.
Colour = tuple[int, int, int]

# Shape (height, width): how much of each pixel the digit's ink covers, 0 to 255.
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture in the making.

    `pixels`: uint8 BGR. `ink`: the mask of the digit's ink, however faint it is. `box`: left, top,
    right and bottom of the digit in pixels. `colour` and `paper`: the colours of the ink and of the paper
    under it. `pen`: width of the strokes in pixels.
    """

    pixels: Canvas
    ink: Mask
    box: tuple[int, int, int, int]
    colour: Colour
    paper: Colour
    pen: int

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def unit(self) -> int:
        """The shorter side in pixels, of which the widths of lines and margins are shares."""
        return min(self.height, self.width)

    def with_pixels(self, pixels: Canvas) -> "Sheet":
        return replace(self, pixels=pixels)


# Something that happens to a sheet: it is framed, pasted on a desk, photographed.
Change = Callable[[np.random.Generator, Sheet], Sheet]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where and how a digit is drawn: its session, and its strokes in pixels."""

    session: Session
    strokes: list[Stroke]


# Share of pictures whose longer side is within each range, in pixels. Cells of more than five pixels a side
# look much alike in a view, and larger pictures take longer to draw.
_SIDES: tuple[tuple[float, int, int], ...] = (
    (0.10, 28, 64),
    (0.15, 64, 130),
    (0.52, 130, 320),
    (0.18, 320, 640),
    (0.05, 640, 1500),
)


# Share of pens that are so wide that they nearly fill the digit's loops.
_FAT = 0.1


def lay_out(
    rng: np.random.Generator,
    written: Character,
    *,
    share: tuple[float, float] = (0.18, 0.85),
    least: int = 28,
) -> Layout:
    """Place `written` on a canvas of a size at random.

    Its longer side is within `share` of the canvas's shorter one, which has at least `least` pixels.
    """
    band = int(rng.choice(len(_SIDES), p=[chance for chance, _, _ in _SIDES]))
    _, lowest, highest = _SIDES[band]
    longer = max(int(rng.integers(lowest, highest)), least)
    shorter = max(int(longer * rng.uniform(0.5, 1.0)), min(least, longer))
    height, width = (longer, shorter) if rng.random() < 0.3 else (shorter, longer)
    # On a small canvas a small digit has no shape.
    low = max(share[0], min(share[1], 14 / shorter))
    tall = max(9, int(shorter * rng.uniform(low, max(low, share[1]))))
    widest = max(1, tall // 6)
    pen = 1 if rng.random() < 0.15 else round(float(np.exp(rng.uniform(0, np.log(widest + 0.49)))))
    if rng.random() < _FAT:
        pen = max(pen, int(tall * rng.uniform(0.15, 0.32)))
    margin = (pen + 1) / 2 + 1
    tall = max(6, min(tall, int(shorter - 1 - 2 * margin)))
    ink, paper = choose_colours(rng)
    base = choose(rng)
    session = replace(
        base,
        pen=replace(base.pen, width=pen, hollow=0),
        width=width,
        height=height,
        digit_height=tall,
        left=margin + max(0.0, width - 1 - tall - 2 * margin) * rng.random(),
        top=margin + max(0.0, height - 1 - tall - 2 * margin) * rng.random(),
        supersampled=1,
        ink=ink,
        paper=paper,
        texture="plain",
        quality=0,
    )
    return Layout(session, place_strokes(rng, written.strokes, session))


def box_of(strokes: list[Stroke], pen: int, height: int, width: int) -> tuple[int, int, int, int]:
    """Return the box (left, top, right, bottom) of strokes `pen` pixels wide, clipped to the canvas."""
    points = np.vstack(strokes)
    low, high = points.min(axis=0) - pen / 2, points.max(axis=0) + pen / 2
    left, top = (max(0, int(v)) for v in low)
    right, bottom = min(width, int(high[0]) + 1), min(height, int(high[1]) + 1)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def blend(pixels: Canvas, colour: Colour | Canvas, share: NDArray[np.floating]) -> Canvas:
    """Return `pixels` with `share` (0 to 1, shape (height, width)) of each covered by `colour`."""
    weight = share[..., None].astype(np.float32)
    over = np.asarray(colour, np.float32)
    mixed = pixels.astype(np.float32) * (1 - weight) + over * weight
    return np.rint(mixed).clip(0, 255).astype(np.uint8)


def near(rng: np.random.Generator, colour: Colour, spread: float) -> Colour:
    """Return a colour that differs from `colour` by about `spread` of 255 in each channel."""
    moved = np.clip(np.array(colour) + rng.normal(0, spread, 3), 0, 255)
    return int(moved[0]), int(moved[1]), int(moved[2])


def any_colour(rng: np.random.Generator) -> Colour:
    """Return a colour at random, in a quarter of the cases a grey."""
    if rng.random() < 0.25:
        grey = int(rng.integers(0, 256))
        return grey, grey, grey
    blue, green, red = (int(v) for v in rng.integers(0, 256, 3))
    return blue, green, red


def differing(rng: np.random.Generator, others: tuple[Colour, ...], least: int = 60) -> Colour:
    """Return a colour that differs from each of `others` by at least `least` in some channel."""
    for _ in range(40):
        colour = any_colour(rng)
        if all(
            max(abs(a - b) for a, b in zip(colour, other, strict=True)) >= least for other in others
        ):
            return colour
    return any_colour(rng)


def smooth_noise(
    rng: np.random.Generator, shape: tuple[int, int], knots: int
) -> NDArray[np.float32]:
    """Return a cloud of values from 0 to 1, with about `knots` bumps a side."""
    coarse = rng.random((max(2, knots), max(2, knots))).astype(np.float32)
    cloud = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(cloud, 0, 1).astype(np.float32)


def blurred(values: NDArray[Any], spread: float) -> NDArray[np.float32]:
    """Return `values` blurred by a Gaussian with a standard deviation of `spread` pixels."""
    soft: NDArray[np.float32] = np.asarray(
        cv2.GaussianBlur(values.astype(np.float32), (0, 0), spread), np.float32
    )
    return soft.reshape(values.shape)


def warped(
    pixels: NDArray[np.uint8],
    matrix: NDArray[np.float64],
    size: tuple[int, int],
    border: int = cv2.BORDER_CONSTANT,
) -> NDArray[np.uint8]:
    """Return `pixels` transformed by the perspective `matrix`, on a picture of `size` (width, height)."""
    return as_uint8(
        cv2.warpPerspective(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)
    )
