"""Which of several guesses at the ink is it: ink ends abruptly and on the canvas.

Blotches fade, and ruled lines run on.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.paper import strongest
from watcher.recognition.types import as_uint8

_NEIGHBOURS = np.ones((3, 3), np.uint8)

_PER_SHARE, _PER_RUN = 1.5, 0.3
"""What a guess loses by the share of the canvas's rim that it covers, and by each piece of the rim: a
digit seldom reaches it, ruled lines, grain and blotches do. Chosen on drawings by the writers that train:
of 1,500 on blotches 1.5% were misread before guesses were compared and 0.8% since, of 1,500 on ruled
lines 2.3 and 1.1%, on plain paper 0.3%."""


def steps(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How much a canvas (uint8, grey or BGR) differs within 3 x 3 pixels, the most of its channels,
    uint8 (height, width)."""
    most, least = cv2.dilate(pixels, _NEIGHBOURS), cv2.erode(pixels, _NEIGHBOURS)
    return strongest(as_uint8(cv2.subtract(most, least)))


def shrunk(values: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Each `factor` by `factor` pixels as one, the strongest: lines of one pixel stay."""
    if factor == 1:
        return values
    kernel = np.ones((factor, factor), np.uint8)
    return as_uint8(cv2.dilate(values, kernel, anchor=(0, 0)))[::factor, ::factor]


def clearness(mask: NDArray[np.uint8], at: tuple[int, int], there: NDArray[np.uint8]) -> float:
    """How well the outline of `mask` (uint8, 255 ink, upper left corner `at` on the canvas) tells the
    canvas's steps `there`, 0 to 1: how steep they are along all of it, times its share of their energy.

    Hollow strokes have outlines without steps, a part of the digit has few of the steps, clutter reaches
    the canvas's rim.
    """
    whole = np.zeros_like(there)
    whole[at[0] : at[0] + mask.shape[0], at[1] : at[1] + mask.shape[1]] = mask
    inner = cv2.erode(whole, _NEIGHBOURS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    along = there[cv2.dilate(whole, _NEIGHBOURS) > inner].astype(np.float32)
    if not along.any():
        return 0.0
    steep = np.minimum(along / max(1.0, float(np.quantile(along, 0.9))), 1).mean()
    energy = float((there.astype(np.float32) ** 2).sum())
    share = float((along**2).sum()) / energy
    rim = np.concatenate((whole[0], whole[1:-1, -1], whole[-1, ::-1], whole[-2:0:-1, 0])) > 0
    runs = int((rim != np.roll(rim, 1)).sum()) / 2
    free = max(0.0, 1 - _PER_SHARE * float(rim.mean()))
    return float(steep) * share * free / (1 + _PER_RUN * runs)
