"""The ten digits, drawn by the program; a model that cannot read them is not used."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.normalise import normalise
from watcher.recognition.recogniser import Recogniser
from watcher.recognition.types import Drawing

# How each digit is written: strokes of points in a box of 10 x 10, y downwards.
STROKES: Mapping[int, Sequence[Sequence[tuple[float, float]]]] = {
    0: [[(5, 0), (2, 2), (1, 5), (2, 8), (5, 10), (8, 8), (9, 5), (8, 2), (5, 0)]],
    1: [[(2.5, 3), (6, 0), (6, 10)]],
    2: [[(1.5, 2.5), (3, 0.5), (6, 0), (8, 2), (7, 5), (1, 10), (9, 10)]],
    3: [[(1.5, 1), (5, 0), (8, 2), (7, 4), (4, 5), (8, 6), (8.5, 8), (5.5, 10), (1, 9)]],
    4: [[(3, 0), (1, 6), (9, 6)], [(7, 2), (7, 10)]],
    5: [[(8.5, 0), (2, 0), (1.6, 4.5), (5, 3.8), (8.5, 6), (7.5, 9), (4, 10), (1, 9)]],
    6: [[(7, 0), (3.5, 3), (1.6, 7), (4, 10), (7.5, 9), (8, 6.6), (5, 5.2), (2, 6.8)]],
    7: [[(1, 0), (9, 0), (4, 10)], [(3.5, 5), (8.5, 5)]],
    8: [
        [
            (7.5, 1.5),
            (5, 0),
            (2.5, 2),
            (4, 4.4),
            (7, 6),
            (8, 8.4),
            (5, 10),
            (2, 8.4),
            (3.4, 5.8),
            (6.5, 4.2),
            (7.5, 1.5),
        ]
    ],
    9: [[(8, 2.5), (5.5, 0), (2.4, 1.8), (3, 4.6), (6, 5), (8, 2.5), (7.4, 10)]],
}

# A sample's canvas, its margin on each side and its pen, in pixels: about as large as most people draw.
_SIDE, _MARGIN, _PEN = 120, 24, 5


def sample(digit: int) -> Drawing:
    """Return `digit` drawn in black on white."""
    canvas: NDArray[np.uint8] = np.full((_SIDE, _SIDE), 255, np.uint8)
    scale = (_SIDE - 2 * _MARGIN) / 10
    for stroke in STROKES[digit]:
        points = np.round(np.array(stroke) * scale + _MARGIN).astype(np.int32)
        cv2.polylines(canvas, [points], False, 0, _PEN)
    return Drawing(canvas)


def misread_samples(recogniser: Recogniser) -> list[int]:
    """Return the digits whose sample `recogniser` reads as something else."""
    read = recogniser.read([normalise(sample(digit), recogniser.finder) for digit in STROKES])
    return [
        digit
        for digit, recognition in zip(STROKES, read, strict=True)
        if recognition.probabilities is None
        or recognition.probabilities.index(max(recognition.probabilities)) != digit
    ]
