"""Where the paper ends and the ink begins: pixels of any colours -> `Ink`.

The paper is what the canvas shows along its border; ink is what differs from it. Paper may be plain,
shaded (a gradient, a photographed sheet) or cluttered; a frame around it is not the paper.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.types import as_uint8

_FAINTEST = 20
"""Least difference from the paper (of 255) that can be ink; JPEG noise on plain paper stays below."""

_PLAIN = 24
"""Most difference (of 255) from the median colour at which a border pixel is of plain paper."""

_PLAIN_SHARE = 0.75
"""Share of border pixels that must be so; the rest may be ink that touches the border."""

_FLAT, _FLAT_SHARE = 8, 0.5
"""Or half of them with next to no difference: then even much ink along the border leaves no doubt."""

_CUT = 0.3
"""Ink is what is at least this share of the strongest ink: in between lie blur and JPEG's ringing."""

_SPECK_AREA = 0.02
"""A speck has at most this share of the largest blot's area..."""

_SPECK_EXTENT = 0.12
"""...and is at most this long, as a share of that blot's longer side."""

_FRAME_COVER = 0.6
"""Share of the canvas covered by "ink" from which the border was a frame and the paper is within."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink's bounding box: `strength` uint8 of shape (height, width), 0 paper to 255 full ink.

    `spans_canvas` tells that it reaches opposite edges of the canvas.
    """

    strength: NDArray[np.uint8]
    spans_canvas: bool


def find_ink(pixels: NDArray[np.uint8]) -> Ink | None:
    """The ink on a canvas (uint8, grey or BGR), None if there is none."""
    contrast, floor = _contrast(pixels)
    ink = _box(contrast, floor)
    if ink is None or ink.cover <= _FRAME_COVER:
        return None if ink is None else Ink(ink.strength, ink.spans_canvas)
    top, left, bottom, right = ink.inside
    if bottom - top < 3 or right - left < 3:
        return None
    framed = pixels[top:bottom, left:right]
    contrast, floor = _contrast(framed)
    ink = _box(contrast, floor)
    if ink is None or ink.cover > _FRAME_COVER:
        return None
    return Ink(ink.strength, ink.spans_canvas)


@dataclass(frozen=True, slots=True)
class _Boxed:
    strength: NDArray[np.uint8]
    spans_canvas: bool
    cover: float
    inside: tuple[int, int, int, int]


