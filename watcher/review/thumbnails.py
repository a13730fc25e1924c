"""Pictures of a drawing for the page: the drawing, shrunk, and what the network sees of it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition import Limits, NotADrawingError, decode, normalise
from watcher.recognition.types import as_uint8

# Pixels: twice what the page shows, for screens of high density.
SIDE = 320


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """Two PNG files: the drawing in at most SIDE x SIDE pixels, and the 28 x 28 that the network sees,
    or None if the canvas is blank."""

    drawing: bytes
    seen: bytes | None


def thumbnails(data: bytes, limits: Limits) -> Thumbnails | None:
    """Return the pictures of a file's bytes; None if they are not a drawing."""
    try:
        drawing = decode(data, limits)
    except NotADrawingError:
        return None
    scale = min(1.0, SIDE / max(drawing.width, drawing.height))
    size = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
    small = cv2.resize(drawing.pixels, size, interpolation=cv2.INTER_AREA)
    normalised = normalise(drawing)
    return Thumbnails(
        _png(np.asarray(small, np.uint8)), None if normalised is None else _png(normalised.image)
    )


def _png(pixels: NDArray[np.uint8]) -> bytes:
    if pixels.ndim == 3:
        pixels = as_uint8(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return bytes(cv2.imencode(".png", pixels)[1])
