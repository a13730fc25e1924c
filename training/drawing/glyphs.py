"""Characters that the data lacks, as control points: digit styles, letters, signs, shapes.

Each glyph is strokes separated by `|`; a stroke is `s` (smooth curve through the points) or `p`
(straight lines) and points `x,y` in a box of 10 x 10 with y down. `perturbed` makes one person's
way of writing it: every control point moves a little.
"""

import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character, Stroke
from watcher.recognition import NOT_DIGIT

_ROUND_0 = "s 5,0 1.5,2 1,6 3,9.6 6,9.8 8.8,7 8.6,3 6.5,0.4 4.6,0"

DIGIT_STYLES: dict[str, tuple[int, tuple[str, ...]]] = {
    "plain 0": (
        0,
        (_ROUND_0, "p 1,0 9,0 9,10 1,10 1,0", "p 3,0 7,0 9,3 9,7 7,10 3,10 1,7 1,3 3,0"),
    ),
    "slashed 0": (0, (f"{_ROUND_0}|p 1.5,9.5 8.5,0.5", f"{_ROUND_0}|p 3,7.5 7,2.5")),
    "dotted 0": (0, (f"{_ROUND_0}|p 5,4.8 5.1,5.2", f"{_ROUND_0}|p 5,4.2 5,5.8")),
    "plain 1": (1, ("p 5,0 5,10", "p 6,0 4,10", "p 4.6,0 5.2,10")),
    "flagged 1": (
        1,
        (
            "p 2.5,3.5 6,0 6,10",
            "p 1.5,4.5 6,0 5.5,10",
            "s 3,3 4.5,2 6,0|p 6,0 6,10",
            "p 4,2 6,0 6,10",
        ),
    ),
    "flagged 1 with foot": (
        1,
        (
            "p 3,3 6,0 6,10|p 3,10 9,10",
            "p 4,2 6,0 6,10|p 4,10 8,10",
            "p 5.5,0 5.5,10|p 3,10 8,10",
            "p 3.5,0 5.5,0 5.5,10|p 3.5,10 7.5,10",
        ),
    ),
    "plain 2": (
        2,
        (
            "s 1.5,2.5 3,0.4 6,0 8.5,2 7.5,5 4,8|p 4,8 1,10 9,10",
            "p 1,0 9,0 9,5 1,5 1,10 9,10",
            "p 1,2 3,0 7,0 9,2 9,4 1,10 9,10",
        ),
    ),
    "looped 2": (
        2,
        (
            "s 1.5,2.5 3,0.4 6,0 8.2,2 7,5.5 4,9 1.5,9.8 1,8.6 2.5,8 5,9.2 9.5,9.6",
            "s 2,2 5,0 8,2.4 6,6.5 2.5,10 1.6,8.4 4,8.4 6.5,10 9,9",
        ),
    ),
    "plain 3": (
        3,
        (
            "s 1.5,1 5,0 8,2 7,4.2 4,4.8|s 4,4.8 8,5.6 8.6,8 5.5,10 1,9",
            "p 1,0 9,0 9,5 3,5|p 9,5 9,10 1,10",
            "p 1.5,0 8.5,0 4.5,4|s 4.5,4 8,5 8.8,7.5 6,10 1.5,9.2",
        ),
    ),
    "open 4": (
        4,
        (
            "p 3,0 1,6 9,6|p 7,2 7,10",
            "s 2,0 1.6,4 3,5.6 8,5.2|p 8,0 7.6,10",
            "p 1,0 1,5 9,5|p 9,0 9,10",
            "p 2,0 2,5 8.5,5|p 6.5,2 6.5,10",
        ),
    ),
    "closed 4": (
        4,
        (
            "p 7,10 7,0 0.5,7 10,7",
            "p 6.5,0 1,6.5 9.5,6.5|p 6.5,0 6.5,10",
            "p 8,0 2,5.5 8,5.5|p 8,0 8,10",
        ),
    ),
    "plain 5": (
        5,
        (
            "p 8.5,0 2,0 1.6,4.5|s 1.6,4.5 5,3.6 8.6,6 7.5,9.2 4,10 1,9",
            "p 9,0 1,0 1,5 9,5 9,10 1,10",
            "s 8.5,0.5 4,0.2 2.5,2 3,4.2 6.5,5.2 8.2,7.4 6,9.8 1.5,9.5",
        ),
    ),
    "plain 6": (
        6,
        (
            "s 7,0 3.5,3 1.6,7 4,10 7.6,9.2 8,6.6 5,5.2 2,6.8",
            "p 9,0 1,0 1,10 9,10 9,5 1,5",
            "s 5,0 2.4,4 2,8 4.5,10 7.5,8.4 6,6 2.4,7.4",
            "p 2,0 2,10 8,10 8,5 2,5",
        ),
    ),
    "plain 7": (
        7,
        ("p 1,0 9,0 4,10", "s 1,0.6 4,0.2 9,0 6,4.6 4,10", "p 1,2 1,0 9,0 5,10", "p 1,0 9,0 9,10"),
    ),
    "crossed 7": (
        7,
        (
            "p 1,0 9,0 4,10|p 3.5,5.2 9,4.8",
            "p 1,2 1.2,0 9,0 4.4,10|p 3,5 8.5,5",
            "s 1,1 3,0.2 9,0 6,5 4.5,10|p 4,5 8,5",
        ),
    ),
    "plain 8": (
        8,
        (
            "s 7.5,1.5 5,0 2.4,1.8 4,4.4 7,6 8,8.4 5,10 2,8.4 3.4,5.8 6.5,4.2 7.6,1.8",
            "s 5,0 2.5,2.4 5,4.8 7.5,2.4 5,0|s 5,4.8 1.6,7.4 5,10 8.4,7.4 5,4.8",
            "p 1,0 9,0 9,10 1,10 1,0|p 1,5 9,5",
        ),
    ),
    "straight 9": (
        9,
        (
            "s 8,2.5 5.5,0 2.4,1.8 3,4.6 6,5 8,2.5|p 8,2 7.4,10",
            "p 9,5 1,5 1,0 9,0 9,10",
            "s 8,1 5,0 2,2.6 4,5 8,3.4|p 8,1 8,10",
        ),
    ),
    "hooked 9": (
        9,
        (
            "s 8,2.5 5.5,0 2.4,1.8 3,4.6 6,5 8,2.5 8.2,6.5 6.5,9.6 2,9.4",
            "p 9,5 1,5 1,0 9,0 9,10 1,10",
            "s 7.6,1 4.4,0.2 2.2,2.6 4,5 7,4 7.8,1.4 7.6,7 5,10 2.4,9 2,7.8",
        ),
    ),
}
"""Style -> (digit, ways to write it). The angular ones are how digits are drawn pixel by pixel."""

