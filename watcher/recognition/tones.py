"""Ink as one end of a canvas's tones, for paper that no surface and no neighbourhood tells.

Whatever paper shows, its ink lies over it in one colour: darker than all of it, say. Where that is so,
strokes of any width are found, and also those that outnumber the paper around them.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.paper import FAINTEST, Contrast, otsu
from watcher.recognition.types import as_uint8

_SAMPLES = 96
"""The tones are found on at most about this many pixels a side."""

_MIN_SHARE = 0.02
"""Share of pixels beyond the end that lies opposite the ink: grain and ringing."""


def by_tone(pixels: NDArray[np.uint8]) -> Iterator[Contrast]:
    """Up to four guesses at the ink on a canvas (uint8, grey or BGR): the tones at either end of the axis
    along which its colours differ most, from Otsu's threshold on or, in case that parts the paper, from
    the one among what is beyond it."""
    down, right = (max(1, side // _SAMPLES) for side in pixels.shape[:2])
    sample = pixels[::down, ::right].reshape(-1, 1 if pixels.ndim == 2 else 3).astype(np.float32)
    apart = sample - sample.mean(axis=0)
    axis = np.linalg.eigh(apart.T @ apart)[1][:, -1]
    for towards in (axis, -axis):
        least = float(np.quantile(sample @ towards, _MIN_SHARE))
        values = as_uint8(cv2.transform(pixels, np.append(towards, -least)[None]))
        split = otsu(values)
        yield _beyond(values, split)
        stronger = values[values > split]
        if stronger.size:
            yield _beyond(values, otsu(stronger))


def _beyond(values: NDArray[np.uint8], split: float) -> Contrast:
    height, width = values.shape
    return Contrast(values, 0, 0, (height, width), max(FAINTEST, round(split)))
