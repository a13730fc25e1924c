"""The ink finder's view of a canvas: 128 x 128 cells, each with the range and the mean of its pixels.

The least and the greatest value keep the full contrast of a line that is one pixel wide on a large
canvas; the mean keeps the grey of paper that is dithered in black and white.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.types import as_uint8

# Height and width of a view in cells.
VIEW_SIDE = 128

# Least, greatest and mean value of a cell's pixels, each in the order of the canvas's channels. The finder
# does not depend on whether they are RGB or BGR.
VIEW_CHANNELS = 9

# Cells with a side of more than this many pixels are reduced strip by strip, since the time of OpenCV's
# morphology grows with its kernel. One extreme of 1920 x 1080 pixels took 3.2 ms, by strips 0.6 ms; of
# 1152 x 648, 0.7 ms and 0.6 ms (measured, one core).
_LONG = 9


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a canvas of `height` x `width` pixels is in its view.

    It is scaled to `rows` x `columns` cells and moved by `top` and `left` cells; the cells beyond it repeat
    its rim.
    """

    height: int
    width: int
    rows: int
    columns: int
    top: int
    left: int

    @classmethod
    def of(cls, height: int, width: int) -> "Placement":
        """Place a canvas: its longer side fills the view, and the shorter one is centred."""
        scale = VIEW_SIDE / max(height, width)
        rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
        return cls(
            height, width, rows, columns, (VIEW_SIDE - rows) // 2, (VIEW_SIDE - columns) // 2
        )

    @property
    def stride(self) -> float:
        """Pixels per cell."""
        return max(self.height, self.width) / VIEW_SIDE

    def spread(self, cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return `cells` (rows, columns, ...) as a whole view, the rim repeated."""
        bottom, right = VIEW_SIDE - self.rows - self.top, VIEW_SIDE - self.columns - self.left
        return as_uint8(
            cv2.copyMakeBorder(cells, self.top, bottom, self.left, right, cv2.BORDER_REPLICATE)
        )

    def crop(self, view: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the part of `view` (128, 128) that shows the canvas."""
        return view[self.top : self.top + self.rows, self.left : self.left + self.columns]


def view_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the view (uint8, (128, 128, 9)) of a canvas (uint8, grey or colour)."""
    place = Placement.of(pixels.shape[0], pixels.shape[1])
    size = (place.columns, place.rows)
    if place.stride <= 1:
        enlarged = as_uint8(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR))
        ranges = [enlarged] * 3
    else:
        ranges = [
            pooled(pixels, place, cv2.MORPH_ERODE),
            pooled(pixels, place, cv2.MORPH_DILATE),
            as_uint8(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)),
        ]
    planes = [part for part in ranges for _ in range(1 if part.ndim == 3 else 3)]
    return place.spread(as_uint8(cv2.merge(planes)))


def pooled(pixels: NDArray[np.uint8], place: Placement, operation: int) -> NDArray[np.uint8]:
    """Return the least (`cv2.MORPH_ERODE`) or greatest (`cv2.MORPH_DILATE`) value of each cell's pixels."""
    reach = math.ceil(place.stride)
    kernel = np.ones((reach, reach), np.uint8)
    if reach > _LONG:
        pixels, kernel = _strips(pixels, place, reach, operation), kernel[:1]
    # With its anchor in the corner, the kernel covers the sampled pixel and those right of and below it.
    extremes = cv2.morphologyEx(
        pixels, operation, kernel, anchor=(0, 0), borderType=cv2.BORDER_REPLICATE
    )
    return as_uint8(
        cv2.resize(extremes, (place.columns, place.rows), interpolation=cv2.INTER_NEAREST)
    )


def _strips(
    pixels: NDArray[np.uint8], place: Placement, reach: int, operation: int
) -> NDArray[np.uint8]:
    """Return the extremes over `reach` pixels of each column, for each row of cells: (rows, width, ...)."""
    extreme = np.minimum if operation == cv2.MORPH_ERODE else np.maximum
    strips = np.empty((place.rows, *pixels.shape[1:]), np.uint8)
    for row, strip in enumerate(strips):
        top = row * place.height // place.rows
        # OpenCV's own reduction takes six times as long.
        extreme.reduce(pixels[top : top + reach], axis=0, out=strip)
    return strips
