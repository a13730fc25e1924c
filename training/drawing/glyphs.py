"""Characters that the data lacks, drawn from the control points of `glyph_shapes`."""

import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character, Stroke
from training.drawing.glyph_shapes import DIGIT_STYLES, NOT_DIGITS
from watcher.recognition import NOT_DIGIT

__all__ = ["DIGIT_STYLES", "NOT_DIGITS", "perturb", "smooth", "written_digit", "written_not_digit"]


def written_digit(rng: np.random.Generator, style: str) -> Character:
    """Return a digit in a style of `DIGIT_STYLES`, as another person might write it."""
    label, shapes = DIGIT_STYLES[style]
    strokes = perturb(rng, shapes[rng.integers(len(shapes))], rng.uniform(0.1, 0.6))
    if rng.random() < 0.4:  # as narrow as the segments of a display
        narrow = np.array([rng.uniform(0.5, 0.9), 1], np.float32)
        strokes = tuple(stroke * narrow for stroke in strokes)
    return Character(strokes, label, "glyphs", style, style)


def written_not_digit(rng: np.random.Generator, name: str) -> Character:
    """Return a letter, sign or shape of `NOT_DIGITS`, as another person might draw it."""
    shapes = NOT_DIGITS[name]
    strokes = perturb(rng, shapes[rng.integers(len(shapes))], rng.uniform(0.1, 0.6))
    return Character(strokes, NOT_DIGIT, "glyphs", f"glyphs/{name}", "sign")


def perturb(rng: np.random.Generator, shape: str, amount: float) -> tuple[Stroke, ...]:
    """Return the strokes of `shape`, each control point moved by about `amount` of its 10 units."""
    return tuple(_stroke(rng, part, amount) for part in shape.split("|"))


def smooth(points: NDArray[np.float32], steps: int = 8) -> Stroke:
    """Return a uniform Catmull-Rom curve through `points` (float32, (n, 2)), `steps` points a segment."""
    if len(points) < 3:
        return points
    before, after = 2 * points[0] - points[1], 2 * points[-1] - points[-2]
    p = np.vstack([before, points, after])
    a, b, c, d = p[:-3, None], p[1:-2, None], p[2:-1, None], p[3:, None]
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[None, :, None]
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.vstack([curve.reshape(-1, 2), points[-1:]]).astype(np.float32)


def _stroke(rng: np.random.Generator, text: str, amount: float) -> Stroke:
    kind, *pairs = text.split()
    points = np.array([[float(v) for v in pair.split(",")] for pair in pairs], np.float32)
    points += rng.normal(0, amount, points.shape).astype(np.float32)
    return smooth(points) if kind == "s" else points
