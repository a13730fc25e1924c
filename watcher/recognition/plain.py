"""Find the ink on a plain canvas: ink of one colour on paper of another, with paper along the border.

Most drawings are like this, and need no network to find their ink. A canvas in doubt (another tone, a
frame, several lines from edge to edge) is not plain and goes to the ink finder.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.blots import (
    NEIGHBOURS,
    drop_specks,
    is_one_blot,
    may_be_a_frame,
    may_be_a_sheet,
)
from watcher.recognition.types import Ink, as_uint8

# Least difference from the paper (of 255) that can be ink; JPEG noise on plain paper stays below.
_FAINTEST = 20

# A canvas without ink is examined again with this many times the contrast. Ink found only then is reported
# as too faint to be read.
_AMPLIFIED = 4

# A border pixel is paper if it differs by at most this (of 255) from the border's median colour. At least
# this share of the border must be paper; the rest may be ink that touches it.
_PAPER, _PAPER_SHARE = 24, 0.75

# Ink has at least this share of the strongest ink's contrast; below it are blur and JPEG's ringing.
_CUT = 0.3

# Strong ink has at least this share of the strongest ink's contrast. Weaker marks must be at most this many
# pixels from it, as a stroke's soft edge is; marks further away may number at most this share of it.
_STRONG, _EDGE, _APART = 0.8, 3, 0.03
_WITHIN_EDGE = np.ones((2 * _EDGE + 1, 2 * _EDGE + 1), np.uint8)

# Weaker marks than this share of the strongest ink are JPEG's ringing wherever they are.
_RINGING = 0.12

# The largest standard deviation (of 255) that strong ink of one colour has in any channel.
_ONE_COLOUR = 24


@dataclass(frozen=True, slots=True)
class PlainCanvas:
    """A canvas that is plain; `ink` is None where it is blank."""

    ink: Ink | None


def read_plain(pixels: NDArray[np.uint8]) -> PlainCanvas | None:
    """Return the ink of a plain canvas, None if `pixels` are not plain.

    `pixels` is uint8 of shape (height, width) in grey or (height, width, 3) in colour.
    """
    paper = _paper(pixels)
    if paper is None:
        return None
    contrast = _contrast(pixels, paper)
    if contrast is None:
        amplified = _amplify(pixels, paper)
        contrast = _contrast(amplified, paper)
        ink = _ink(amplified, contrast) if contrast else None
        return PlainCanvas(replace(ink, is_faint=True) if ink else None)
    ink = _ink(pixels, contrast)
    return PlainCanvas(ink) if ink else None


def _ink(pixels: NDArray[np.uint8], contrast: "_Contrast") -> Ink | None:
    """Return the ink of a canvas that is not blank, None if the canvas is not plain."""
    values, top, left = contrast
    peak = _peak(values)
    strong = _mask(values, _STRONG * peak)
    if not _has_one_tone(values, strong, peak) or not _has_one_colour(pixels, contrast, strong):
        return None
    kept = drop_specks(_mask(values, max(_FAINTEST, round(_CUT * peak))))
    if kept is None:
        return None
    x, y, width, height = cv2.boundingRect(kept)
    kept, values = kept[y : y + height, x : x + width], values[y : y + height, x : x + width]
    box = (top + y, left + x, top + y + height, left + x + width)
    spans_canvas = spans(box, pixels.shape)
    # One blot from edge to edge is a digit that fills the canvas; several may be a ruling and a digit.
    if (
        (spans_canvas and not is_one_blot(kept))
        or may_be_a_sheet(kept, pixels.shape)
        or may_be_a_frame(kept)
    ):
        return None
    # The soft edge of a stroke is just outside the cut and is part of it.
    near = cv2.dilate(kept, NEIGHBOURS)
    strength = cv2.bitwise_and(cv2.convertScaleAbs(values, alpha=255 / peak), near)
    return Ink(as_uint8(strength), max(kept.shape), spans_canvas)


def spans(box: tuple[int, int, int, int], canvas: tuple[int, ...]) -> bool:
    """Return whether `box` (top, left, bottom, right) reaches opposite edges of the canvas, within 1%."""
    top, left, bottom, right = box
    height, width = canvas[:2]
    slack_x, slack_y = max(1, width // 100), max(1, height // 100)
    across = left <= slack_x and right >= width - slack_x
    upright = top <= slack_y and bottom >= height - slack_y
    return across or upright


def _paper(pixels: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Return the border's median colour, None if too much of the border differs from it."""
    planes = pixels.reshape(*pixels.shape[:2], -1)
    border = np.concatenate((planes[0], planes[-1], planes[:, 0], planes[:, -1]))
    median: NDArray[np.float32]
    # Most borders are of one colour, and comparing them takes a fifth of the time that the median takes.
    if border.tobytes() == border[0].tobytes() * len(border):
        median = border[0].astype(np.float32)
        return median
    # The border has an even number of pixels, so that the median is the mean of the two in the middle.
    middle = len(border) // 2
    halves = np.partition(border, (middle - 1, middle), axis=0)[middle - 1 : middle + 1]
    median = np.rint(halves.mean(axis=0, dtype=np.float32))
    row = border.reshape(1, len(border), -1)
    near = cv2.inRange(row, _scalar(median - _PAPER), _scalar(median + _PAPER))
    return median if cv2.countNonZero(near) >= _PAPER_SHARE * len(border) else None