def _box(contrast: NDArray[np.uint8], floor: int) -> _Boxed | None:
    """Cut the ink out of `contrast`; None if nothing rises above `floor`."""
    height, width = contrast.shape
    levels = _levels(contrast, floor)
    if levels is None:
        return None
    mask = as_uint8(cv2.threshold(contrast, levels.cut - 1, 255, cv2.THRESH_BINARY)[1])
    left, top, box_width, box_height = cv2.boundingRect(mask)
    if box_width == 0:
        return None
    mask = mask[top : top + box_height, left : left + box_width]
    kept = _without_specks(mask, canvas=(height, width), at=(top, left))
    if kept is None:
        return None
    if kept is not mask:
        dx, dy, box_width, box_height = cv2.boundingRect(kept)
        if box_width == 0:
            return None
        kept = kept[dy : dy + box_height, dx : dx + box_width]
        left, top = left + dx, top + dy
    crop = contrast[top : top + box_height, left : left + box_width]
    # The soft edge of a stroke lies just outside the cut and is part of it.
    near = cv2.dilate(kept, np.ones((3, 3), np.uint8))
    strength = cv2.bitwise_and(cv2.convertScaleAbs(crop, alpha=255 / levels.peak), near)
    right, bottom = left + box_width, top + box_height
    slack_x, slack_y = max(1, width // 100), max(1, height // 100)
    spans = (left <= slack_x and right >= width - slack_x) or (
        top <= slack_y and bottom >= height - slack_y
    )
    cover = cv2.countNonZero(kept) / (height * width)
    return _Boxed(as_uint8(strength), spans, cover, (top, left, bottom, right))


@dataclass(frozen=True, slots=True)
class _Levels:
    """`cut`: the least contrast that is ink; `peak`: that of full ink."""

    cut: int
    peak: int


def _levels(contrast: NDArray[np.uint8], floor: int) -> _Levels | None:
    """From which contrast on there is ink; None if nothing reaches `floor`."""
    histogram = cv2.calcHist([contrast], [0], None, [256], [0, 256]).ravel().astype(np.float32)
    histogram[:floor] = 0
    if not histogram.any():
        return None
    between = _clutter_below(contrast, histogram)
    if between:
        histogram[:between] = 0
        floor = between
    # The strongest third, so that the soft edges of thin strokes do not set the level.
    peak = 255 - int(np.searchsorted(np.cumsum(histogram[::-1]), histogram.sum() / 3))
    return _Levels(max(floor, round(_CUT * peak)), peak)


def _clutter_below(contrast: NDArray[np.uint8], histogram: NDArray[np.float32]) -> int:
    """The level that separates ink from weaker clutter (ruled lines, grain, blotches), 0 without any.

    The soft edge of a stroke is weaker than the stroke too, but lies beside it; clutter lies apart.
    """
    level = np.arange(256)
    count, mass = np.cumsum(histogram), np.cumsum(histogram * level)
    above = count[-1] - count
    with np.errstate(divide="ignore", invalid="ignore"):
        low_mean, high_mean = mass / count, (mass[-1] - mass) / above
        separation = np.nan_to_num(count * above * (high_mean - low_mean) ** 2)
    split = int(np.argmax(separation))  # Otsu's threshold (1979) among what is not paper
    if separation[split] <= 0:
        return 0
    weak, strong = float(count[split]), float(above[split])
    if low_mean[split] > 0.6 * high_mean[split] or weak < 0.5 * strong:
        return 0
    ink = cv2.threshold(contrast, split, 255, cv2.THRESH_BINARY)[1]
    reach = max(5, 2 * (max(contrast.shape) // 200) + 1)
    beside = cv2.bitwise_and(contrast, cv2.dilate(ink, np.ones((reach, reach), np.uint8)))
    lowest = int(np.flatnonzero(histogram)[0])
    apart = (
        weak
        + strong
        - cv2.countNonZero(cv2.threshold(beside, lowest - 1, 255, cv2.THRESH_BINARY)[1])
    )
    return split + 1 if apart > 0.6 * weak else 0


def _without_specks(
    mask: NDArray[np.uint8], canvas: tuple[int, int], at: tuple[int, int]
) -> NDArray[np.uint8] | None:
    """`mask` without specks and without lines that only mark the canvas's edge; itself if it has none."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count <= 2:
        return mask
    area = stats[:, cv2.CC_STAT_AREA]
    extent = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = ~_marks_edge(stats.astype(np.int32, copy=False), canvas, at)
    keep[0] = False
    if not keep.any():
        return None
    largest = int(np.argmax(np.where(keep, area, 0)))
    keep &= (area > _SPECK_AREA * area[largest]) | (extent > _SPECK_EXTENT * extent[largest])
    if keep[1:].all():
        return mask
    kept: NDArray[np.uint8] = np.where(keep, 255, 0).astype(np.uint8)[labels]
    return kept


def _marks_edge(
    stats: NDArray[np.int32], canvas: tuple[int, int], at: tuple[int, int]
) -> NDArray[np.bool_]:
    """Which blots are thin lines along an edge of the canvas (the rim of a screenshot)."""
    height, width = canvas
    top, left = stats[:, cv2.CC_STAT_TOP] + at[0], stats[:, cv2.CC_STAT_LEFT] + at[1]
    blot_width, blot_height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    rim_x, rim_y = max(1, width // 50), max(1, height // 50)
    beside = (left + blot_width <= rim_x) | (left >= width - rim_x)
    above = (top + blot_height <= rim_y) | (top >= height - rim_y)
    upright: NDArray[np.bool_] = beside & (2 * blot_height > height)
    flat: NDArray[np.bool_] = above & (2 * blot_width > width)
    return (upright | flat) & (min(height, width) > 40)


def _contrast(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    """Each pixel's difference from the paper, uint8 (height, width), and the least that may be ink."""
    border = _border(pixels)
    median = np.median(border, axis=0)
    away = np.abs(border - median).max(axis=1)
    if (away <= _PLAIN).mean() >= _PLAIN_SHARE or (away <= _FLAT).mean() >= _FLAT_SHARE:
        difference = cv2.absdiff(pixels, _scalar(median))  # type: ignore[call-overload]  # a scalar may be
        return _strongest(as_uint8(difference)), _FAINTEST
    return _contrast_on_uneven(pixels)


def _border(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The canvas's outermost pixels as float32 of shape (n, channels)."""
    planes = pixels.reshape(*pixels.shape[:2], -1)
    sides = (planes[0], planes[-1], planes[:, 0], planes[:, -1])
    return np.concatenate(sides).astype(np.float32)


def _scalar(colour: NDArray[np.floating]) -> tuple[float, float, float, float]:
    padded = [*(float(value) for value in colour), 0.0, 0.0, 0.0]
    return padded[0], padded[1], padded[2], padded[3]


def _strongest(difference: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest of each pixel's channels."""
    if difference.ndim == 2:
        return difference
    blue, green, red = cv2.split(difference)
    return as_uint8(cv2.max(cv2.max(blue, green), red))


_SAMPLES = 96
"""Shaded paper is estimated on a copy of at most this many pixels a side..."""

_NEIGHBOURHOOD = 41
"""...as the median of so many by so many of them, in which any stroke is outnumbered by paper."""


def _contrast_on_uneven(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    """The same where the paper is shaded or cluttered: difference from its neighbourhood's median."""
    height, width = pixels.shape[:2]
    small = (min(width, _SAMPLES), min(height, _SAMPLES))
    shrunk = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
    shaded = cv2.medianBlur(shrunk, _NEIGHBOURHOOD)
    paper = cv2.resize(shaded, (width, height), interpolation=cv2.INTER_LINEAR)
    contrast = _strongest(as_uint8(cv2.absdiff(pixels, paper.reshape(pixels.shape))))
    smooth = as_uint8(cv2.GaussianBlur(contrast, (3, 3), 0))
    rough = float(np.quantile(_border(smooth), 0.9))
    otsu = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0]
    return smooth, max(_FAINTEST, round(min(1.2 * rough, otsu)))
