"""Photographs of a sheet: perspective, uneven light, glare, shadows, things on it, blur, noise."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from training.drawing.scenes.sheet import (
    Sheet,
    any_colour,
    blend,
    blurred,
    near,
    smooth_noise,
    warped,
)
from watcher.recognition.types import as_uint8


def tilted(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Turn the sheet a little and show it from the side; beyond the sheet, its rim is repeated."""
    height, width = sheet.pixels.shape[:2]
    matrix = _perspective(rng, width, height)
    pixels = warped(sheet.pixels, matrix, (width, height), cv2.BORDER_REPLICATE)
    ink = warped(sheet.ink, matrix, (width, height))
    return with_moved_ink(replace(sheet, pixels=pixels), ink)


def with_moved_ink(sheet: Sheet, ink: NDArray[np.uint8]) -> Sheet:
    """Return `sheet` with `ink` as its mask, and the box fitted to it."""
    mask = (ink > 100).astype(np.uint8)
    left, top, wide, tall = cv2.boundingRect(mask)
    box = (left, top, left + max(1, wide), top + max(1, tall))
    return replace(sheet, ink=ink, box=box if wide else sheet.box)


def _perspective(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float64]:
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    angle = np.radians(rng.normal(0, 4))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = corners.mean(axis=0)
    seen = (corners - centre) @ turn.T * rng.uniform(0.9, 1.05) + centre
    seen += rng.normal(0, 0.035, corners.shape) * min(width, height)
    return cv2.getPerspectiveTransform(corners, seen.astype(np.float32)).astype(np.float64)


