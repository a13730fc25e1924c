"""Small pictures side by side in one, and as data in the page itself. uint8, grey or BGR."""

import base64
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

# Between the squares of a mosaic; on the page's paper, light or dark, it is no number.
_GAP_GREY = 128


def mosaic(tiles: Sequence[Picture], columns: int, gap: int = 1) -> Picture:
    """Return `tiles`, all of one size, in rows of `columns` with `gap` pixels between them."""
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    height, width = tiles[0].shape[:2]
    size = (rows * (height + gap) - gap, columns * (width + gap) - gap)
    whole = np.full((*size, *tiles[0].shape[2:]), _GAP_GREY, np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        top, left = row * (height + gap), column * (width + gap)
        whole[top : top + height, left : left + width] = tile
    return whole


def as_png(picture: Picture) -> bytes:
    """Return the bytes of a PNG."""
    return cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()


def as_uri(png: bytes) -> str:
    """Return a PNG as a data URI."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
