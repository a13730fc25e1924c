"""The same character as another person might write it: strokes bent, shifted, shortened.

The data has few writers; if it were drawn only as they wrote, the network would memorise their strokes. The
amounts were chosen by eye, as large as the character stays recognisable.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character, Stroke

# Standard deviation of each coefficient of the quadratic bend; the character's box is -1 to 1.
_BEND = 0.09

# Number of places that are pushed aside, the standard deviation of a push, and the range of radii within
# which a push moves the points around; in the same units.
_PUSHES, _PUSH, _RADII = 4, 0.06, (0.25, 0.5)

# Standard deviations by which a stroke is shifted, turned (radians) and scaled (logarithm).
_SHIFT, _TURN, _SCALE = 0.05, 0.06, 0.06

# Probability that a stroke begins late or ends early, and the largest share of its points left out.
_SHORTENED, _SHORTENING = 0.35, 0.1

# A stroke with fewer points is not shortened.
_MIN_POINTS = 6


def by_another_hand(rng: np.random.Generator, written: Character) -> Character:
    """Return `written` with its strokes shifted against each other, shortened and bent."""
    return bend(rng, _loosen(rng, written))


def bend_slightly(rng: np.random.Generator, written: Character) -> Character:
    """Return `written` bent half as much; strokes that meet still meet."""
    return bend(rng, written, 0.5)


def bend(rng: np.random.Generator, written: Character, amount: float = 1.0) -> Character:
    """Return `written` in a plane that is bent and pushed smoothly."""
    centre, half = _box(written)
    coefficients = rng.normal(0, _BEND * amount, (2, 3))
    places = rng.uniform(-0.6, 0.6, (_PUSHES, 2))
    pushes = rng.normal(0, _PUSH * amount, (_PUSHES, 2))
    radii = rng.uniform(*_RADII, _PUSHES)

    def move(stroke: Stroke) -> Stroke:
        at = (stroke - centre) / half
        x, y = at.T
        # The means over the box are subtracted, so that a bend does not move the whole character.
        offset = np.stack([x * x - 1 / 3, x * y, y * y - 1 / 3], axis=1) @ coefficients.T
        distance = np.square(at[:, None] - places).sum(axis=2)
        offset += np.exp(-distance / (2 * radii**2)) @ pushes
        return _float32((at + offset) * half + centre)

    return replace(written, strokes=tuple(move(stroke) for stroke in written.strokes))


def _loosen(rng: np.random.Generator, written: Character) -> Character:
    strokes = [_shorten(rng, stroke) for stroke in written.strokes]
    if len(strokes) > 1:
        _, half = _box(written)
        strokes = [_shift(rng, stroke, half) for stroke in strokes]
    return replace(written, strokes=tuple(strokes))


def _shorten(rng: np.random.Generator, stroke: Stroke) -> Stroke:
    if len(stroke) < _MIN_POINTS or rng.random() >= _SHORTENED:
        return stroke
    count = int(rng.integers(0, int(_SHORTENING * len(stroke)) + 1))
    return stroke[count:] if rng.random() < 0.5 else stroke[: len(stroke) - count]


def _shift(rng: np.random.Generator, stroke: Stroke, half: float) -> Stroke:
    middle = stroke.mean(axis=0)
    turn, scale = rng.normal(0, _TURN), np.exp(rng.normal(0, _SCALE))
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    turned = (stroke - middle) @ np.array([[cos, sin], [-sin, cos]])
    return _float32(turned + middle + rng.normal(0, _SHIFT * half, 2))


def _box(written: Character) -> tuple[NDArray[np.float32], float]:
    """Return the centre and half the longer side of the character's box."""
    points = np.vstack(written.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return (low + high) / 2, max(float((high - low).max()) / 2, 1e-6)


def _float32(points: NDArray[np.floating]) -> Stroke:
    return points.astype(np.float32)
