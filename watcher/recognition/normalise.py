"""`Drawing` -> the 28 x 28 picture that the network sees, normalised as MNIST was.

MNIST (LeCun et al. 1998): the digit fits a box of 20 x 20 keeping its aspect, and is centred by its
mass in 28 x 28, bright on dark. Three things are added for real canvases: ink is whatever differs
from the paper; specks are dropped; a thin pencil line on a large canvas is thickened *before* it is
shrunk, since it would vanish otherwise. All arrays are uint8 and cover the ink's box only.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.ink_finder import InkFinder
from watcher.recognition.plain import read_plain
from watcher.recognition.types import Drawing, Ink, as_uint8

# Height and width of the network's input in pixels.
SIDE = 28

# The longer side of the digit within it in pixels, as in MNIST.
BOX = 20

# The longer side in pixels at which strokes are thickened: 5 pixels for each one of `BOX`.
_WORKING_SIDE = 100

# Least stroke width as a share of the digit's longer side: 2 of 20 pixels. 3% of MNIST's digits have thinner
# strokes (median 2.5; measured by `stroke_width` on 20,000 of its training pictures).
_THINNEST = 0.1

# Larger canvases are shrunk first, by 2 or more: 49 megapixels with ink all over took 1.3 s and 430 MB
# (measured, 2 cores). A line one pixel wide is still half as dark after halving.
_MAX_PIXELS = 12_500_000

# Least longer side of a digit in pixels: the smallest fonts with ten distinct digits have 3 x 5 pixels.
_SMALLEST = 5

# Greatest ratio of the ink's minor to its major spread at which it is nothing but a straight line.
_STRAIGHT = 0.08


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the network sees of other possible ink: `image` as in `Normalised`, `reason` for the doubt."""

    image: NDArray[np.uint8]
    reason: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """What the network sees of a drawing.

    `image`: uint8 of shape (28, 28), ink 255 on 0. `again`: the same by a second look at the canvas, None
    if there was one look. `doubt`: why this is no digit whatever it looks like, "" if it may be one. For
    example, a straight line between opposite edges of the canvas looks like a 1. `alternatives`: what else
    may be the ink. `parts`: the images of separate parts, one of which may be the digit. `is_plain`: the
    ink was found without the ink finder.
    """

    image: NDArray[np.uint8]
    doubt: str = ""
    again: NDArray[np.uint8] | None = None
    alternatives: tuple[Alternative, ...] = ()
    parts: tuple[NDArray[np.uint8], ...] = ()
    is_plain: bool = True

    @property
    def looks(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """`image` and `again`; `image` twice where there was one look."""
        return self.image, self.image if self.again is None else self.again

    @property
    def images(self) -> tuple[NDArray[np.uint8], ...]:
        """All that the network reads: `image`, `again`, the alternatives and the parts."""
        again = () if self.again is None else (self.again,)
        return (self.image, *again, *(other.image for other in self.alternatives), *self.parts)


def normalise(drawing: Drawing, finder: InkFinder) -> Normalised | None:
    """Normalise a drawing; return None if the canvas is blank.

    `finder` finds the ink on canvases that are not plain: that of the model which reads the drawing.
    """
    ink, is_plain = find_ink(drawing, finder)
    if ink is None:
        return None
    others = tuple(Alternative(_image(other.strength), other.reason) for other in ink.others)
    parts = tuple(_image(part) for part in ink.parts)
    again = None if ink.again is None else _image(ink.again)
    return Normalised(_image(ink.strength), _doubt(ink), again, others, parts, is_plain)


def find_ink(drawing: Drawing, finder: InkFinder) -> tuple[Ink | None, bool]:
    """Return the ink (None if the canvas is blank) and whether the canvas is plain."""
    pixels = _bounded(drawing.pixels)
    plain = read_plain(pixels)
    if plain is not None:
        return plain.ink, True
    return finder.find(pixels), False


def _image(strength: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return centre(fit(thicken(strength)))


def _doubt(ink: Ink) -> str:
    if ink.is_faint:
        return "too faint to be read"
    if ink.side < _SMALLEST:
        return "too small to be read"
    if ink.spans_canvas and _is_straight(ink.strength):
        return "a straight line across the canvas"
    return ""


def stroke_width(ink: NDArray[np.uint8]) -> float:
    """Return the mean width in pixels of the strokes in `ink` (uint8, ink above 127), at least 1.

    In a stroke of w pixels the distance to the paper averages (w + 2) / 4 over the stroke's pixels.
    """
    # Without a pixel of paper on each side, ink at the box's edge would have no paper to measure to.
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    mask = cv2.threshold(padded, 127, 255, cv2.THRESH_BINARY)[1]
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    return max(1.0, 4.0 * cv2.mean(distance, mask)[0] - 2.0)


def _bounded(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the canvas, shrunk by a whole factor to about `_MAX_PIXELS` if it is larger."""
    height, width = pixels.shape[:2]
    factor = math.ceil(math.sqrt(height * width / _MAX_PIXELS))
    if factor <= 1:
        return pixels
    size = (max(1, width // factor), max(1, height // factor))
    return as_uint8(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def thicken(strength: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the ink, its strokes thickened to `_THINNEST` of its longer side if they are thinner."""
    longer = max(strength.shape)
    if longer > 2 * _WORKING_SIDE:
        # Shrinking by the maximum keeps a line of one pixel; by the mean it would fade.
        factor = longer // _WORKING_SIDE
        working = _shrunk(strength, factor)
    elif longer < _WORKING_SIDE:
        scale = _WORKING_SIDE / longer
        height, width = strength.shape
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        working = as_uint8(cv2.resize(strength, size, interpolation=cv2.INTER_LINEAR))
    else:
        working = strength
    lacking = _THINNEST * max(working.shape) - stroke_width(working)
    if lacking <= 0:
        return strength
    diameter = round(lacking) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))
    pad = diameter // 2
    padded = cv2.copyMakeBorder(working, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    return as_uint8(cv2.dilate(padded, kernel))


def fit(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale the ink to `BOX` pixels at the longer side, and its strongest value to 255."""
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    fitted = ink if size == (width, height) else cv2.resize(ink, size, interpolation=method)
    strongest = cv2.minMaxLoc(fitted)[1]
    if 0 < strongest < 255:
        fitted = cv2.convertScaleAbs(fitted, alpha=255 / strongest)
    return as_uint8(fitted)


def centre(digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Place `digit` in 28 x 28 with its centre of mass in the middle, as far as it fits."""
    height, width = digit.shape
    mass = cv2.moments(digit)
    total = mass["m00"] or 1.0
    left = round((SIDE - 1) / 2 - mass["m10"] / total)
    top = round((SIDE - 1) / 2 - mass["m01"] / total)
    left = min(max(left, 0), SIDE - width)
    top = min(max(top, 0), SIDE - height)
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[top : top + height, left : left + width] = digit
    return image


def _shrunk(values: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Return `values` shrunk by `factor`, the strongest of each square's pixels: lines of one pixel stay."""
    if factor == 1:
        return values
    kernel = np.ones((factor, factor), np.uint8)
    return as_uint8(cv2.dilate(values, kernel, anchor=(0, 0)))[::factor, ::factor]


def _is_straight(ink: NDArray[np.uint8]) -> bool:
    mass = cv2.moments(ink, binaryImage=True)
    total = mass["m00"]
    covariance = np.array([[mass["mu20"], mass["mu11"]], [mass["mu11"], mass["mu02"]]]) / total
    minor, major = np.sqrt(np.maximum(np.linalg.eigvalsh(covariance), 0))
    return bool(minor <= _STRAIGHT * major)
