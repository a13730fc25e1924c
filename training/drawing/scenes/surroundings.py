"""A sheet that is only a part of the picture: on a desk, between bars, on a shape, on transparency."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from training.drawing.paint import Canvas
from training.drawing.scenes.photographs import with_moved_ink
from training.drawing.scenes.sheet import (
    Colour,
    Sheet,
    any_colour,
    blurred,
    differing,
    near,
    smooth_noise,
    warped,
)
from watcher.recognition.types import as_uint8


def pasted(sheet: Sheet, picture: Canvas, left: int, top: int) -> Sheet:
    """Paste the sheet on `picture`, its upper left corner at `left`, `top`."""
    bottom, right = top + sheet.height, left + sheet.width
    pixels, ink = picture.copy(), np.zeros(picture.shape[:2], np.uint8)
    pixels[top:bottom, left:right] = sheet.pixels
    ink[top:bottom, left:right] = sheet.ink
    x0, y0, x1, y1 = sheet.box
    return replace(sheet, pixels=pixels, ink=ink, box=(x0 + left, y0 + top, x1 + left, y1 + top))


def on_a_desk(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Put the sheet on a table or the like, turned a little, with or without a shadow."""
    height, width = (int(side * rng.uniform(1.1, 2.0)) for side in (sheet.height, sheet.width))
    desk = surface(rng, height, width, sheet.paper)
    corners = np.array(
        [(0, 0), (sheet.width, 0), (sheet.width, sheet.height), (0, sheet.height)], np.float32
    )
    angle = np.radians(rng.normal(0, 7))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = (corners - corners.mean(axis=0)) @ turn.T
    seen += rng.normal(0, 0.03, corners.shape) * sheet.unit
    room = np.array([width, height]) - np.ptp(seen, axis=0)
    seen += -seen.min(axis=0) + room * rng.uniform(0.05, 0.95, 2)
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32)).astype(np.float64)
    pixels = warped(sheet.pixels, matrix, (width, height))
    ink = warped(sheet.ink, matrix, (width, height))
    whole = np.full((sheet.height, sheet.width), 255, np.uint8)
    mask = warped(whole, matrix, (width, height))
    if rng.random() < 0.6:
        soft = max(1.0, 0.02 * sheet.unit * rng.uniform(0.3, 2))
        cast = blurred(np.roll(mask, int(soft), (0, 1)), soft)
        dim = 1 - cast[..., None].astype(np.float32) / 255 * rng.uniform(0.2, 0.7)
        desk = (desk.astype(np.float32) * dim).astype(np.uint8)
    share = mask[..., None].astype(np.float32) / 255
    mixed = (desk * (1 - share) + pixels * share).astype(np.uint8)
    return with_moved_ink(replace(sheet, pixels=mixed), ink)


