"""Marks on the sheet besides the digit: lines, scribbles, captions, cursors, specks."""

import cv2
import numpy as np
from numpy.typing import NDArray

from training.drawing.paint import Canvas
from training.drawing.scenes.sheet import Colour, Sheet, any_colour, blend, blurred, differing, near


def underline(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw one or two lines under the digit, apart from it, in its colour or another."""
    left, _, right, bottom = sheet.box
    tall = sheet.box[3] - sheet.box[1]
    wide = max(right - left, tall // 2)
    colour = sheet.colour if rng.random() < 0.5 else differing(rng, (sheet.paper,))
    gap = max(3 + sheet.pen, int(tall * rng.uniform(0.12, 0.35)))
    pixels = sheet.pixels.copy()
    for number in range(1 if rng.random() < 0.8 else 2):
        level = bottom + gap + number * (sheet.pen + 4)
        reach = rng.uniform(0.0, 0.6, 2) * wide
        tilt = rng.normal(0, 0.03) * tall
        _line(
            pixels,
            (left - reach[0], level + tilt),
            (left + wide + reach[1], level - tilt),
            colour,
            max(1, int(sheet.pen * rng.uniform(0.4, 1.2))),
        )
    return sheet.with_pixels(pixels)


def crossing_lines(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw lines and arcs in other colours across the picture, over or under the digit."""
    pixels = sheet.pixels.copy()
    for _ in range(int(rng.integers(1, 5))):
        colour = differing(rng, (sheet.paper, sheet.colour), 80)
        width = max(1, int(sheet.pen * rng.uniform(0.3, 1.3)))
        if rng.random() < 0.7:
            ends = _rim_points(rng, sheet, 2)
        else:
            ends = rng.uniform(0, 1, (2, 2)) * (sheet.width, sheet.height)
        if rng.random() < 0.75:
            _line(pixels, ends[0], ends[1], colour, width)
        else:
            _curve(rng, pixels, ends, colour, width)
    return _under(rng, sheet, pixels)


def scribbles(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw scribbles in other colours, over or under the digit or beside it."""
    pixels = sheet.pixels.copy()
    for _ in range(int(rng.integers(1, 4))):
        colour = differing(rng, (sheet.paper, sheet.colour), 70)
        centre = rng.uniform(0.1, 0.9, 2) * (sheet.width, sheet.height)
        steps = rng.normal(0, 1, (int(rng.integers(12, 50)), 2))
        path = np.cumsum(np.cumsum(steps, axis=0) * 0.4, axis=0)
        path = path / max(np.abs(path).max(), 1e-6) * rng.uniform(0.1, 0.45) * sheet.unit + centre
        width = max(1, int(sheet.pen * rng.uniform(0.3, 1.5)))
        cv2.polylines(pixels, [np.round(path).astype(np.int32)], False, colour, width, _kind(rng))
    return _under(rng, sheet, pixels)


def highlighter(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw a broad translucent stroke or patch behind the digit."""
    left, top, right, bottom = sheet.box
    pad = (right - left + bottom - top) / 4
    mask = np.zeros(sheet.pixels.shape[:2], np.uint8)
    corner = (int(left - pad * rng.uniform(-0.6, 1)), int(top - pad * rng.uniform(-0.6, 1)))
    other = (int(right + pad * rng.uniform(-0.6, 1)), int(bottom + pad * rng.uniform(-0.6, 1)))
    if rng.random() < 0.5:
        cv2.rectangle(mask, corner, other, 255, -1)
    else:
        middle = (top + bottom) // 2
        cv2.line(
            mask, (corner[0], middle), (other[0], middle), 255, max(2, int((bottom - top) * 0.6))
        )
    colour = differing(rng, (sheet.paper, sheet.colour), 50)
    mixed = blend(sheet.pixels, colour, mask / 255 * rng.uniform(0.25, 0.9))
    return _keep_ink(sheet, mixed)


def caption(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Write small print off the digit, as a date, a name, an instruction or a watermark is."""
    pixels = sheet.pixels.copy()
    for _ in range(int(rng.integers(1, 4))):
        scale = sheet.unit / 480 * rng.uniform(0.5, 1.3)
        letters = "".join(rng.choice(list("aehilnorst EADT:.-0123459"), int(rng.integers(3, 22))))
        (wide, tall), _base = cv2.getTextSize(letters, 0, scale, 1)
        at = _off_the_digit(rng, sheet, wide, tall)
        if at is None:
            continue
        colour = near(rng, sheet.colour, 40) if rng.random() < 0.5 else any_colour(rng)
        cv2.putText(
            pixels,
            letters,
            (at[0], at[1] + tall),
            int(rng.integers(0, 5)),
            scale,
            colour,
            1,
            _kind(rng),
        )
    return sheet.with_pixels(pixels)


def cursor(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw a mouse pointer, a cross hair, a text cursor or a brush's ring."""
    pixels = sheet.pixels.copy()
    size = max(4, int(sheet.unit * rng.uniform(0.025, 0.09)))
    x, y = int(rng.integers(0, sheet.width)), int(rng.integers(0, sheet.height))
    dark, light = (0, 0, 0), (255, 255, 255)
    chance = rng.random()
    if chance < 0.45:
        outline = np.array(
            [(0, 0), (0, 10), (2.4, 7.8), (4.2, 11.6), (5.8, 10.8), (4, 7.2), (7.2, 7.2)]
        )
        points = [np.round(outline * size / 10 + (x, y)).astype(np.int32)]
        cv2.fillPoly(pixels, points, light if rng.random() < 0.7 else dark)
        cv2.polylines(pixels, points, True, dark if rng.random() < 0.8 else light, 1)
    elif chance < 0.7:
        colour = dark if rng.random() < 0.6 else any_colour(rng)
        cv2.line(pixels, (x - size // 2, y), (x + size // 2, y), colour, 1)
        cv2.line(pixels, (x, y - size // 2), (x, y + size // 2), colour, 1)
    elif chance < 0.85:
        cv2.line(pixels, (x, y - size // 2), (x, y + size // 2), dark, max(1, size // 12))
    else:
        cv2.circle(pixels, (x, y), max(2, sheet.pen // 2 + 1), dark, 1)
    return sheet.with_pixels(pixels)


def eraser_marks(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw patches where something was rubbed out: near the paper's tone, some with traces of a line."""
    pixels = sheet.pixels.copy()
    for _ in range(int(rng.integers(1, 5))):
        left, top = int(rng.integers(0, sheet.width)), int(rng.integers(0, sheet.height))
        wide, tall = (int(v) for v in rng.uniform(0.04, 0.35, 2) * sheet.unit)
        patch = pixels[top : top + tall + 1, left : left + wide + 1]
        patch[:] = near(rng, sheet.paper, rng.choice([4, 12, 30]))
        if rng.random() < 0.4:
            end = rng.uniform(-1, 1, 2) * (wide, tall)
            _line(pixels, (left, top), (left + end[0], top + end[1]), near(rng, sheet.paper, 40), 1)
    return _keep_ink(sheet, pixels)


def specks(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw dirt: dots much smaller than the pen's strokes are long."""
    pixels = sheet.pixels.copy()
    for _ in range(int(rng.integers(1, 14))):
        at = int(rng.integers(0, sheet.width)), int(rng.integers(0, sheet.height))
        colour = sheet.colour if rng.random() < 0.5 else any_colour(rng)
        radius = int(rng.integers(0, max(1, min(sheet.unit // 90, sheet.pen)) + 1))
        cv2.circle(pixels, at, radius, colour, -1)
    return _keep_ink(sheet, pixels)


def stains(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Draw coffee, fingerprints and smudges: soft blots of a tone near the paper's."""
    mask = np.zeros(sheet.pixels.shape[:2], np.float32)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(0, sheet.width)), int(rng.integers(0, sheet.height))
        radius = max(2, int(sheet.unit * rng.uniform(0.04, 0.3)))
        width = -1 if rng.random() < 0.6 else max(1, radius // 6)
        cv2.circle(mask, at, radius, float(rng.uniform(0.2, 0.7)), width)
    mask = blurred(mask, max(0.6, sheet.unit * rng.uniform(0.004, 0.04)))
    return _keep_ink(sheet, blend(sheet.pixels, near(rng, sheet.paper, 60), mask))


def _kind(rng: np.random.Generator) -> int:
    return cv2.LINE_AA if rng.random() < 0.5 else cv2.LINE_8


def _line(
    pixels: Canvas,
    start: tuple[float, float] | NDArray[np.floating],
    end: tuple[float, float] | NDArray[np.floating],
    colour: Colour,
    width: int,
) -> None:
    ends = [(round(float(x)), round(float(y))) for x, y in (start, end)]
    cv2.line(pixels, ends[0], ends[1], colour, width, cv2.LINE_AA)


def _curve(
    rng: np.random.Generator, pixels: Canvas, ends: NDArray[np.floating], colour: Colour, width: int
) -> None:
    middle = ends.mean(axis=0) + rng.normal(0, 0.3, 2) * np.hypot(*(ends[1] - ends[0]))
    t = np.linspace(0, 1, 24)[:, None]
    path = (1 - t) ** 2 * ends[0] + 2 * t * (1 - t) * middle + t**2 * ends[1]
    cv2.polylines(pixels, [np.round(path).astype(np.int32)], False, colour, width, cv2.LINE_AA)


def _rim_points(rng: np.random.Generator, sheet: Sheet, count: int) -> NDArray[np.floating]:
    points = rng.uniform(0, 1, (count, 2))
    axis = int(rng.integers(2))
    points[:, axis] = np.arange(count) % 2
    return points * (sheet.width - 1, sheet.height - 1)


def _under(rng: np.random.Generator, sheet: Sheet, pixels: Canvas) -> Sheet:
    """Return the sheet with `pixels` under the digit, as if drawn before it, or over it."""
    return _keep_ink(sheet, pixels) if rng.random() < 0.6 else sheet.with_pixels(pixels)


def _keep_ink(sheet: Sheet, pixels: Canvas) -> Sheet:
    """Return the sheet with `pixels`, the digit's ink as it was."""
    share = sheet.ink.astype(np.float32) / 255
    return sheet.with_pixels(blend(pixels, sheet.pixels, share))


def _off_the_digit(
    rng: np.random.Generator, sheet: Sheet, wide: int, tall: int
) -> tuple[int, int] | None:
    """Return the corner of a box that does not touch the digit's, None if 12 tries find none."""
    left, top, right, bottom = sheet.box
    for _ in range(12):
        x = int(rng.integers(0, max(1, sheet.width - wide)))
        y = int(rng.integers(0, max(1, sheet.height - tall)))
        if x + wide < left - 2 or x > right + 2 or y + tall < top - 2 or y > bottom + 2:
            return x, y
    return None
