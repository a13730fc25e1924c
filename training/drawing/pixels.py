"""Digits drawn pixel by pixel: small bitmaps, some saved enlarged, as grid programs do."""

import cv2
import numpy as np
from numpy.typing import NDArray

from training.drawing.glyph_shapes import DIGIT_STYLES
from training.drawing.glyphs import perturb
from training.drawing.sessions import choose_colours

Bitmap = NDArray[np.bool_]

# Fonts of 3 x 5, 4 x 6 and 5 x 7 pixels, in the shapes common to such fonts.
_FONTS: tuple[tuple[str, ...], ...] = (
    (
        "### #.# #.# #.# ###",
        ".#. ##. .#. .#. ###",
        "### ..# ### #.. ###",
        "### ..# ### ..# ###",
        "#.# #.# ### ..# ..#",
        "### #.. ### ..# ###",
        "### #.. ### #.# ###",
        "### ..# ..# ..# ..#",
        "### #.# ### #.# ###",
        "### #.# ### ..# ###",
    ),
    (
        ".##. #..# #..# #..# #..# .##.",
        "..#. .##. ..#. ..#. ..#. .###",
        ".##. #..# ...# ..#. .#.. ####",
        "###. ...# .##. ...# ...# ###.",
        "#..# #..# #### ...# ...# ...#",
        "#### #... ###. ...# ...# ###.",
        ".##. #... ###. #..# #..# .##.",
        "#### ...# ..#. ..#. .#.. .#..",
        ".##. #..# .##. #..# #..# .##.",
        ".##. #..# #..# .### ...# .##.",
    ),
    (
        ".###. #...# #...# #...# #...# #...# .###.",
        "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.",
        ".###. #...# ....# ...#. ..#.. .#... #####",
        ".###. #...# ....# ..##. ....# #...# .###.",
        "...#. ..##. .#.#. #..#. ##### ...#. ...#.",
        "##### #.... ####. ....# ....# #...# .###.",
        "..##. .#... #.... ####. #...# #...# .###.",
        "##### ....# ...#. ..#.. .#... .#... .#...",
        ".###. #...# #...# .###. #...# #...# .###.",
        ".###. #...# #...# .#### ....# ...#. .##..",
    ),
)
# Largest side of an enlarged bitmap in pixels: a larger one normalises to the same picture and takes longer.
_MAX_CANVAS = 600

# Shapes of each digit, 0 to 9.
_SHAPES = tuple(
    tuple(shape for label, shapes in DIGIT_STYLES.values() if label == digit for shape in shapes)
    for digit in range(10)
)


def pixel_drawing(rng: np.random.Generator, digit: int) -> NDArray[np.uint8]:
    """Return a canvas (uint8, BGR) with `digit` drawn pixel by pixel, somewhere on it."""
    bitmap = _bitmap(rng, digit)
    if rng.random() < 0.25:
        bitmap = np.repeat(np.repeat(bitmap, 2, axis=0), 2, axis=1)
    margins = rng.integers(1, 12, 4) if rng.random() < 0.7 else np.ones(4, np.int64)
    top, bottom, left, right = (int(margin) for margin in margins)
    inked = np.pad(bitmap, ((top, bottom), (left, right)))
    ink, paper = choose_colours(rng)
    canvas = np.where(inked[..., None], np.array(ink, np.uint8), np.array(paper, np.uint8))
    if rng.random() < 0.5:
        most = max(2, _MAX_CANVAS // max(inked.shape))
        factor = int(rng.integers(2, min(most, 30) + 1))
        canvas = canvas.repeat(factor, axis=0).repeat(factor, axis=1)
    return np.ascontiguousarray(canvas)


def _bitmap(rng: np.random.Generator, digit: int) -> Bitmap:
    chance = rng.random()
    if chance < 0.35:
        return _from_font(rng, digit)
    if chance < 0.6:
        return _from_plotter_font(rng, digit)
    return _from_pencil(rng, digit)


def _from_font(rng: np.random.Generator, digit: int) -> Bitmap:
    """Return a font's digit, sometimes with one pixel wrong, or stretched by a row or two."""
    rows = _FONTS[int(rng.integers(len(_FONTS)))][digit].split()
    bitmap = np.array([[pixel == "#" for pixel in row] for row in rows])
    for _ in range(int(rng.integers(0, 3))):
        row = int(rng.integers(len(bitmap)))
        bitmap = np.insert(bitmap, row, bitmap[row], axis=0)
    if bitmap.size >= 35 and rng.random() < 0.25:
        row, column = (int(rng.integers(side)) for side in bitmap.shape)
        bitmap[row, column] ^= True
    return bitmap


def _from_plotter_font(rng: np.random.Generator, digit: int) -> Bitmap:
    """Return a digit in one of OpenCV's plotter fonts, 6 to 14 pixels high."""
    canvas = np.zeros((40, 40), np.uint8)
    font, scale = int(rng.integers(8)), float(rng.uniform(0.3, 0.65))
    cv2.putText(canvas, str(digit), (8, 32), font, scale, 255, 1, cv2.LINE_8)
    return _cropped(canvas)


def _from_pencil(rng: np.random.Generator, digit: int) -> Bitmap:
    """Return a digit drawn with a pencil of one pixel, 6 to 16 pixels high."""
    shapes = _SHAPES[digit]
    strokes = perturb(rng, shapes[int(rng.integers(len(shapes)))], rng.uniform(0.05, 0.35))
    height = float(rng.uniform(6, 16))
    scale = np.array([rng.uniform(0.55, 1.0), 1.0]) * (height - 1) / 10
    canvas = np.zeros((40, 40), np.uint8)
    points = [np.round(stroke * scale + 10).astype(np.int32) for stroke in strokes]
    cv2.polylines(canvas, points, False, 255, 1, cv2.LINE_8)
    return _cropped(canvas)


def _cropped(canvas: NDArray[np.uint8]) -> Bitmap:
    left, top, width, height = cv2.boundingRect(canvas)
    inked: Bitmap = canvas[top : top + height, left : left + width] > 0
    return inked
