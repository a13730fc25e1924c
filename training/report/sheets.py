"""Many small pictures as one: a sheet, of which the page shows a square at a time."""

import base64
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.types import as_uint8

COLUMNS = 16
"""Squares side by side in a sheet."""

COARSER = ((1, 256), (1, 32), (1, 16), (2, 16), (3, 16), (4, 16))
"""What is tried in turn to make a sheet fit: the side's divisor, and the levels of each colour."""

SAMPLE = 48
"""Pictures by which the size of a sheet is judged."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`count` square pictures in rows of `columns`; `uri` is their PNG as a data URI."""

    uri: str
    count: int
    columns: int
    rows: int

    def place(self, number: int) -> tuple[float, float]:
        """Where picture `number` stands, in per cent, as CSS `background-position` counts."""
        row, column = divmod(number, self.columns)
        return 100 * column / max(1, self.columns - 1), 100 * row / max(1, self.rows - 1)


def sheet(pictures: NDArray[np.uint8], most_bytes: int) -> Sheet:
    """A sheet of `pictures` (uint8, (n, side, side) or (n, side, side, 3) BGR), n at least 1.

    Where its PNG would be larger than `most_bytes`, colours and then size are taken back until it
    about fits, or as near as they can: noisy paper does not compress.
    """
    columns = min(COLUMNS, len(pictures))
    rows = -(-len(pictures) // columns)
    # Tried on some of them: to squeeze all of them six times takes a minute.
    every = -(-len(pictures) // SAMPLE)
    tried = pictures[::every]
    chosen = (1, 256)
    for chosen in COARSER:
        size = len(_png(_coarser(tried, *chosen), len(tried), 1)) * len(pictures) / len(tried)
        if size <= most_bytes:
            break
    data = _png(_coarser(pictures, *chosen), columns, rows)
    uri = "data:image/png;base64," + base64.b64encode(data).decode("ascii")
    return Sheet(uri, len(pictures), columns, rows)


def _coarser(pictures: NDArray[np.uint8], part: int, levels: int) -> NDArray[np.uint8]:
    if part > 1:
        size = (max(1, pictures.shape[1] // part),) * 2
        shrunk = [cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in pictures]
        pictures = as_uint8(np.stack(shrunk))
    step = 256 // levels
    return (np.round(pictures / step) * step).clip(0, 255).astype(np.uint8)


def _png(pictures: NDArray[np.uint8], columns: int, rows: int) -> bytes:
    if pictures.ndim == 4 and (pictures[..., :1] == pictures).all():
        pictures = pictures[..., 0]
    side = pictures.shape[1]
    whole = np.zeros((rows * side, columns * side, *pictures.shape[3:]), np.uint8)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        whole[row * side : (row + 1) * side, column * side : (column + 1) * side] = picture
    return cv2.imencode(".png", whole, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()
