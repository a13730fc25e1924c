"""Drawings that are no character at all: dots, lines, shapes, scribbles, numbers of several digits."""

from collections.abc import Sequence

import numpy as np

from training.data.strokes import Character, Stroke
from watcher.recognition import NOT_DIGIT

KINDS = (
    "dot",
    "line",
    "lines",
    "scribble",
    "several digits",
    "superscript",
    "signed",
    "zigzag",
    "crossed out",
    "blot",
    "polygon",
    "encircled",
)


def scribble(digits: Sequence[Character], rng: np.random.Generator, kind: str) -> Character:
    """Return a scribble of a kind in `KINDS`; some kinds take their digits from `digits`."""
    return Character(_MAKERS[kind](digits, rng), NOT_DIGIT, "scribbles", f"scribbles/{kind}", kind)


def _dot(_: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    return (_float32(rng.normal(0, 0.02, (int(rng.integers(2, 5)), 2))),)


def _line(_: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    # Nobody writes a 1 that leans 52 degrees or more.
    angle = np.radians(rng.uniform(52, 90)) * rng.choice([-1, 1])
    end = 10 * np.array([np.sin(angle), np.cos(angle)])
    middle = end / 2 + rng.normal(0, 0.2, 2)
    return (_float32(np.array([[0, 0], middle, end])),)


def _lines(_: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    count = int(rng.integers(3, 7))
    return tuple(_float32(rng.uniform(0, 10, (2, 2))) for _ in range(count))


def _scribble(_: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    steps = rng.normal(0, 1, (int(rng.integers(15, 60)), 2))
    velocity = np.cumsum(steps, axis=0) * 0.4
    return (
        _float32(
            np.cumsum(velocity - velocity.mean(axis=0) + rng.normal(0, 1, velocity.shape), axis=0)
        ),
    )


def _several(digits: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    strokes: list[Stroke] = []
    left = 0.0
    for _ in range(int(rng.integers(2, 5))):
        one = digits[int(rng.integers(len(digits)))]
        points = np.vstack(one.strokes)
        low = points.min(axis=0)
        height = max(float(np.ptp(points[:, 1])), 0.6 * float(np.ptp(points[:, 0])), 1.0)
        scale = 10 * rng.uniform(0.85, 1.15) / height
        shift = np.array([left, rng.normal(0, 0.4)])
        strokes += [_float32((stroke - low) * scale + shift) for stroke in one.strokes]
        left += float(np.ptp(points[:, 0])) * scale + rng.uniform(0.8, 4)
    return tuple(strokes)


def _superscript(digits: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Return a digit with a smaller one beside it: above, below or in the middle."""
    one, other = (digits[int(number)] for number in rng.integers(len(digits), size=2))
    points = np.vstack(one.strokes)
    low, size = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1.0)
    small = np.vstack(other.strokes)
    # The watcher drops smaller ones as specks.
    tall = size.max() * rng.uniform(0.35, 0.7)
    scale = tall / max(float(np.ptp(small, axis=0).max()), 1.0)
    width = float(np.ptp(small[:, 0])) * scale
    gap = size.max() * rng.uniform(0.08, 0.4)
    left = low[0] + size[0] + gap if rng.random() < 0.7 else low[0] - gap - width
    corner = np.array([left, low[1] + (size[1] - tall) * rng.random()])
    moved = [(stroke - small.min(axis=0)) * scale + corner for stroke in other.strokes]
    return (*one.strokes, *(_float32(stroke) for stroke in moved))


def _signed(digits: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Return a digit with a plus or a minus before it."""
    one = digits[int(rng.integers(len(digits)))]
    points = np.vstack(one.strokes)
    low, size = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1.0)
    side = size.max() * rng.uniform(0.2, 0.5)
    right = low[0] - size.max() * rng.uniform(0.1, 0.4)
    middle = low[1] + size[1] * rng.uniform(0.35, 0.65)
    sign = [np.array([[right - side, middle], [right, middle]])]
    if rng.random() < 0.4:
        x = right - side / 2
        sign.append(np.array([[x, middle - side / 2], [x, middle + side / 2]]))
    wobble = side * 0.04
    return (*(_float32(line + rng.normal(0, wobble, (2, 2))) for line in sign), *one.strokes)


def _zigzag(_: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    count = int(rng.integers(6, 16))
    x = np.linspace(0, rng.uniform(4, 14), count)
    y = np.where(np.arange(count) % 2, 10.0, 0.0) + rng.normal(0, 1, count)
    points = np.stack([x, y], axis=1)
    return (_float32(points if rng.random() < 0.5 else points[:, ::-1]),)


def _crossed_out(digits: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    one = digits[int(rng.integers(len(digits)))]
    points = np.vstack(one.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.maximum(high - low, 0.4 * (high - low).max())
    low = (low + high - size) / 2 - 0.1 * size
    high = low + 1.2 * size
    bars = int(rng.integers(3, 7))
    level = np.linspace(low[1], high[1], bars) + rng.normal(0, 0.05, bars) * size[1]
    x = np.where(np.arange(bars) % 2, low[0], high[0])
    cross = [np.array([low, high]), np.array([[low[0], high[1]], [high[0], low[1]]])]
    if rng.random() < 0.5:
        cross = [np.stack([x, level], axis=1)]
    return (*one.strokes, *(_float32(stroke) for stroke in cross))


def _blot(_: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Return a patch filled by a stroke going to and fro."""
    rows = int(rng.integers(14, 30))
    half = 5 * np.sqrt(np.clip(1 - np.linspace(-1, 1, rows) ** 2, 0.02, 1))
    if rng.random() < 0.4:
        half = np.full(rows, 5.0)
    side = np.where(np.arange(rows) % 2, 1, -1) * half * rng.uniform(0.85, 1.1, rows)
    y = np.linspace(0, 10, rows)
    return (_float32(np.stack([side * rng.uniform(0.4, 2.0), y], axis=1)),)


def _polygon(_: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Return a triangle or a wide rectangle (a square may be a 0)."""
    if rng.random() < 0.5:
        corners = rng.uniform(0, 10, (3, 2))
        while _area(corners) < 12:
            corners = rng.uniform(0, 10, (3, 2))
    else:
        width = rng.uniform(18, 40)
        corners = np.array([[0, 0], [width, 0], [width, 10], [0, 10]]) + rng.normal(0, 0.4, (4, 2))
    return (_float32(np.vstack([corners, corners[:1]])),)


def _encircled(digits: Sequence[Character], rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Return a digit in a ring or a box, where it is unclear which of the two is meant.

    A 1 is left out: in a ring it is a slashed 0.
    """
    digits = [one for one in digits if one.label != 1]
    one = digits[int(rng.integers(len(digits)))]
    points = np.vstack(one.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    centre, half = (low + high) / 2, (high - low).max() * rng.uniform(0.6, 1.1, 2)
    if rng.random() < 0.6:
        angle = np.linspace(0, 2 * np.pi * rng.uniform(0.95, 1.1), 40) + rng.uniform(0, 2 * np.pi)
        unit = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    else:
        unit = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    return (*one.strokes, _float32(centre + 1.2 * half * unit))


def _area(corners: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    (ax, ay), (bx, by), (cx, cy) = corners
    return float(abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2)


def _float32(points: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> Stroke:
    return points.astype(np.float32)


_MAKERS = {
    "dot": _dot,
    "line": _line,
    "lines": _lines,
    "scribble": _scribble,
    "several digits": _several,
    "superscript": _superscript,
    "signed": _signed,
    "zigzag": _zigzag,
    "crossed out": _crossed_out,
    "blot": _blot,
    "polygon": _polygon,
    "encircled": _encircled,
}
