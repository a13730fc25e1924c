"""The page's pictures: numbers as squares of grey, or of orange and blue.

Pictures are uint8, grey or BGR. They are small, a pixel for each number, and shown enlarged.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from training.report.pictures import Picture
from watcher.recognition.types import as_uint8

# BGR of weights above and below 0; 0 is white. Told apart by people who do not tell red from green.
_ABOVE, _BELOW, _ZERO = np.array([[26, 103, 204], [180, 110, 40], [255, 255, 255]], np.float32)

# Levels of a colour: nobody sees more, and they cost bytes.
_LEVELS = 31


def grey(values: NDArray[np.floating], most: float) -> Picture:
    """Return `values` from 0 (black) to `most` (white)."""
    scaled = np.asarray(values, np.float32) / (most or 1.0)
    return as_uint8(np.rint(255 * scaled.clip(0, 1)).astype(np.uint8))


def signed(values: NDArray[np.floating], most: float) -> Picture:
    """Return `values` from -`most` (blue) over 0 (white) to `most` (orange)."""
    share = np.rint(_LEVELS * np.asarray(values, np.float32) / (most or 1.0)).clip(
        -_LEVELS, _LEVELS
    )
    share = share[..., None] / _LEVELS
    colour = np.where(share > 0, _ABOVE, _BELOW)
    return as_uint8(np.rint(_ZERO + np.abs(share) * (colour - _ZERO)).astype(np.uint8))


def enlarge(picture: Picture, side: int) -> Picture:
    """Return `picture` with its longer side at least `side`, each pixel a square."""
    factor = -(-side // max(picture.shape[:2]))
    if factor <= 1:
        return picture
    return as_uint8(np.repeat(np.repeat(picture, factor, axis=0), factor, axis=1))


def shrink(picture: Picture, side: int) -> Picture:
    """Return `picture` with its longer side at most `side`."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return as_uint8(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def as_bgr(picture: Picture) -> Picture:
    """Return `picture` as BGR."""
    return picture if picture.ndim == 3 else as_uint8(cv2.merge([picture] * 3))
