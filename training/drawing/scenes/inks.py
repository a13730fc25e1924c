"""Ink of several tones: a fainter second stroke, a pen that fades, pressure, a dry marker, two colours."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Stroke
from training.drawing.paint import Canvas, cover
from training.drawing.scenes.sheet import Layout, Sheet, blend, box_of, differing, smooth_noise
from training.drawing.sessions import Session

# Shape (n,): how far each point is along the whole writing, 0 to 1.
Along = NDArray[np.float32]

# Returns how strong the ink is at each point, 0 to 1. Takes the points' place along the writing, their x and
# y within the digit's box (shape (n, 2)) and the number of their stroke (shape (n,)).
Tone = Callable[[np.random.Generator, Along, NDArray[np.float32], NDArray[np.int64]], Along]

# Least share of its strength to which a pen fades; fainter ink is hardly visible.
FAINTEST = 0.15


@dataclass(frozen=True, slots=True)
class Ink:
    """How ink comes out.

    `tone`: its strength along the writing. `to_colour`: weaker ink turns to another colour rather than to
    the paper's. `grain`: "pencil", "dry", "spray", or "" for none.
    """

    tone: Tone
    to_colour: bool = False
    grain: str = ""


def lay_ink(rng: np.random.Generator, paper: Canvas, layout: Layout, ink: Ink) -> Sheet:
    """Draw the digit of `layout` on `paper` in `ink`."""
    session = layout.session
    coverage = cover(layout.strokes, session)
    box = box_of(layout.strokes, session.pen.width, session.height, session.width)
    strength = _strengths(rng, layout.strokes, session, ink.tone)
    share = coverage.astype(np.float32) / 255
    if ink.to_colour:
        other = differing(rng, (session.paper, session.ink))
        colours = _between(session.ink, other, strength)
    else:
        colours = np.asarray(session.ink, np.float32)
        share = share * _visible(strength, session)
    share = share * _grain(rng, coverage, ink.grain, session.pen.width)
    pixels = blend(paper, colours, share)
    return Sheet(pixels, coverage, box, session.ink, session.paper, session.pen.width)


def _visible(strength: NDArray[np.float32], session: Session) -> NDArray[np.float32]:
    """Return `strength`, raised to leave 22 of 255 between ink and paper: nobody draws more faintly."""
    contrast = max(abs(a - b) for a, b in zip(session.ink, session.paper, strict=True))
    return np.maximum(strength, min(1.0, 22 / max(contrast, 1)))


def _between(one: tuple[int, ...], other: tuple[int, ...], share: NDArray[np.float32]) -> Canvas:
    weight = share[..., None]
    mixed = np.asarray(one, np.float32) * weight + np.asarray(other, np.float32) * (1 - weight)
    return mixed.astype(np.uint8)


def _strengths(
    rng: np.random.Generator, strokes: list[Stroke], session: Session, tone: Tone
) -> NDArray[np.float32]:
    """Return the tone (0 to 1) of each pixel near the strokes."""
    fine = [_resampled(stroke, max(2.0, session.digit_height / 25)) for stroke in strokes]
    numbers = np.concatenate([np.full(len(one), number) for number, one in enumerate(fine)])
    points = np.vstack(fine)
    steps = np.r_[0, np.hypot(*np.diff(points, axis=0).T)]
    steps[np.r_[False, np.diff(numbers) > 0]] = 0
    length = np.cumsum(steps)
    low, size = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1)
    values = tone(
        rng, (length / max(length[-1], 1e-6)).astype(np.float32), (points - low) / size, numbers
    )
    levels = np.round(np.clip(values, 0, 1) * 255).astype(int)
    field = np.full((session.height, session.width), 255, np.uint8)
    at = np.round(points).astype(int)
    wide = session.pen.width + 4
    for number in range(len(at)):
        before = number - 1 if number and numbers[number] == numbers[number - 1] else number
        start, end = at[before], at[number]
        cv2.line(
            field,
            (int(start[0]), int(start[1])),
            (int(end[0]), int(end[1])),
            int(levels[number]),
            wide,
        )
    return field.astype(np.float32) / np.float32(255)


def _resampled(stroke: Stroke, spacing: float) -> Stroke:
    """Return a stroke with a point every `spacing` pixels or less."""
    if len(stroke) < 2:
        return stroke
    length = np.r_[0, np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))]
    count = int(length[-1] / spacing) + 2
    at = np.linspace(0, length[-1], count)
    axes = [np.interp(at, length, stroke[:, axis]) for axis in (0, 1)]
    return np.stack(axes, axis=1).astype(np.float32)


def _grain(rng: np.random.Generator, coverage: Canvas, grain: str, pen: int) -> NDArray[np.float32]:
    """Return the share of ink (0 to 1) that a pencil, a dry marker or a spray can leaves on each pixel."""
    shape = (coverage.shape[0], coverage.shape[1])
    if grain == "pencil":
        return np.clip(rng.normal(rng.uniform(0.45, 0.85), 0.25, shape), 0.1, 1).astype(np.float32)
    if grain == "dry":
        fine = smooth_noise(rng, shape, int(max(shape) / max(2, pen / 3)))
        patches = smooth_noise(rng, shape, 6)
        return np.where(fine > rng.uniform(0.2, 0.45) + 0.4 * (patches - 0.5), 1, 0.12).astype(
            np.float32
        )
    if grain == "spray":
        return np.where(rng.random(shape) < rng.uniform(0.3, 0.7), 1, 0).astype(np.float32)
    return np.ones(shape, np.float32)


def full(_: np.random.Generator, along: Along, *_others: object) -> Along:
    """Return full strength everywhere."""
    return np.ones_like(along)


def weak(rng: np.random.Generator, along: Along, *_others: object) -> Along:
    """Return the same low opacity everywhere."""
    return np.full_like(along, rng.uniform(FAINTEST, 0.6))


def fainter_part(
    rng: np.random.Generator, along: Along, _: NDArray[np.float32], numbers: NDArray[np.int64]
) -> Along:
    """Weaken the first or the second part of the writing, which divides at a point or between strokes."""
    strength = rng.uniform(FAINTEST, 0.7)
    is_second = along > rng.uniform(0.25, 0.75)
    if numbers[-1] > 0 and rng.random() < 0.6:
        is_second = numbers >= int(rng.integers(1, numbers[-1] + 1))
    return np.where(is_second == (rng.random() < 0.6), strength, 1).astype(np.float32)


def _along(values: NDArray[np.floating]) -> Along:
    return values.astype(np.float32)


def fading(rng: np.random.Generator, along: Along, *_others: object) -> Along:
    """Fade the pen as it runs dry, or strengthen it as it starts to write."""
    least, begins = rng.uniform(FAINTEST, 0.6), rng.uniform(0, 0.6)
    way = along if rng.random() < 0.65 else 1 - along
    return _along(1 - (1 - least) * np.clip((way - begins) / (1 - begins), 0, 1))


def fading_across(
    rng: np.random.Generator, _: Along, at: NDArray[np.float32], *_others: object
) -> Along:
    """Fade towards one side of the digit, as under uneven light or on a worn pad."""
    angle = rng.uniform(0, 2 * np.pi)
    way = (at - 0.5) @ np.array([np.cos(angle), np.sin(angle)], np.float32) + 0.5
    return _along(1 - (1 - rng.uniform(FAINTEST, 0.6)) * np.clip(way, 0, 1))


def pressure(rng: np.random.Generator, along: Along, *_others: object) -> Along:
    """Vary the strength along the writing, as the pressure on the pen varies."""
    knots = rng.uniform(FAINTEST + 0.05, 1.0, int(rng.integers(4, 12)))
    return np.interp(along, np.linspace(0, 1, len(knots)), knots).astype(np.float32)


def broken(rng: np.random.Generator, along: Along, *_others: object) -> Along:
    """Weaken the pen for moments, as if it gave out."""
    gaps = np.sin(along * rng.uniform(20, 70) + rng.uniform(0, 6)) > rng.uniform(0.3, 0.9)
    return np.where(gaps, rng.uniform(FAINTEST, 0.5), 1).astype(np.float32)


# The kinds of ink, by how they come out.
INKS: dict[str, Ink] = {
    "full": Ink(full),
    "low opacity": Ink(weak),
    "fainter part": Ink(fainter_part),
    "part in another colour": Ink(fainter_part, to_colour=True),
    "fading": Ink(fading),
    "fading to another colour": Ink(fading, to_colour=True),
    "fading across": Ink(fading_across),
    "pressure": Ink(pressure),
    "broken": Ink(broken),
    "pencil": Ink(pressure, grain="pencil"),
    "dry marker": Ink(full, grain="dry"),
    "spray can": Ink(full, grain="spray"),
}