NOT_DIGITS: dict[str, tuple[str, ...]] = {
    "A": ("p 0.5,10 5,0 9.5,10|p 2.3,6.4 7.7,6.4", "p 1,10 1,3 5,0 9,3 9,10|p 1,6 9,6"),
    "B": ("p 2,0 2,10|s 2,0 7,0.6 7.4,4 2,4.8|s 2,4.8 8,5.4 8,9.4 2,10",),
    "C": ("s 9,1.5 6,0 2,1.6 1,5 2,8.6 6,10 9,8.6", "s 8,0.5 4,0.8 2,5 4,9.4 8.5,9.5"),
    "E": ("p 8,0 2,0 2,10 8,10|p 2,5 7,5", "s 8,1 4,0 2.5,2.5 5,4.6|s 5,4.6 1.5,6 2.4,9.6 8,9"),
    "F": ("p 8,0 2,0 2,10|p 2,4.6 7,4.6",),
    "H": ("p 1.5,0 1.5,10|p 8.5,0 8.5,10|p 1.5,5 8.5,5",),
    "J": ("s 7,0 7,7 5,10 2,9 1.5,7", "p 3,0 9,0|s 6.5,0 6.5,7.5 4.5,10 2,8"),
    "K": ("p 2,0 2,10|p 8,0 2,5.6 8.5,10", "p 2,0 2,10|p 8,2 2,6|p 4,5 8,10"),
    "L": ("p 2,0 2,10 8,10",),
    "M": ("p 0.5,10 1.5,0 5,6 8.5,0 9.5,10", "s 0.5,10 2,2 4,2 5,8 6,2 8.5,2 9.5,10"),
    "N": ("p 1,10 1,0 9,10 9,0",),
    "P": ("p 2,0 2,10|s 2,0 8,0.6 8,4.6 2,5.2",),
    "R": ("p 2,0 2,10|s 2,0 8,0.6 7.6,4.6 2,5|p 4,5 8.5,10",),
    "T": ("p 0.5,0 9.5,0|p 5,0 5,10",),
    "U": ("s 1,0 1,6 3,9.6 7,9.6 9,6 9,0",),
    "V": ("p 1,0 5,10 9,0",),
    "W": ("p 0,0 2.5,10 5,2 7.5,10 10,0",),
    "X": ("p 1,0 9,10|p 9,0 1,10",),
    "Y": ("p 1,0 5,5 9,0|p 5,5 5,10",),
    "a": (
        "s 7.5,3.5 4,3 2,6 3.6,9.6 7.4,8|p 7.6,3 7.8,10",
        "s 8,4 4,3 1,6.5 3,10 7,8 8,4 7.6,8.4 9.6,10",
    ),
    "d": ("s 7.5,5 4,4.4 2,7 4,10 7.4,8.6|p 7.6,0 7.6,10",),
    "e": ("s 1.5,6 8,5.6 6.6,2.6 3,2.8 1.4,6 3.4,9.6 8.6,8.6",),
    "f": ("s 8,1 5.4,0 4.4,2 4.4,10|p 2,4.4 7,4.4",),
    "h": ("p 2,0 2,10|s 2,6 5,4 7.6,5.6 7.8,10",),
    "k": ("p 2,0 2,10|p 7,4 2,7 7.6,10",),
    "m": ("p 1,4 1,10|s 1,5.6 3,4 5,5.6 5,10|s 5,5.6 7,4 9,5.6 9,10",),
    "n": ("p 2,3 2,10|s 2,5 5,3 8,5 8,10",),
    "p": ("p 2,2 2,10|s 2,2.6 7,2 8,4.6 6,6.8 2,6",),
    "r": ("p 3,3 3,10|s 3,5.6 5,3.4 8,3.6",),
    "t": ("p 5,0 5,10|p 2,3.4 8.5,3.4", "s 5,0 5,8 7,10 8.6,9|p 2.4,3.4 8,3.4"),
    "u": ("s 2,3 2,8 5,10 7.6,8|p 7.8,3 8,10",),
    "w": ("s 0.5,3 2,9.6 4.6,9 5,4.4 6,9.4 8.6,9 9.5,3",),
    "?": (
        "s 1.6,2.6 4,0 8,1.4 7.6,4 5,5.6 5,7.4|p 5,9.6 5,10",
        "s 2,2 5,0 8,2.4 5.4,4.8 4.8,7|p 4.8,9 5,9.2",
        "s 1,3 5,0 9,3 5,5.4 5,8",
    ),
    "!": ("p 5,0 5,6.8|p 5,9.4 5,10",),
    "+": ("p 5,0 5,10|p 0,5 10,5",),
    "-": ("p 0,5 10,5", "p 0,5.6 10,4.6"),
    "=": ("p 0,3 10,3|p 0,7 10,7",),
    "#": ("p 3,0 2,10|p 8,0 7,10|p 0,3 10,3|p 0,7 10,7",),
    "*": ("p 5,0 5,10|p 0.6,2.5 9.4,7.5|p 9.4,2.5 0.6,7.5",),
    "%": ("s 2.5,0 0.5,2 2.5,4 4.5,2 2.5,0|p 9,0 1,10|s 7.5,6 5.5,8 7.5,10 9.5,8 7.5,6",),
    "&": ("s 9,10 3,3.6 3.6,0.4 6,1.2 5.4,3.8 1.6,6.6 3,9.8 6.6,8.8 9,5.6",),
    "@": ("s 7,6.4 5,7 3.6,5 5.4,3 7,4.4 7.2,6.6 9,6 9,2.4 5,0 1,3 1,7.4 4,10 8.4,9.4",),
    "$": ("s 8.6,2 5,1 2,2.8 5,5 8,7 5,9 1.4,8|p 5,0 5,10",),
    "\N{EURO SIGN}": ("s 9,1 5,0.4 2.4,5 5,9.6 9,9|p 0.5,4 7,4|p 0.5,6 7,6",),
    "<": ("p 9,0 1,5 9,10",),
    ">": ("p 1,0 9,5 1,10",),
    "{": ("s 7,0 4.6,1 5,4 3,5 5,6 4.6,9 7,10",),
    "(": ("s 7,0 4,3 4,7 7,10", "s 6,0 2,5 6,10"),
    ")": ("s 3,0 6,3 6,7 3,10", "s 4,0 8,5 4,10"),
    "\N{CHECK MARK}": ("p 0,6 3.5,10 10,0", "s 0,5 3,9.6 10,0"),
    "\N{LEFTWARDS ARROW}": ("p 10,5 0,5|p 3.5,1.5 0,5 3.5,8.5", "p 5,0 5,10|p 1.5,3.5 5,0 8.5,3.5"),
    "\N{RIGHTWARDS ARROW}": (
        "p 0,5 10,5|p 6.5,1.5 10,5 6.5,8.5",
        "p 5,0 5,10|p 1.5,6.5 5,10 8.5,6.5",
    ),
    "\N{WHITE SQUARE} with a cross": ("p 0,0 10,0 10,10 0,10 0,0|p 0,0 10,10|p 10,0 0,10",),
    "\N{WHITE UP-POINTING TRIANGLE}": ("p 5,0 10,10 0,10 5,0", "p 0,0 10,0 5,10 0,0"),
    "\N{WHITE STAR}": ("p 5,0 8,10 0,3.6 10,3.6 2,10 5,0",),
    "\N{WHITE HEART SUIT}": ("s 5,3 3,0 0.4,2 1.4,5.6 5,10|s 5,10 8.6,5.6 9.6,2 7,0 5,3",),
    "\N{WHITE SMILING FACE}": (
        "s 5,0 1,2 0,6 3,9.6 7,9.6 10,6 9,2 5,0|p 3.4,3.4 3.5,3.8|p 6.6,3.4 6.6,3.8|s 2.6,6 5,8 7.4,6",
    ),
    "spiral": ("s 5,5 6,4.6 6,6 4,6.4 3,4.6 5,2.6 8,4 7.6,7.6 4,9 1,6 1.6,2 5,0 9,1",),
    "wave": ("s 0,5 1.6,3 3.3,5 5,7 6.6,5 8.3,3 10,5", "p 0,6 2,3 4,7 6,3 8,7 10,4"),
    "house": ("p 0,4 5,0 10,4 10,10 0,10 0,4|p 4,10 4,6.5 6.5,6.5 6.5,10",),
    "infinity": ("s 5,5 7.6,2.8 10,5 7.6,7.2 5,5 2.4,2.8 0,5 2.4,7.2 5,5",),
    "lambda": ("s 1.6,0 3.4,0.6 8.4,10|p 5,4 1,10",),
    "pi": ("p 0.5,1 9.5,1|p 3,1 2.6,10|s 7,1 6.8,8 8,10 9.4,9",),
    "mu": ("p 2,2 1.4,10|s 2,2 2.4,6.4 5,7 7.4,5|p 7.6,2 8.4,7.4",),
    "psi": ("s 1,1 1.4,5 5,6.6 8.6,5 9,1|p 5,0 5,10",),
    "omega": ("s 1.6,3 0.6,7 2.6,9.8 5,7 7.4,9.8 9.4,7 8.4,3",),
    "xi": ("s 8,0.5 3,1.5 5.6,4 2,4.6 5.6,5.2 1.6,7.4 7.6,8.8 6,10",),
    "gamma": ("p 2,10 2,0 8.5,0",),
    "sigma": ("p 8.6,0 1.6,0 6,5 1.6,10 8.8,10",),
}
"""Letters and signs that nobody takes for a digit (so no O, I, l, S, Z, b, g, q, |, /)."""


