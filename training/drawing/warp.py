"""The same character as another person might write it: strokes bent, moved against each other, cut short.

Two dozen people's strokes are few hands; drawn only as they were written, the network learns those
hands by heart. The amounts are by eye: as far as it is still the character.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character, Stroke

_BEND = 0.09
"""Standard deviation of each coefficient of the quadratic bend; the character's box is -1 to 1."""

_PUSHES, _PUSH, _REACH = 4, 0.06, (0.25, 0.5)
"""So many places are pushed aside, by this standard deviation, together with what is within reach."""

_SHIFT, _TURN, _GROWTH = 0.05, 0.06, 0.06
"""Standard deviations by which a stroke is moved, turned (radians) and scaled (logarithm)."""

_SHORTENED, _SHORTENING = 0.35, 0.1
"""How often a stroke begins late or ends early, and by which share of its points at most."""

_MIN_POINTS = 6
"""A stroke of fewer points is not shortened."""


def by_another_hand(rng: np.random.Generator, written: Character) -> Character:
    """`written` with its strokes moved against each other, shortened and bent."""
    return bent(rng, _loosened(rng, written))


def slightly_bent(rng: np.random.Generator, written: Character) -> Character:
    """`written` bent half as much; its strokes go on meeting where they met."""
    return bent(rng, written, 0.5)


def bent(rng: np.random.Generator, written: Character, amount: float = 1.0) -> Character:
    """`written` in a plane that is bent and pushed smoothly."""
    centre, half = _box(written)
    bend = rng.normal(0, _BEND * amount, (2, 3))
    places = rng.uniform(-0.6, 0.6, (_PUSHES, 2))
    pushes = rng.normal(0, _PUSH * amount, (_PUSHES, 2))
    reaches = rng.uniform(*_REACH, _PUSHES)

    def moved(stroke: Stroke) -> Stroke:
        at = (stroke - centre) / half
        x, y = at.T
        # Without their means over the box, so that a bend does not move the whole.
        offset = np.stack([x * x - 1 / 3, x * y, y * y - 1 / 3], axis=1) @ bend.T
        distance = np.square(at[:, None] - places).sum(axis=2)
        offset += np.exp(-distance / (2 * reaches**2)) @ pushes
        return _float((at + offset) * half + centre)

    return replace(written, strokes=tuple(moved(stroke) for stroke in written.strokes))


def _loosened(rng: np.random.Generator, written: Character) -> Character:
    strokes = [_shortened(rng, stroke) for stroke in written.strokes]
    if len(strokes) > 1:
        _, half = _box(written)
        strokes = [_displaced(rng, stroke, half) for stroke in strokes]
    return replace(written, strokes=tuple(strokes))


def _shortened(rng: np.random.Generator, stroke: Stroke) -> Stroke:
    if len(stroke) < _MIN_POINTS or rng.random() >= _SHORTENED:
        return stroke
    count = int(rng.integers(0, int(_SHORTENING * len(stroke)) + 1))
    return stroke[count:] if rng.random() < 0.5 else stroke[: len(stroke) - count]


def _displaced(rng: np.random.Generator, stroke: Stroke, half: float) -> Stroke:
    middle = stroke.mean(axis=0)
    turn, growth = rng.normal(0, _TURN), np.exp(rng.normal(0, _GROWTH))
    cos, sin = growth * np.cos(turn), growth * np.sin(turn)
    turned = (stroke - middle) @ np.array([[cos, sin], [-sin, cos]])
    return _float(turned + middle + rng.normal(0, _SHIFT * half, 2))


def _box(written: Character) -> tuple[NDArray[np.float32], float]:
    """Centre and half the longer side of the character's box."""
    points = np.vstack(written.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return (low + high) / 2, max(float((high - low).max()) / 2, 1e-6)


def _float(points: NDArray[np.floating]) -> Stroke:
    return points.astype(np.float32)
