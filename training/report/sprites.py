"""Many small pictures in one PNG, of which the page shows a square at a time (CSS sprites)."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.report.pictures import as_png, as_uri, mosaic
from watcher.recognition.types import as_uint8

# Squares side by side in a sheet.
COLUMNS = 16

# Tried in turn until a sheet fits: divisor of the side, and levels of each colour.
COARSER = ((1, 256), (1, 32), (1, 16), (2, 16), (3, 16), (4, 16))

# Pictures by which the size of a sheet is estimated: compressing all of them six times takes a minute.
SAMPLE = 48


@dataclass(frozen=True, slots=True)
class Sheet:
    """Square pictures in rows of `columns`; `uri` is their PNG as a data URI."""

    uri: str
    columns: int
    rows: int

    def place(self, number: int) -> tuple[float, float]:
        """Return where picture `number` is, in per cent, as CSS `background-position` counts."""
        row, column = divmod(number, self.columns)
        return 100 * column / max(1, self.columns - 1), 100 * row / max(1, self.rows - 1)


def sheet(pictures: NDArray[np.uint8], max_bytes: int) -> Sheet:
    """Return a sheet of `pictures` (uint8, (n, side, side) or (n, side, side, 3) BGR), n at least 1.

    If its PNG would be larger than `max_bytes`, colours and then size are reduced until it about fits,
    or as far as possible: noisy paper does not compress.
    """
    columns = min(COLUMNS, len(pictures))
    rows = -(-len(pictures) // columns)
    sample = pictures[:: -(-len(pictures) // SAMPLE)]
    chosen = COARSER[0]
    for chosen in COARSER:
        size = len(_png(_coarsen(sample, *chosen), len(sample))) * len(pictures) / len(sample)
        if size <= max_bytes:
            break
    return Sheet(as_uri(_png(_coarsen(pictures, *chosen), columns)), columns, rows)


def _coarsen(pictures: NDArray[np.uint8], divisor: int, levels: int) -> NDArray[np.uint8]:
    if divisor > 1:
        size = (max(1, pictures.shape[1] // divisor),) * 2
        shrunk = [cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in pictures]
        pictures = as_uint8(np.stack(shrunk))
    step = 256 // levels
    return (np.round(pictures / step) * step).clip(0, 255).astype(np.uint8)


def _png(pictures: NDArray[np.uint8], columns: int) -> bytes:
    if pictures.ndim == 4 and (pictures[..., :1] == pictures).all():
        pictures = pictures[..., 0]
    return as_png(mosaic(list(pictures), columns, gap=0))