def perturbed(rng: np.random.Generator, glyph: str, amount: float) -> tuple[Stroke, ...]:
    """The strokes of a glyph with control points moved by about `amount` of its 10 units."""
    return tuple(_stroke(rng, part, amount) for part in glyph.split("|"))


def written_digit(rng: np.random.Generator, style: str) -> Character:
    """A digit in a style of `DIGIT_STYLES`, as one more person might write it."""
    label, ways = DIGIT_STYLES[style]
    strokes = perturbed(rng, ways[rng.integers(len(ways))], rng.uniform(0.1, 0.6))
    if rng.random() < 0.4:  # As narrow as a display's segments.
        narrow = np.array([rng.uniform(0.5, 0.9), 1], np.float32)
        strokes = tuple(stroke * narrow for stroke in strokes)
    return Character(strokes, label, "glyphs", style, style)


def written_not_digit(rng: np.random.Generator, name: str) -> Character:
    """A letter, sign or shape of `NOT_DIGITS`, as one more person might draw it."""
    ways = NOT_DIGITS[name]
    strokes = perturbed(rng, ways[rng.integers(len(ways))], rng.uniform(0.1, 0.6))
    return Character(strokes, NOT_DIGIT, "glyphs", f"glyphs/{name}", "sign")


def smooth(points: NDArray[np.float32], steps: int = 8) -> Stroke:
    """A uniform Catmull-Rom curve through `points` ((n, 2)), `steps` points a segment."""
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
