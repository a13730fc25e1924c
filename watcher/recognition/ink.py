"""The ink on a canvas, cut out: what stands out from the paper, without clutter, specks and frames."""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.outline import clearness, shrunk, steps
from watcher.recognition.paper import Contrast, contrast_with_paper
from watcher.recognition.tones import by_tone
from watcher.recognition.types import as_uint8

_CUT = 0.3
"""Ink is what is at least this share of the strongest ink: in between lie blur and JPEG's ringing."""

_SPECK_AREA = 0.02
"""A speck has at most this share of the largest blot's area..."""

_SPECK_EXTENT = 0.12
"""...and is at most this long, as a share of that blot's longer side."""

_SHEET_COVER = 0.6
"""A sheet of paper within a frame covers at least this share of the canvas..."""

_SHEET_FILL = 0.9
"""...and its outline fills its box by more than this: a fat 0 fills no more than pi / 4."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink's bounding box: `strength` uint8 of shape (height, width), 0 paper to 255 full ink.

    `spans_canvas` tells that it reaches opposite edges of the canvas.
    """

    strength: NDArray[np.uint8]
    spans_canvas: bool


def find_ink(pixels: NDArray[np.uint8]) -> Ink | None:
    """The ink on a canvas (uint8, grey or BGR), None if there is none."""
    cut = _cut_out(pixels)
    if cut is not None and cut.is_sheet:
        # What stands out is the paper, and the canvas's border was a frame around it.
        top, left, bottom, right = cut.box
        within = pixels[top:bottom, left:right]
        cut = _cut_out(within) if min(within.shape[:2]) >= 3 else None
    if cut is None or cut.is_sheet:
        return None
    return Ink(cut.strength, cut.spans_canvas)


@dataclass(frozen=True, slots=True)
class _CutOut:
    """Ink with its box (top, left, bottom, right) on the canvas, unless it is a sheet of paper; `mask` is
    255 where it is more than the soft edge of a stroke."""

    strength: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    box: tuple[int, int, int, int]
    is_sheet: bool
    spans_canvas: bool


_HEAD_START = 1.25
"""By so much another guess must be clearer than what differs from the paper."""

_OUTLINE_SIDE = 450
"""How clear a guess is, is seen on at most so many pixels a side: with all of 1152 x 648 it took 200 ms."""


def _cut_out(pixels: NDArray[np.uint8]) -> _CutOut | None:
    contrast = contrast_with_paper(pixels)
    if contrast is not None and contrast.is_doubtful:
        contrast = _clearest(pixels, contrast)
    return None if contrast is None else _cut_at(contrast)


def _clearest(pixels: NDArray[np.uint8], first: Contrast) -> Contrast:
    """Of `first`, which is what differs from the paper, and the ends of the canvas's tones that whose ink
    has the clearest outline."""
    factor = math.ceil(max(first.canvas) / _OUTLINE_SIDE)
    there = shrunk(steps(pixels), factor)

    def clear(guess: Contrast) -> float:
        cut = _cut_at(_shrunk(guess, factor))
        if cut is None or cut.is_sheet:
            return 0.0
        return clearness(cut.mask, cut.box[:2], there)

    best, most = first, _HEAD_START * clear(first)
    for guess in by_tone(pixels):
        clearer = clear(guess)
        if clearer > most:
            best, most = guess, clearer
    return best


def _shrunk(contrast: Contrast, factor: int) -> Contrast:
    """All of the canvas, in which each `factor` by `factor` pixels are one, the strongest."""
    whole = np.zeros(contrast.canvas, np.uint8)
    height, width = contrast.values.shape
    top, left = contrast.top, contrast.left
    whole[top : top + height, left : left + width] = contrast.values
    small = shrunk(whole, factor)
    canvas = small.shape[0], small.shape[1]
    return replace(contrast, values=small, top=0, left=0, canvas=canvas)


def _cut_at(contrast: Contrast) -> _CutOut | None:
    levels = _levels(contrast)
    if levels is None:
        return None
    mask = as_uint8(cv2.threshold(contrast.values, levels.cut - 1, 255, cv2.THRESH_BINARY)[1])
    left, top, width, height = cv2.boundingRect(mask)
    mask = mask[top : top + height, left : left + width]
    kept = _without_specks(mask, contrast.canvas, (contrast.top + top, contrast.left + left))
    if kept is None:
        return None
    if kept is not mask:
        dx, dy, width, height = cv2.boundingRect(kept)
        kept = kept[dy : dy + height, dx : dx + width]
        left, top = left + dx, top + dy
    values = contrast.values[top : top + height, left : left + width]
    # The soft edge of a stroke lies just outside the cut and is part of it.
    near = cv2.dilate(kept, np.ones((3, 3), np.uint8))
    strength = cv2.bitwise_and(cv2.convertScaleAbs(values, alpha=255 / levels.peak), near)
    top, left = contrast.top + top, contrast.left + left
    box = (top, left, top + height, left + width)
    is_sheet = _is_sheet(kept, contrast.canvas)
    return _CutOut(as_uint8(strength), kept, box, is_sheet, _spans(box, contrast.canvas))


