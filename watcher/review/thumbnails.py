"""Pictures of a drawing for the page: the drawing, made smaller, and what the network sees of it."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.filing.reading import read
from watcher.recognition import Drawing, InkFinder, Limits, NotADrawingError, decode, normalise
from watcher.recognition.types import as_uint8

# Pixels: twice what the page shows, for screens of high density.
SIDE = 320


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """Two PNG files: the drawing in at most SIDE x SIDE pixels, and the 28 x 28 that the network sees,
    or None if the canvas is blank."""

    drawing: bytes
    seen: bytes | None


def thumbnails(data: bytes, limits: Limits, finder: InkFinder) -> Thumbnails | None:
    """Return the pictures of a file's bytes, its ink found by `finder`; None if they are not a drawing."""
    try:
        drawing = decode(data, limits)
    except NotADrawingError:
        return None
    normalised = normalise(drawing, finder)
    return Thumbnails(shrink(drawing, SIDE), None if normalised is None else _png(normalised.image))


def small_picture(file: Path, limits: Limits, side: int) -> bytes | None:
    """Return the drawing of a file as a PNG of at most `side` x `side` pixels; None if it has none."""
    try:
        data = read(file, limits.max_bytes).data
        return None if data is None else shrink(decode(data, limits), side)
    except (OSError, NotADrawingError):
        return None


def shrink(drawing: Drawing, side: int) -> bytes:
    """Return a drawing as a PNG of at most `side` x `side` pixels."""
    scale = min(1.0, side / max(drawing.width, drawing.height))
    size = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
    small = cv2.resize(drawing.pixels, size, interpolation=cv2.INTER_AREA)
    return _png(np.asarray(small, np.uint8))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    if pixels.ndim == 3:
        pixels = as_uint8(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return bytes(cv2.imencode(".png", pixels)[1])
