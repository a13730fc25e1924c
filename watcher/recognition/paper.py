"""What differs from the paper, whatever the colours of either: pixels -> `Contrast`.

The paper is what the canvas shows along its border. It may be plain, shaded (a gradient, a
photographed sheet) or cluttered.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.shading import Shading, fit_shading
from watcher.recognition.types import as_uint8

FAINTEST = 20
"""Least difference from the paper (of 255) that can be ink; JPEG noise on plain paper stays below."""

_PLAIN = 24
"""Most difference (of 255) from the median colour at which a border pixel is of plain paper."""

_PLAIN_SHARE = 0.75
"""Share of border pixels that must be so; the rest may be ink that touches the border."""

_FLAT, _FLAT_SHARE = 8, 0.5
"""Or half of them with next to no difference: then even much ink along the border leaves no doubt."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """How much the canvas differs from its paper, in the box of all that differs by `floor` or more.

    `values`: uint8 (height, width) of the box, whose upper left corner is at `top`, `left` of the
    `canvas` (height, width). Below `floor` (of 255) nothing can be ink. `is_doubtful`: the paper is
    not plain, and may have been told wrongly.
    """

    values: NDArray[np.uint8]
    top: int
    left: int
    canvas: tuple[int, int]
    floor: int
    is_doubtful: bool = False


def contrast_with_paper(pixels: NDArray[np.uint8]) -> Contrast | None:
    """The contrast on a canvas (uint8, grey or BGR), None where all of it is paper."""
    border = _border(pixels)
    # Always of even length: the median is the mean of the two in the middle.
    middle = len(border) // 2
    halves = np.partition(border, (middle - 1, middle), axis=0)[middle - 1 : middle + 1]
    median = np.rint(halves.mean(axis=0, dtype=np.float32))
    is_plain = _share_near(border, median, _PLAIN) >= _PLAIN_SHARE
    if is_plain or _share_near(border, median, _FLAT) >= _FLAT_SHARE:
        plain = _with_plain(pixels, median)
        if plain is None or not _may_be_shaded(plain):
            return plain
        shading = fit_shading(pixels)
        is_shaded = shading.explains_more(median, _NEAR, _GAIN)
        if is_shaded and _is_likely(shading):
            return _with_shaded(pixels, shading)
        return replace(plain, is_doubtful=True)
    shading = fit_shading(pixels)
    return _with_shaded(pixels, shading) if _is_likely(shading) else _with_cluttered(pixels)


def _share_near(border: NDArray[np.uint8], colour: NDArray[np.floating], most: int) -> float:
    """The share of border pixels that differ from `colour` by at most `most` in each channel."""
    row = border.reshape(1, len(border), -1)
    near = cv2.inRange(row, _scalar(colour - most), _scalar(colour + most))
    return cv2.countNonZero(near) / len(border)


_SMALL_PIXELS = 100 * 100
"""On a smaller canvas it takes longer to find out where the ink is than to look at all of it: 28 x 28 took
32 us, and 15 so."""


def _with_plain(pixels: NDArray[np.uint8], paper: NDArray[np.floating]) -> Contrast | None:
    canvas = pixels.shape[0], pixels.shape[1]
    if canvas[0] * canvas[1] < _SMALL_PIXELS:
        all_of_it = strongest(as_uint8(cv2.absdiff(pixels, _scalar(paper))))  # type: ignore[call-overload]
        differs = cv2.threshold(all_of_it, FAINTEST - 1, 255, cv2.THRESH_BINARY)[1]
        left, top, width, height = cv2.boundingRect(differs)
        values = all_of_it[top : top + height, left : left + width]
        return Contrast(values, top, left, canvas, FAINTEST) if width else None
    # The extremes of each column find the box's sides, so that the rest is done on a part of a large
    # canvas only: NumPy takes them in 0.13 ms of 1152 x 648, where a mask of all pixels took 0.7 ms.
    columns = pixels.reshape(canvas[0], -1)
    extremes = np.stack([columns.min(axis=0), columns.max(axis=0)]).reshape(2, canvas[1], -1)
    bare = cv2.inRange(extremes, _scalar(paper - FAINTEST + 1), _scalar(paper + FAINTEST - 1))
    left, _, width, _ = cv2.boundingRect(cv2.bitwise_not(bare))
    if width == 0:
        return None
    # OpenCV's stubs do not know that the second operand may be a scalar.
    difference = as_uint8(
        cv2.absdiff(pixels[:, left : left + width], _scalar(paper))  # type: ignore[call-overload]
    )
    rows = np.flatnonzero(difference.reshape(canvas[0], -1).max(axis=1) >= FAINTEST)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    return Contrast(strongest(difference[top:bottom]), top, left, canvas, FAINTEST)


def _border(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The canvas's outermost pixels as uint8 of shape (n, channels)."""
    planes = pixels.reshape(*pixels.shape[:2], -1)
    return np.concatenate((planes[0], planes[-1], planes[:, 0], planes[:, -1]))