def surface(rng: np.random.Generator, height: int, width: int, paper: Colour) -> Canvas:
    """Draw a surface for a sheet to lie on: one tone, wood, cloth or clutter."""
    base = differing(rng, (paper,), 25)
    tone = np.full((height, width, 3), base, np.float32)
    chance = rng.random()
    if chance < 0.35:
        grain = rng.normal(0, rng.uniform(4, 30), (1 if rng.random() < 0.5 else 4, width))
        size = (width, height)
        wide = cv2.resize(grain.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
        tone += blurred(np.asarray(wide), rng.uniform(0.6, 2))[..., None]
    elif chance < 0.6:
        cloud = smooth_noise(rng, (height, width), int(rng.integers(3, 30))) - 0.5
        tone += cloud[..., None] * rng.uniform(20, 120)
    elif chance < 0.8:
        for _ in range(int(rng.integers(1, 7))):
            at = rng.uniform(0, 1, 2) * (width, height)
            far = at + rng.uniform(0.05, 0.4, 2) * min(width, height)
            start, end = (int(at[0]), int(at[1])), (int(far[0]), int(far[1]))
            cv2.rectangle(tone, start, end, [float(v) for v in any_colour(rng)], -1)
    tone += rng.normal(0, rng.uniform(0, 9), (height, width, 1))
    return np.clip(tone, 0, 255).astype(np.uint8)


def between_bars(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Put the sheet between letterbox or pillarbox bars, as a telephone's screen or a video does."""
    share = rng.uniform(0.05, 0.7)
    colour = (0, 0, 0) if rng.random() < 0.5 else differing(rng, (sheet.paper,), 20)
    first = rng.uniform(0.2, 0.8) if rng.random() < 0.4 else 0.5
    if rng.random() < 0.5:
        bar = max(2, int(share / (1 - share) * sheet.height))
        size = (sheet.height + bar, sheet.width)
        left, top = 0, int(bar * first)
    else:
        bar = max(2, int(share / (1 - share) * sheet.width))
        size = (sheet.height, sheet.width + bar)
        left, top = int(bar * first), 0
    picture = np.full((*size, 3), colour, np.uint8)
    if rng.random() < 0.12:
        small = cv2.resize(sheet.pixels, (8, 8), interpolation=cv2.INTER_AREA)
        wide = cv2.resize(small, size[::-1], interpolation=cv2.INTER_CUBIC)
        picture = (as_uint8(wide) * rng.uniform(0.4, 0.9)).astype(np.uint8)
    return pasted(sheet, picture, left, top)


def on_transparency(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Put the sheet on a larger transparent canvas, shown as white or black.

    Some sheets have a shadow round them, some have round corners.
    """
    height, width = (int(side * rng.uniform(1.1, 2.5)) for side in (sheet.height, sheet.width))
    colour = (255, 255, 255) if rng.random() < 0.5 else (0, 0, 0)
    picture = np.full((height, width, 3), colour, np.uint8)
    left = int(rng.integers(0, width - sheet.width + 1))
    top = int(rng.integers(0, height - sheet.height + 1))
    if rng.random() < 0.4:
        shade = np.zeros((height, width), np.float32)
        cv2.rectangle(shade, (left, top), (left + sheet.width, top + sheet.height), 1.0, -1)
        shade = blurred(shade, max(1, 0.05 * sheet.unit * rng.uniform(0.3, 1.5)))
        dim = 1 - shade[..., None] * rng.uniform(0.2, 0.7)
        picture = (picture * dim).astype(np.uint8)
    result = pasted(sheet, picture, left, top)
    if rng.random() < 0.3:
        result = _with_round_corners(rng, result, picture, (left, top, sheet.width, sheet.height))
    return result


def _with_round_corners(
    rng: np.random.Generator, whole: Sheet, picture: Canvas, sheet: tuple[int, int, int, int]
) -> Sheet:
    """Return `whole` with the corners of `sheet` (left, top, width, height) in it rounded off."""
    radius = max(1, int(min(sheet[2:]) * rng.uniform(0.02, 0.12)))
    keep = (_round_box(picture.shape, sheet, radius) > 0) | (whole.ink > 0)
    return whole.with_pixels(np.where(keep[..., None], whole.pixels, picture))


def _round_box(
    shape: tuple[int, ...], box: tuple[int, int, int, int], radius: int
) -> NDArray[np.uint8]:
    left, top, wide, tall = box
    inner = np.zeros(shape[:2], np.uint8)
    cv2.rectangle(
        inner,
        (left + radius, top + radius),
        (left + wide - 1 - radius, top + tall - 1 - radius),
        255,
        -1,
    )
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return as_uint8(cv2.dilate(inner, kernel))


def on_a_shape(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Put the digit on a disc, a button, a note or a badge, on paper of another colour."""
    left, top, right, bottom = sheet.box
    tall, wide = bottom - top, right - left
    around = differing(rng, (sheet.paper,), 40)
    if rng.random() < 0.5:
        around = (
            (255, 255, 255) if np.array(sheet.paper).min() < 215 else near(rng, (60, 60, 60), 40)
        )
    gap = max(tall, wide) * rng.uniform(0.12, 0.9) + 2
    centre = (round((left + right) / 2), round((top + bottom) / 2))
    shape = sheet.pixels.shape[:2]
    mask = np.zeros(shape, np.uint8)
    kind = rng.random()
    if kind < 0.4:
        radius = round(float(np.hypot(tall, wide)) / 2 + gap * 0.6)
        cv2.circle(mask, centre, radius, 255, -1, cv2.LINE_AA)
    elif kind < 0.5:
        axes = (round(wide * 0.75 + gap), round(tall * 0.75 + gap))
        cv2.ellipse(mask, centre, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    else:
        x0, y0 = left - gap * rng.uniform(0.6, 1.4), top - gap * rng.uniform(0.6, 1.4)
        x1, y1 = right + gap * rng.uniform(0.6, 1.4), bottom + gap * rng.uniform(0.6, 1.4)
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        if rng.random() < 0.4:
            corners += rng.normal(0, 0.05, corners.shape) * tall
        if rng.random() < 0.35:
            box = (int(x0), int(y0), int(x1 - x0), int(y1 - y0))
            mask = _round_box(shape, box, max(1, int(min(box[2:]) * rng.uniform(0.05, 0.3))))
        else:
            cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 255, cv2.LINE_AA)
    share = np.maximum(mask, sheet.ink)[..., None].astype(np.float32) / 255
    picture = np.full_like(sheet.pixels, around)
    if rng.random() < 0.2:
        picture = surface(rng, sheet.height, sheet.width, sheet.paper)
    mixed = picture * (1 - share) + sheet.pixels * share
    return sheet.with_pixels(mixed.astype(np.uint8))