def _is_sheet(mask: NDArray[np.uint8], canvas: tuple[int, int]) -> bool:
    """Whether what stands out, cropped to its box, is a sheet of paper rather than ink."""
    if cv2.countNonZero(mask) <= _SHEET_COVER * canvas[0] * canvas[1]:
        return False
    # The hull of pixel centres lacks half a pixel on each side.
    height, width = (max(1, side - 1) for side in mask.shape)
    outline = cv2.contourArea(cv2.convexHull(cv2.findNonZero(mask)))
    return bool(outline > _SHEET_FILL * height * width)


def _spans(box: tuple[int, int, int, int], canvas: tuple[int, int]) -> bool:
    """Whether a box reaches two opposite edges of the canvas, give or take 1%."""
    top, left, bottom, right = box
    height, width = canvas
    slack_x, slack_y = max(1, width // 100), max(1, height // 100)
    across = left <= slack_x and right >= width - slack_x
    upright = top <= slack_y and bottom >= height - slack_y
    return across or upright


@dataclass(frozen=True, slots=True)
class _Levels:
    """`cut`: the least contrast that is ink; `peak`: that of full ink."""

    cut: int
    peak: int


def _levels(contrast: Contrast) -> _Levels | None:
    """From which contrast on there is ink; None if there is none."""
    floor = contrast.floor
    # Most of the box is paper, which need not be counted: three times as fast.
    marked = contrast.values[contrast.values >= floor]
    if not marked.size:
        return None
    counted = cv2.calcHist([marked], [0], None, [256], [0, 256])
    histogram = counted.ravel().astype(np.float32, copy=False)
    between = _clutter_below(contrast, histogram)
    if between:
        histogram[:between] = 0
        floor = between
    # The strongest third, so that the soft edges of thin strokes do not set the level.
    peak = 255 - int(np.searchsorted(np.cumsum(histogram[::-1]), histogram.sum() / 3))
    return _Levels(max(floor, round(_CUT * peak)), peak)


def _clutter_below(contrast: Contrast, histogram: NDArray[np.float32]) -> int:
    """The level that separates ink from weaker clutter (ruled lines, grain, blotches), 0 without any.

    The soft edge of a stroke is weaker than the stroke too, but lies beside it; clutter lies apart.
    """
    levels = np.flatnonzero(histogram)
    if len(levels) == 1:
        return 0
    counts = histogram[levels]
    count, mass = np.cumsum(counts), np.cumsum(counts * levels)
    below, above = count[:-1], count[-1] - count[:-1]
    low_mean, high_mean = mass[:-1] / below, (mass[-1] - mass[:-1]) / above
    # Otsu's threshold (1979) among what is not paper
    best = int(np.argmax(below * above * (high_mean - low_mean) ** 2))
    split = int(levels[best])
    weak, strong = float(below[best]), float(above[best])
    if low_mean[best] > 0.6 * high_mean[best] or weak < 0.5 * strong:
        return 0
    ink = cv2.threshold(contrast.values, split, 255, cv2.THRESH_BINARY)[1]
    reach = max(5, 2 * (max(contrast.canvas) // 200) + 1)
    beside = cv2.bitwise_and(contrast.values, cv2.dilate(ink, np.ones((reach, reach), np.uint8)))
    apart = (
        weak
        + strong
        - cv2.countNonZero(cv2.threshold(beside, int(levels[0]) - 1, 255, cv2.THRESH_BINARY)[1])
    )
    return split + 1 if apart > 0.6 * weak else 0


def _without_specks(
    mask: NDArray[np.uint8], canvas: tuple[int, int], at: tuple[int, int]
) -> NDArray[np.uint8] | None:
    """`mask` without specks and without lines that only mark the canvas's edge; itself if it has none."""
    if _is_one_blot(mask):
        return mask
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
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


def _is_one_blot(mask: NDArray[np.uint8]) -> bool:
    """Whether the ink hangs together; `mask` is cropped to it.

    Filling it from one of its pixels takes a tenth of the time that labelling all blots takes.
    """
    seed = (int(np.argmax(mask[0])), 0)
    filled = cv2.floodFill(mask.copy(), None, seed, 1, flags=8)[0]
    return filled == cv2.countNonZero(mask)


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