def _amplify(pixels: NDArray[np.uint8], paper: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the canvas with `_AMPLIFIED` times the contrast to its paper."""
    papers = np.broadcast_to(paper.astype(np.uint8), pixels.reshape(*pixels.shape[:2], -1).shape)
    sheet = np.ascontiguousarray(papers).reshape(pixels.shape)
    return as_uint8(cv2.addWeighted(pixels, _AMPLIFIED, sheet, 1 - _AMPLIFIED, 0))


# Difference from the paper (uint8, (height, width)) in the box of all that differs; the box's top and left.
_Contrast = tuple[NDArray[np.uint8], int, int]

# On a smaller canvas, finding the box first takes longer than comparing all pixels: 32 us against 15 us for
# 28 x 28.
_SMALL_PIXELS = 100 * 100


def _contrast(pixels: NDArray[np.uint8], paper: NDArray[np.floating]) -> _Contrast | None:
    """Return how much the canvas differs from its paper, None if all of it is paper."""
    height, width = pixels.shape[:2]
    if height * width < _SMALL_PIXELS:
        all_of_it = _strongest(as_uint8(cv2.absdiff(pixels, _scalar(paper))))  # type: ignore[call-overload]
        left, top, wide, tall = cv2.boundingRect(_mask(all_of_it, _FAINTEST))
        return (all_of_it[top : top + tall, left : left + wide], top, left) if wide else None
    # The extremes of each column find the box's sides, so that the rest is done on a part of a large
    # canvas only: NumPy takes them in 0.13 ms of 1152 x 648, where a mask of all pixels took 0.7 ms.
    columns = pixels.reshape(height, -1)
    extremes = np.stack([columns.min(axis=0), columns.max(axis=0)]).reshape(2, width, -1)
    bare = cv2.inRange(extremes, _scalar(paper - _FAINTEST + 1), _scalar(paper + _FAINTEST - 1))
    left, _, wide, _ = cv2.boundingRect(cv2.bitwise_not(bare))
    if wide == 0:
        return None
    # OpenCV's stubs do not know that the second operand may be a scalar.
    difference = as_uint8(
        cv2.absdiff(pixels[:, left : left + wide], _scalar(paper))  # type: ignore[call-overload]
    )
    rows = np.flatnonzero(difference.reshape(height, -1).max(axis=1) >= _FAINTEST)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    return _strongest(difference[top:bottom]), top, left


def _scalar(colour: NDArray[np.floating]) -> tuple[float, float, float, float]:
    padded = [*(float(value) for value in colour), 0.0, 0.0, 0.0]
    return padded[0], padded[1], padded[2], padded[3]


def _strongest(difference: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the largest of each pixel's channels."""
    if difference.ndim == 2:
        return difference
    blue, green, red = cv2.split(difference)
    return as_uint8(cv2.max(cv2.max(blue, green), red))


def _mask(values: NDArray[np.uint8], least: float) -> NDArray[np.uint8]:
    """Return where `values` reach `least`, rounded down: 255 there, 0 elsewhere."""
    return as_uint8(cv2.threshold(values, least - 1, 255, cv2.THRESH_BINARY)[1])


def _peak(values: NDArray[np.uint8]) -> int:
    """Return the contrast of full ink: the least of the strongest third, so that soft edges do not count."""
    counted = np.bincount(values[values >= _FAINTEST], minlength=256)[::-1].cumsum()
    return 255 - int(counted.searchsorted(counted[-1] / 3))


def _has_one_tone(values: NDArray[np.uint8], strong: NDArray[np.uint8], peak: int) -> bool:
    """Return whether all marks are strong ink or next to it, but for `_APART`."""
    inked = cv2.countNonZero(strong)
    marked = _mask(values, max(_FAINTEST, _RINGING * peak))
    # Hard edges, such as a pencil's, leave no weaker marks to look for.
    if cv2.countNonZero(marked) - inked <= _APART * inked:
        return True
    apart = cv2.subtract(marked, cv2.dilate(strong, _WITHIN_EDGE))
    return cv2.countNonZero(apart) <= _APART * inked


def _has_one_colour(
    pixels: NDArray[np.uint8], contrast: _Contrast, strong: NDArray[np.uint8]
) -> bool:
    if pixels.ndim == 2:
        return True
    values, top, left = contrast
    height, width = values.shape
    deviation = cv2.meanStdDev(pixels[top : top + height, left : left + width], mask=strong)[1]
    return float(deviation.max()) <= _ONE_COLOUR
