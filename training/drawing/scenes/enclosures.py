"""What encloses the digit and is not part of it: frames, boxes, circles, the cells of a form."""

from collections.abc import Sequence

import cv2
import numpy as np

from training.drawing.paint import Canvas
from training.drawing.scenes.sheet import Colour, Sheet, differing, near


def frame(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw a frame parallel to the rim, of any width, colour and distance that leave the digit free."""
    left, top, right, bottom = sheet.box
    room = [left, top, sheet.width - right, sheet.height - bottom]
    pixels = sheet.pixels.copy()
    colour = _frame_colour(rng, sheet)
    widest = max(1, int(sheet.unit * 0.06))
    width = 1 if rng.random() < 0.3 else int(rng.integers(1, widest + 1))
    free = max(0, min(room) - width - max(2, sheet.pen // 2))
    distance = 0 if rng.random() < 0.2 else int(free * rng.random() ** 1.5)
    _rectangle(rng, pixels, distance, colour=colour, width=width)
    if rng.random() < 0.2 and distance > 2 * width + 2:
        _rectangle(rng, pixels, distance // 2, colour=colour, width=1)
    return _with_ink_on_top(sheet, pixels)


def box(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw a box round the digit, with the rectangle tool or by hand."""
    left, top, right, bottom = sheet.box
    tall = max(bottom - top, right - left)
    gaps = np.maximum(tall * rng.uniform(0.12, 0.8) * rng.uniform(0.6, 1.3, 4), 2 + sheet.pen)
    corners = np.array(
        [
            (left - gaps[0], top - gaps[1]),
            (right + gaps[2], top - gaps[1]),
            (right + gaps[2], bottom + gaps[3]),
            (left - gaps[0], bottom + gaps[3]),
        ]
    )
    # A box that closely follows a 1 is wide enough not to be a 0 with a stroke in it.
    if rng.random() < 0.35:
        corners += rng.normal(0, 0.04, corners.shape) * tall
    path = np.round(np.vstack([corners, corners[:1]])).astype(np.int32)
    pixels = sheet.pixels.copy()
    cv2.polylines(pixels, [path], False, _frame_colour(rng, sheet), _width(rng, sheet), cv2.LINE_AA)
    return _with_ink_on_top(sheet, pixels)


def circle(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw a circle or an ellipse round the digit, exact or by hand."""
    left, top, right, bottom = sheet.box
    centre = np.array([left + right, top + bottom]) / 2
    half = np.array([right - left, bottom - top]) / 2
    # Round a narrow digit the ring is still round: an upright oval with a stroke in it is a 0.
    half = np.maximum(half, 0.75 * half.max())
    radii = half * np.sqrt(2) * rng.uniform(1.05, 1.7) + 2 + sheet.pen
    angle = np.linspace(0, 2 * np.pi * rng.uniform(0.97, 1.08), 60) + rng.uniform(0, 2 * np.pi)
    if rng.random() < 0.5:
        angle = np.linspace(0, 2 * np.pi, 60)
    path = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radii
    if rng.random() < 0.5:
        wobble = np.interp(np.linspace(0, 1, 60), np.linspace(0, 1, 9), rng.normal(1, 0.05, 9))
        path *= wobble[:, None]
    pixels = sheet.pixels.copy()
    cv2.polylines(
        pixels,
        [np.round(path + centre).astype(np.int32)],
        False,
        _frame_colour(rng, sheet),
        _width(rng, sheet),
        cv2.LINE_AA,
    )
    return _with_ink_on_top(sheet, pixels)


def form_cell(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw the digit's cell and its neighbours in a form, a table or a puzzle."""
    left, top, right, bottom = sheet.box
    tall, wide = bottom - top, right - left
    high = tall * rng.uniform(1.15, 1.9) + 2 * sheet.pen + 2
    broad = max(high * rng.uniform(0.65, 1.5), wide * 1.15 + 2 * sheet.pen + 2)
    x = left - (broad - wide) * rng.uniform(0.25, 0.75)
    y = top - (high - tall) * rng.uniform(0.25, 0.75)
    colour, width = _frame_colour(rng, sheet), _width(rng, sheet)
    pixels = sheet.pixels.copy()
    rows, columns = (rng.choice([0, 1, 2, 9], p=[0.4, 0.3, 0.2, 0.1]) for _ in range(2))
    before, above = int(rng.integers(0, columns + 1)), int(rng.integers(0, rows + 1))
    is_comb = rows == 0 and rng.random() < 0.25
    x0, x1 = x - before * broad, x + (columns - before + 1) * broad
    y0, y1 = y - above * high, y + (rows - above + 1) * high
    for number in range(int(columns) + 2):
        at = x0 + number * broad
        start = y0 + 0.6 * (y1 - y0) if is_comb else y0
        _straight(pixels, (at, start), (at, y1), colour, width)
    for number in range(int(rows) + 2):
        if is_comb and number == 0:
            continue
        _straight(pixels, (x0, y0 + number * high), (x1, y0 + number * high), colour, width)
    return _with_ink_on_top(sheet, pixels)


def selection(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw the dashed frame with handles that a paint program puts round a selection."""
    left, top, right, bottom = sheet.box
    gap = max(2, int((bottom - top) * rng.uniform(0.05, 0.6))) + sheet.pen
    x0, y0 = max(0, left - gap), max(0, top - gap)
    x1, y1 = min(sheet.width - 1, right + gap), min(sheet.height - 1, bottom + gap)
    pixels = sheet.pixels.copy()
    colour = near(rng, (200, 110, 30), 30) if rng.random() < 0.5 else (0, 0, 0)
    dash = max(2, sheet.unit // 60)
    for x in range(x0, x1, 2 * dash):
        pixels[[y0, y1], x : min(x1, x + dash)] = colour
    for y in range(y0, y1, 2 * dash):
        pixels[y : min(y1, y + dash), [x0, x1]] = colour
    if rng.random() < 0.7:
        reach = max(1, sheet.unit // 110)
        for x in (x0, (x0 + x1) // 2, x1):
            for y in (y0, (y0 + y1) // 2, y1):
                if (x, y) != ((x0 + x1) // 2, (y0 + y1) // 2):
                    cv2.rectangle(
                        pixels, (x - reach, y - reach), (x + reach, y + reach), (255, 255, 255), -1
                    )
                    cv2.rectangle(pixels, (x - reach, y - reach), (x + reach, y + reach), colour, 1)
    return _with_ink_on_top(sheet, pixels)


def _frame_colour(rng: np.random.Generator, sheet: Sheet) -> Colour:
    """Return the colour of a frame: half the time the ink's own, which is the difficult case."""
    return sheet.colour if rng.random() < 0.5 else differing(rng, (sheet.paper,), 50)


def _width(rng: np.random.Generator, sheet: Sheet) -> int:
    chance = rng.random()
    if chance < 0.35:
        return sheet.pen
    return 1 if chance < 0.55 else max(1, int(sheet.pen * rng.uniform(0.3, 1.4)))


def _rectangle(
    rng: np.random.Generator, pixels: Canvas, distance: int, *, colour: Colour, width: int
) -> None:
    """Draw an outline at `distance` from the rim, growing inwards, sometimes with round corners."""
    height, right = pixels.shape[0], pixels.shape[1] - 1 - distance
    start, end = (distance, distance), (right, height - 1 - distance)
    half = width // 2
    (x0, y0), (x1, y1) = (start[0] + half, start[1] + half), (end[0] - half, end[1] - half)
    if rng.random() < 0.75:
        cv2.rectangle(pixels, (x0, y0), (x1, y1), colour, width)
        return
    radius = int(min(x1 - x0, y1 - y0) * rng.uniform(0.03, 0.2))
    path: list[Sequence[int]] = []
    for x, y, begin in (
        (x1 - radius, y0 + radius, 270),
        (x1 - radius, y1 - radius, 0),
        (x0 + radius, y1 - radius, 90),
        (x0 + radius, y0 + radius, 180),
    ):
        path.extend(cv2.ellipse2Poly((x, y), (radius, radius), 0, begin, begin + 90, 10))
    cv2.polylines(pixels, [np.array(path, np.int32)], True, colour, width, cv2.LINE_AA)


def _straight(
    pixels: Canvas, start: tuple[float, float], end: tuple[float, float], colour: Colour, width: int
) -> None:
    ends = [(round(x), round(y)) for x, y in (start, end)]
    cv2.line(pixels, ends[0], ends[1], colour, width)


def _with_ink_on_top(sheet: Sheet, pixels: Canvas) -> Sheet:
    kept = np.where(sheet.ink[..., None] > 100, sheet.pixels, pixels)
    return sheet.with_pixels(kept)