def _scalar(colour: NDArray[np.floating]) -> tuple[float, float, float, float]:
    padded = [*(float(value) for value in colour), 0.0, 0.0, 0.0]
    return padded[0], padded[1], padded[2], padded[3]


def strongest(difference: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest of each pixel's channels."""
    if difference.ndim == 2:
        return difference
    blue, green, red = cv2.split(difference)
    return as_uint8(cv2.max(cv2.max(blue, green), red))


_NEAR, _NEAR_SHARE = 12, 0.9
"""Shaded paper is a surface that so many border pixels are this near to (of 255): clutter is not."""

_GAIN = 0.2
"""By so much more of the canvas must lie near it than near the border's one colour, if there is one."""

_MARKED, _MIDDLING = 0.3, 0.3
"""Only where so much of the canvas differs from that colour, and so much of this by middling amounts, is
the surface fitted (0.5 ms): ink covers less, or differs alike."""


def _may_be_shaded(plain: Contrast) -> bool:
    """Whether what differs from plain paper may be a vignette or a glow in the middle of the canvas."""
    least = _MARKED * plain.canvas[0] * plain.canvas[1]
    if plain.values.size < least:  # As for most drawings: their box is smaller.
        return False
    marked = plain.values[plain.values >= plain.floor]
    if marked.size < least:
        return False
    return int((marked < 0.75 * marked.max()).sum()) >= _MIDDLING * marked.size


def _is_likely(shading: Shading) -> bool:
    return shading.explains_border(_NEAR, _NEAR_SHARE)


def _with_shaded(pixels: NDArray[np.uint8], shading: Shading) -> Contrast:
    """The same where the paper's tone changes smoothly."""
    contrast = strongest(as_uint8(cv2.absdiff(pixels, shading.paper(pixels.shape))))
    return _with_floor(contrast)


_SAMPLES = 96
"""Cluttered paper is estimated on a copy of at most this many pixels a side..."""

_NEIGHBOURHOOD = 41
"""...as the median of so many by so many of them, in which any stroke is outnumbered by paper."""


def _with_cluttered(pixels: NDArray[np.uint8]) -> Contrast:
    """The same where the paper is cluttered: difference from its neighbourhood's median."""
    height, width = pixels.shape[:2]
    small = (min(width, _SAMPLES), min(height, _SAMPLES))
    shrunk = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
    shaded = cv2.medianBlur(shrunk, _NEIGHBOURHOOD)
    paper = cv2.resize(shaded, (width, height), interpolation=cv2.INTER_LINEAR)
    contrast = strongest(as_uint8(cv2.absdiff(pixels, paper.reshape(pixels.shape))))
    return _with_floor(as_uint8(cv2.GaussianBlur(contrast, (3, 3), 0)))


def _with_floor(contrast: NDArray[np.uint8]) -> Contrast:
    """All of the canvas, with the floor above the border's roughness."""
    rough = float(np.quantile(_border(contrast).astype(np.float32), 0.9))
    floor = max(FAINTEST, round(min(1.2 * rough, otsu(contrast))))
    canvas = contrast.shape[0], contrast.shape[1]
    return Contrast(contrast, 0, 0, canvas, floor, is_doubtful=True)


def otsu(values: NDArray[np.uint8]) -> float:
    """The level that parts `values` into two groups as unlike as can be (Otsu 1979)."""
    return cv2.threshold(values, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0]