def uneven_light(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Light the sheet by a lamp at one side, with a vignette and a tint."""
    height, width = sheet.pixels.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.35) * (x * np.cos(angle) + y * np.sin(angle))
    light -= rng.uniform(0, 0.3) * np.hypot(x - rng.uniform(-0.5, 0.5), y - rng.uniform(-0.5, 0.5))
    light *= rng.uniform(0.55, 1.0) / max(float(light.max()), 1e-6)
    tint = rng.normal(1, 0.06, 3)
    # A photographed white or black is neither.
    low, high = rng.uniform(0, 40), rng.uniform(200, 255)
    lit = (low + sheet.pixels.astype(np.float32) / 255 * (high - low)) * light[..., None] * tint
    return sheet.with_pixels(np.clip(lit, 0, 255).astype(np.uint8))


def glare(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Add the white reflection of a lamp or a window, soft or sharp, off the digit or over a little of it."""
    height, width = sheet.pixels.shape[:2]
    mask = np.zeros((height, width), np.float32)
    for _ in range(1 if rng.random() < 0.7 else 2):
        centre = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        axes = tuple(max(2, int(v)) for v in rng.uniform(0.05, 0.35, 2) * sheet.unit)
        if rng.random() < 0.7:
            cv2.ellipse(mask, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
        else:
            cv2.rectangle(mask, centre, (centre[0] + axes[0], centre[1] + axes[1]), 1.0, -1)
    soft = blurred(mask, max(0.6, sheet.unit * rng.uniform(0.003, 0.09)))
    share = soft * rng.uniform(0.5, 1.0)
    white = near(rng, (250, 250, 250), 8)
    return _with_what_is_seen(sheet, blend(sheet.pixels, white, share), share > 0.9)


def shadow(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Cast the shadow of a hand, a head or a telephone."""
    height, width = sheet.pixels.shape[:2]
    corners = rng.uniform(-0.3, 1.3, (int(rng.integers(3, 7)), 2)) * (width, height)
    mask = np.zeros((height, width), np.float32)
    hull = cv2.convexHull(np.round(corners).astype(np.int32))
    cv2.fillConvexPoly(mask, hull, 1.0)
    mask = blurred(mask, max(0.6, sheet.unit * rng.uniform(0.004, 0.12)))
    dimmed = sheet.pixels.astype(np.float32) * (1 - mask[..., None] * rng.uniform(0.15, 0.65))
    return sheet.with_pixels(np.clip(dimmed, 0, 255).astype(np.uint8))


def thing_on_it(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Add a pen, a ruler or a finger that reaches into the picture, mostly beside the digit."""
    height, width = sheet.pixels.shape[:2]
    left, top, right, bottom = sheet.box
    side = int(rng.integers(4))
    along = rng.uniform(0, 1)
    rim = np.array([(along, -0.1), (along, 1.1), (-0.1, along), (1.1, along)][side]) * (
        width,
        height,
    )
    tip = rng.uniform(0.02, 0.98, 2) * (width, height)
    for _ in range(20):
        if not (left - 6 < tip[0] < right + 6 and top - 6 < tip[1] < bottom + 6):
            break
        tip = rng.uniform(0.02, 0.98, 2) * (width, height)
    is_finger = rng.random() < 0.35
    thick = max(
        3, int(sheet.unit * (rng.uniform(0.1, 0.22) if is_finger else rng.uniform(0.02, 0.09)))
    )
    mask = np.zeros((height, width), np.uint8)
    ends = [(round(float(x)), round(float(y))) for x, y in (rim, tip)]
    cv2.line(mask, ends[0], ends[1], 255, thick)
    body = any_colour(rng)
    if is_finger:
        tone = rng.uniform(0.45, 1.0)
        body = (int(150 * tone), int(180 * tone), int(225 * tone))
    pixels = _shaded_body(rng, sheet, mask, body)
    if not is_finger and rng.random() < 0.8:
        point = tip + (tip - rim) / max(np.hypot(*(tip - rim)), 1) * thick * rng.uniform(0.6, 2)
        nib = (round(float(point[0])), round(float(point[1])))
        cv2.line(mask, ends[1], nib, 255, max(1, thick // 3))
        cv2.line(pixels, ends[1], nib, near(rng, (60, 60, 60), 40), max(1, thick // 3))
    return _with_what_is_seen(sheet, pixels, mask > 0)


def _shaded_body(
    rng: np.random.Generator, sheet: Sheet, mask: NDArray[np.uint8], colour: tuple[int, int, int]
) -> NDArray[np.uint8]:
    """Draw a round body of `colour` where `mask` is, with a highlight along it and a shadow beside it."""
    shift = np.array(
        [[1, 0, rng.normal(0, 0.03) * sheet.unit], [0, 1, 0.02 * sheet.unit]], np.float32
    )
    cast = cv2.warpAffine(mask, shift, (sheet.width, sheet.height))
    soft = blurred(cast, max(0.6, 0.015 * sheet.unit)) / 255
    pixels = blend(sheet.pixels, (0, 0, 0), soft * rng.uniform(0, 0.6))
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    round_ = np.sqrt(np.clip(depth / max(float(depth.max()), 1), 0, 1))
    shade = np.array(colour, np.float32) * (0.55 + 0.6 * round_[..., None])
    return blend(pixels, np.clip(shade, 0, 255).astype(np.uint8), mask / 255)


def _with_what_is_seen(sheet: Sheet, pixels: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> Sheet:
    """Return the sheet with `pixels`, `hidden` ink left out; unchanged if that is over a tenth of it."""
    covered = (sheet.ink > 100) & hidden
    if covered.sum() > 0.1 * max(1, int((sheet.ink > 100).sum())):
        return sheet
    return replace(sheet, pixels=pixels, ink=np.where(hidden, 0, sheet.ink).astype(np.uint8))


def camera(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Add a camera's blur, shake and noise."""
    pixels = sheet.pixels
    chance = rng.random()
    strength = min(max(0.5, sheet.pen * 0.5), 0.006 * sheet.unit + 0.5)
    if chance < 0.6:
        pixels = np.rint(blurred(pixels, rng.uniform(0.3, 1) * strength + 0.2)).astype(np.uint8)
    elif chance < 0.75:
        length = max(2, int(2 * strength) + 1)
        kernel = np.zeros((length, length), np.float32)
        if rng.random() < 0.5:
            np.fill_diagonal(kernel, 1)
        else:
            kernel[length // 2] = 1
        pixels = as_uint8(cv2.filter2D(pixels, -1, kernel / kernel.sum()))
    noise = rng.normal(0, rng.uniform(1, 14), pixels.shape)
    if rng.random() < 0.5:
        noise = noise.mean(axis=2, keepdims=True) * 1.5
    seen = pixels.astype(np.float32) + noise
    return sheet.with_pixels(np.clip(seen, 0, 255).astype(np.uint8))


def whiteboard(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Add traces of what was wiped off, and a dull sheen."""
    shape = (sheet.height, sheet.width)
    sheen = (smooth_noise(rng, shape, 4) - 0.5) * rng.uniform(10, 60)
    traces = np.zeros(shape, np.float32)
    for _ in range(int(rng.integers(1, 5))):
        ends = rng.uniform(0, 1, (2, 2)) * (sheet.width, sheet.height)
        points = [(int(x), int(y)) for x, y in ends]
        cv2.line(
            traces, points[0], points[1], 1.0, max(2, int(sheet.unit * rng.uniform(0.02, 0.1)))
        )
    traces = blurred(traces, max(1, 0.02 * sheet.unit)) * rng.uniform(5, 30)
    seen = sheet.pixels.astype(np.float32) + (sheen - traces)[..., None]
    return sheet.with_pixels(np.clip(seen, 0, 255).astype(np.uint8))


def bad_print(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Fade the sheet as a copier does: less contrast, and grain."""
    low, high = rng.uniform(0, 90), rng.uniform(170, 255)
    faded = low + sheet.pixels.astype(np.float32) / 255 * (high - low)
    return sheet.with_pixels(
        np.clip(faded + rng.normal(0, 6, faded.shape), 0, 255).astype(np.uint8)
    )
