"""Connected blots of ink: which are specks, and which may be a sheet or a frame rather than a digit.

Masks are uint8 of shape (height, width), 255 where there is ink, cropped to the ink's box.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.types import as_uint8

# A speck has at most this share of the largest blot's area, and is at most this long as a share of that
# blot's longer side.
_SPECK_AREA, _SPECK_EXTENT = 0.02, 0.12

# In what the ink finder shows, a blot with at most this share of the largest one's area is dirt. With 6% and
# with 1.5%, validation writers' pictures were read equally well (630 of them, November 2026).
_DIRT = 0.03

# More blots than this are dots, dither or small print rather than a digit in pieces.
_MAX_BLOTS = 12

# Ink that fills this share of its hull may be a sheet of paper, a disc or a note with a digit on it, unless
# it is as narrow as a 1 (shorter by longer side of its box) or takes less than this share of the canvas.
_FILLED, _NARROW, _DOT = 0.7, 0.4, 0.04

# On a canvas whose longer side is at most this (pixels) the hull must also fill this share of its box: a 0
# drawn there with a thick pen is as full as a disc, and its hull fills no more than pi / 4 of the box.
_SMALL_SIDE, _SQUARE = 64, 0.9

# Least height of each of several digits as a share of the tallest.
_TALL = 0.3

# Ink along at least this share of each of the four sides of its box, counted within this share of the box's
# height or width, may be a frame: an oval reaches 0.65, as a fat digit does.
_FRAMED, _RIM = 0.9, 0.1

# A pixel and the eight around it, to dilate and erode with.
NEIGHBOURS = np.ones((3, 3), np.uint8)


def drop_specks(mask: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return `mask` without specks, None if the rest cannot be the strokes of one digit."""
    if is_one_blot(mask):
        return mask
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    area = stats[1:, cv2.CC_STAT_AREA]
    extent = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    largest = int(np.argmax(area))
    keep = (area > _SPECK_AREA * area[largest]) | (extent > _SPECK_EXTENT * extent[largest])
    if count - 1 > _MAX_BLOTS or enclosing(stats[1:][keep]).any():
        return None
    if keep.all():
        return mask
    kept: NDArray[np.uint8] = np.where(np.r_[False, keep], 255, 0).astype(np.uint8)[labels]
    return kept


def blots_of(levels: NDArray[np.uint8], least: int) -> NDArray[np.uint8] | None:
    """Return the mask of where `levels` (uint8) reach `least`, without dirt; None if nowhere."""
    mask = as_uint8(cv2.threshold(levels, least - 1, 255, cv2.THRESH_BINARY)[1])
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count == 1:
        return None
    area = stats[1:, cv2.CC_STAT_AREA]
    values = np.zeros(count, np.uint8)
    values[1:][area > _DIRT * area.max()] = 255
    kept: NDArray[np.uint8] = values[labels]
    return kept


def is_one_blot(mask: NDArray[np.uint8]) -> bool:
    """Return whether the ink is connected."""
    # Filling the ink from one of its pixels takes a tenth of the time that labelling all blots takes.
    seed = (int(np.argmax(mask[0])), 0)
    filled = cv2.floodFill(mask.copy(), None, seed, 1, flags=8)[0]
    return filled == cv2.countNonZero(mask)


def enclosing(stats: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which blots' boxes contain another's, as those of frames and circles do.

    `stats`: a row for each blot, from OpenCV's `connectedComponentsWithStats`.
    """
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    inside = (
        (left[:, None] < left)
        & (top[:, None] < top)
        & (right[:, None] > right)
        & (bottom[:, None] > bottom)
    )
    return np.asarray(inside.any(axis=1))


def may_be_a_sheet(mask: NDArray[np.uint8], canvas: tuple[int, ...]) -> bool:
    """Return whether the ink is a filled shape, such as a sheet, a disc or a note with a digit on it.

    `canvas` is the shape of the whole canvas: (height, width) or (height, width, 3).
    """
    height, width = mask.shape
    inked = cv2.countNonZero(mask)
    if (
        min(height, width) < _NARROW * max(height, width)
        or height * width < _DOT * canvas[0] * canvas[1]
        # Ink that fills less than half of that share of its box is no such shape: the hull is not needed.
        or 2 * inked < _FILLED * height * width
    ):
        return False
    # The hull of the ink is that of its edge, which has far fewer pixels.
    inner = cv2.erode(mask, NEIGHBOURS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    hull = cv2.contourArea(cv2.convexHull(cv2.findNonZero(cv2.subtract(mask, inner))))
    if max(canvas[:2]) <= _SMALL_SIDE and hull < _SQUARE * (height - 1) * (width - 1):
        return False
    return bool(inked > _FILLED * hull)


def may_be_a_frame(mask: NDArray[np.uint8]) -> bool:
    """Return whether there is ink along all four sides of its box."""
    height, width = mask.shape
    # A frame is thin: a 0 drawn with a thick pen fills more of its box.
    if 2 * cv2.countNonZero(mask) > height * width:
        return False
    deep_y, deep_x = max(1, round(_RIM * height)), max(1, round(_RIM * width))
    sides = ((mask[:deep_y], 0), (mask[-deep_y:], 0), (mask[:, :deep_x], 1), (mask[:, -deep_x:], 1))
    for side, across in sides:
        ink = cv2.reduce(side, across, cv2.REDUCE_MAX)
        if cv2.countNonZero(ink) < _FRAMED * ink.size:
            return False
    return True


def shows_several(image: NDArray[np.uint8]) -> bool:
    """Return whether several blots of ink (uint8, bright) tall enough for a digit are side by side."""
    mask = as_uint8(cv2.threshold(image, 127, 255, cv2.THRESH_BINARY)[1])
    columns = np.r_[False, mask.any(axis=0), False]
    edges = np.flatnonzero(columns[1:] != columns[:-1])
    heights = [
        int(np.ptp(np.flatnonzero(mask[:, left:right].any(axis=1)))) + 1
        for left, right in edges.reshape(-1, 2)
    ]
    return sum(height >= _TALL * max(heights) for height in heights) > 1
