"""Styles that the pen data has too few of, made from its own strokes."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character, Stroke

# Least sagitta, as a share of its length, at which the stroke of a 1 has a flag.
_BENT = 0.12


def named(written: Character) -> Character:
    """Return `written` with the name of the style that it is already written in."""
    several = len(written.strokes) > 1
    if written.label == 0 and several and _is_straight(written.strokes[-1]):
        return replace(written, style="slashed 0")
    if written.label == 1 and not is_straight(written):
        return replace(written, style="flagged 1")
    if written.label == 7 and several:
        return replace(written, style="crossed 7")
    return written


def varied(rng: np.random.Generator, written: Character) -> Character:
    """Return `written`, at random in a style that its source has too few of."""
    chance, is_one_stroke = rng.random(), len(written.strokes) == 1
    if written.label == 0 and chance < 0.25 and is_one_stroke:
        return add_slash(rng, written)
    if written.label == 0 and chance < 0.33 and is_one_stroke:
        return add_dot(rng, written)
    if written.label == 1 and chance < 0.5 and is_straight(written):
        return add_flag(rng, written)
    if written.label == 1 and chance < 0.35 and is_one_stroke:
        return add_foot(rng, written)
    if written.label == 7 and chance < 0.3 and is_one_stroke:
        return add_bar(rng, written)
    return named(written)


def use_rare_style(rng: np.random.Generator, written: Character) -> Character:
    """Return a 0 slashed, a 1 flagged or a 7 crossed; a 1 or 7 already in that style stays as it is."""
    if written.label == 0:
        return add_slash(rng, written)
    if written.label == 1 and is_straight(written):
        return add_flag(rng, written)
    if written.label == 7 and len(written.strokes) == 1:
        return add_bar(rng, written)
    return named(written)


def is_straight(written: Character) -> bool:
    """Return whether `written` is a single stroke without a bend."""
    return len(written.strokes) == 1 and _is_straight(written.strokes[0])


def add_slash(rng: np.random.Generator, written: Character) -> Character:
    """Return a 0 with a slash from lower left to upper right, within it or beyond."""
    low, high = _box(written)
    centre, half = (low + high) / 2, (high - low) / 2
    reach = rng.uniform(0.45, 1.15)
    slope = np.array([rng.uniform(0.5, 1.0), -rng.uniform(0.7, 1.0)])
    centre = centre + rng.normal(0, 0.08, 2) * half
    ends = np.array([centre - reach * slope * half, centre + reach * slope * half])
    return _add_stroke(written, ends, "slashed 0")


def add_dot(rng: np.random.Generator, written: Character) -> Character:
    """Return a 0 with a dot or a short dash in its middle."""
    low, high = _box(written)
    centre, half = (low + high) / 2 + rng.normal(0, 0.06, 2), (high - low) / 2
    reach = rng.uniform(0.02, 0.25) * half * rng.choice([-1, 1], 2)
    return _add_stroke(written, np.array([centre - reach, centre + reach]), "dotted 0")


def add_bar(rng: np.random.Generator, written: Character) -> Character:
    """Return a 7 with a bar across its stem."""
    points = np.vstack(written.strokes)
    low, high = _box(written)
    size = high - low
    level = low[1] + rng.uniform(0.4, 0.65) * size[1]
    # The bar crosses the stem at its point nearest to that level. The 7's own top is not the stem.
    distance = np.abs(points[:, 1] - level) + 1e3 * (points[:, 1] < low[1] + 0.3 * size[1])
    at = points[np.argmin(distance)]
    reach = size.max() * rng.uniform(0.15, 0.35, 2)
    tilt = rng.uniform(-0.12, 0.12) * size.max()
    ends = at + np.array([[-reach[0], tilt], [reach[1], -tilt]])
    return _add_stroke(written, ends, "crossed 7")


def add_flag(rng: np.random.Generator, written: Character) -> Character:
    """Return a straight 1 with a flag at its top, and sometimes a foot."""
    stem = written.strokes[0]
    if stem[0, 1] > stem[-1, 1]:
        stem = stem[::-1]
    height = float(np.hypot(*(stem[-1] - stem[0])))
    # The flatter a flag is, the shorter: a long flat one makes a 7. A shorter one would not bend the 1.
    degrees = rng.uniform(20, 60)
    length = rng.uniform(0.25, 0.75 - 0.45 * (degrees - 20) / 40) * height
    angle = np.radians(degrees)
    tip = stem[0] + length * np.array([-np.sin(angle), np.cos(angle)])
    # Flag and stem are one stroke, as people write them, so that another hand cannot part them.
    whole: Stroke = np.vstack([np.linspace(tip, stem[0], 6)[:-1], stem]).astype(np.float32)
    flagged = replace(written, strokes=(whole,), style="flagged 1")
    return add_foot(rng, flagged) if rng.random() < 0.35 else flagged


def add_foot(rng: np.random.Generator, written: Character) -> Character:
    """Return a flagged 1 with a foot under its stem."""
    points = np.vstack(written.strokes)
    height = float(np.ptp(points[:, 1]))
    left, right = rng.uniform(0.12, 0.4, 2) * height
    tilt = rng.uniform(-0.06, 0.06) * height
    ends = points[np.argmax(points[:, 1])] + np.array([[-left, tilt], [right, -tilt]])
    return _add_stroke(written, ends, "flagged 1")


def underline(rng: np.random.Generator, written: Character) -> Character:
    """Return any digit with a line under it, as people mark a 6 or a 9."""
    low, high = _box(written)
    size = high - low
    level = high[1] + rng.uniform(0.1, 0.3) * size[1]
    left, right = rng.uniform(-0.1, 0.4, 2) * max(size[0], 0.4 * size[1])
    tilt = rng.normal(0, 0.03) * size[1]
    ends = np.array([[low[0] - left, level + tilt], [high[0] + right, level - tilt]])
    return _add_stroke(written, ends, "underlined")


def _is_straight(stroke: Stroke) -> bool:
    if len(stroke) < 2:
        return False
    chord = stroke[-1] - stroke[0]
    length = float(np.hypot(*chord))
    if length == 0:
        return False
    offset = stroke - stroke[0]
    sagitta = np.abs(chord[0] * offset[:, 1] - chord[1] * offset[:, 0]).max() / length
    return bool(sagitta < _BENT * length)


def _box(written: Character) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the upper left and lower right corner."""
    points = np.vstack(written.strokes)
    return points.min(axis=0), points.max(axis=0)


def _add_stroke(written: Character, stroke: NDArray[np.floating], style: str) -> Character:
    added: Stroke = stroke.astype(np.float32)
    return replace(written, strokes=(*written.strokes, added), style=style)
