"""Losses of saving a picture: JPEG, two tones by dithering, few colours, another size."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.drawing.scenes.sheet import Sheet
from watcher.recognition.types import as_uint8

_BAYER_2 = np.array([[0, 2], [3, 1]], np.float32)


def _bayer(side: int) -> NDArray[np.float32]:
    """Return the ordered dither matrix of `side` (a power of two), values from 0 to 1 (Bayer 1973)."""
    matrix = _BAYER_2
    while len(matrix) < side:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return ((matrix + 0.5) / matrix.size).astype(np.float32)


def as_jpeg(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Compress the picture as JPEG, often strongly."""
    quality = int(rng.integers(15, 96))
    encoded = cv2.imencode(".jpg", sheet.pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    return sheet if decoded is None else sheet.with_pixels(decoded.astype(np.uint8))


def dithered(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Reduce to black and white by error diffusion, an ordered matrix, noise or a plain threshold."""
    grey = as_uint8(cv2.cvtColor(sheet.pixels, cv2.COLOR_BGR2GRAY)) / np.float32(255)
    # Dithering makes dots only of paper that is neither white nor black.
    if rng.random() < 0.6:
        low, high = rng.uniform(0, 0.35), rng.uniform(0.65, 1)
        grey = (low + grey * (high - low)).astype(np.float32)
    chance = rng.random()
    if chance < 0.45:
        two = _diffused(grey.astype(np.float32))
    elif chance < 0.75:
        matrix = _bayer(int(rng.choice([2, 4, 8])))
        rows, columns = (-(-side // len(matrix)) for side in grey.shape)
        two = grey > np.tile(matrix, (rows, columns))[: grey.shape[0], : grey.shape[1]]
    elif chance < 0.9:
        two = grey > 0.5 + rng.normal(0, rng.uniform(0.05, 0.3), grey.shape)
    else:
        two = grey > rng.uniform(0.35, 0.65)
    if not _is_readable(two, sheet.ink):
        return sheet
    tones = np.where(two, 255, 0).astype(np.uint8)
    return sheet.with_pixels(cv2.merge([tones] * 3).astype(np.uint8))


def _is_readable(two: NDArray[np.bool_], ink: NDArray[np.uint8]) -> bool:
    """Return whether the ink's share of white still differs from the paper's."""
    inked = ink > 100
    return not inked.any() or abs(float(two[inked].mean()) - float(two[~inked].mean())) > 0.25


def _diffused(grey: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where the dithered picture is white, by error diffusion (Floyd & Steinberg 1976)."""
    tones = np.clip(grey * 255, 0, 255).astype(np.uint8)
    two: NDArray[np.bool_] = np.array(Image.fromarray(tones).convert("1"), bool)
    return two


def few_colours(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Reduce each channel to a few steps, as a palette does."""
    step = 255 / int(rng.integers(2, 9))
    steps = np.round(np.round(sheet.pixels / step) * step)
    return sheet.with_pixels(np.clip(steps, 0, 255).astype(np.uint8))


def resized(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Shrink the picture, or enlarge it with soft or hard pixels."""
    factor = float(np.exp(rng.uniform(np.log(0.5), np.log(2.2))))
    if max(sheet.height, sheet.width) * factor > 900 or sheet.unit * factor < 26:
        return sheet
    size = (round(sheet.width * factor), round(sheet.height * factor))
    way = cv2.INTER_AREA if factor < 1 else int(rng.choice([cv2.INTER_NEAREST, cv2.INTER_CUBIC]))
    pixels = as_uint8(cv2.resize(sheet.pixels, size, interpolation=way))
    soft = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    ink = as_uint8(cv2.resize(sheet.ink, size, interpolation=soft))
    x0, y0, x1, y1 = (round(v * factor) for v in sheet.box)
    return replace(sheet, pixels=pixels, ink=ink, box=(x0, y0, max(x0 + 1, x1), max(y0 + 1, y1)))
