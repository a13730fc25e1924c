"""What flows through the recogniser: `Drawing` -> `Recognition` -> `Decision`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watcher.recognition.formats import Format
from watcher.types import Status

# Index of the class "not a digit"; 0 to 9 are the digits.
NOT_DIGIT = 10

CLASS_COUNT = 11


def as_uint8(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Return `array` typed as uint8: OpenCV returns uint8 for uint8, but its type hints do not say so."""
    return array.astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A decoded picture.

    `pixels` is uint8 of shape (height, width, 3) in RGB order, or (height, width) in grey;
    transparency is already flattened. `format` is the format of its bytes, None if it was never a file.
    """

    pixels: NDArray[np.uint8]
    format: Format | None = None

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class OtherInk:
    """What else the ink on a canvas may be: its `strength` as in `Ink`, and the `reason` for the doubt."""

    strength: NDArray[np.uint8]
    reason: str


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink within its bounding box.

    `strength`: uint8 of shape (height, width), from 0 (paper) to 255 (full ink). `side`: the box's longer
    side in pixels of the canvas. `spans_canvas`: the box reaches opposite edges of the canvas. `again`: the
    strength by a second look, None if there was one look or the second shows no ink. `others`: what else
    the ink may be, if that is in doubt. `parts`: the strength of each separate part that may be the digit
    while the rest is something else. `is_faint`: the ink hardly differs from the paper.
    """

    strength: NDArray[np.uint8]
    side: int
    spans_canvas: bool
    again: NDArray[np.uint8] | None = None
    others: tuple[OtherInk, ...] = ()
    parts: tuple[NDArray[np.uint8], ...] = ()
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised in one file's bytes.

    `probabilities`: 11 calibrated ones (0 to 9, not a digit) that sum to 1; None if there was nothing to
    classify. `fault`: why the bytes hold no drawing, "" if they hold one. `doubt`: why the drawing must not
    be filed whatever the probabilities are ("blank canvas"), "" if it may be. `format`: that of the bytes,
    whatever the file's name; `width` and `height`: the canvas's, in pixels; each None if unknown.
    `least_confidence`: least probability that the model demands of a digit whatever the settings say,
    above 0 if the ink finder found the ink.
    """

    probabilities: tuple[float, ...] | None
    width: int | None = None
    height: int | None = None
    fault: str = ""
    doubt: str = ""
    format: Format | None = None
    least_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a drawing goes and why.

    `confidence` and `second_confidence` are the calibrated probabilities of `digit` and
    `second_digit` among all 11 classes; all four are None for a rejected file or a blank canvas.
    """

    status: Status
    digit: int | None = None
    confidence: float | None = None
    second_digit: int | None = None
    second_confidence: float | None = None
    reason: str = ""
