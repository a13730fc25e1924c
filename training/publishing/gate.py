"""The gate: whether a new model may take the place of the one in use.

Both read what validates and the user's drawings that were held back, never an exam: users may not have
those, and a model that is chosen by an exam has no exam left.
"""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from training.data.corrections import SOURCE as OWN
from training.data.examples import Examples
from training.network.calibrate import readings
from watcher.recognition import NOT_DIGIT, Recogniser

TOLERANCE = 0.002
"""Of a validation set, a new model may read this share fewer: two trainings of one recipe differ so."""

_CHANCE_ERRORS = 2.0
"""And fewer only counts beyond so many standard errors of the paired difference (McNemar 1947)."""

_ENOUGH_TO_JUDGE = 10
"""Held-back drawings from which on they tell whether the corrections can be learned at all."""

_GUESSING, _LUCK = 0.1, 0.01
"""A guess hits one of ten digits. Who reads no more than guessing does once in a hundred has learned
nothing: then the corrections contradict each other."""


_FILE = "comparison.json"


@dataclass(frozen=True, slots=True)
class Side:
    """How many of `of` drawings of one source each model reads right, or keeps out if no digit.

    `lost` were right before and are wrong after, `gained` the other way round.
    """

    source: str
    of: int
    before: int
    after: int
    lost: int
    gained: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models, by name, on the same drawings, source by source."""

    before: str
    after: str
    sides: tuple[Side, ...]


def compare(before: Recogniser, after: Recogniser, examples: Examples) -> Comparison:
    """Let the model in use and the new one read the same `examples`."""
    was_right, is_right = _is_right(before, examples), _is_right(after, examples)
    sources = examples.about["source"].to_numpy()
    sides = []
    for source in dict.fromkeys(sources):
        was, now = was_right[sources == source], is_right[sources == source]
        sides.append(
            Side(
                str(source),
                of=len(now),
                before=int(was.sum()),
                after=int(now.sum()),
                lost=int((was & ~now).sum()),
                gained=int((~was & now).sum()),
            )
        )
    return Comparison(before.name, after.name, tuple(sides))


def refusals(comparison: Comparison) -> list[str]:
    """Why the new model must not take over, in words; nothing if it may. Pure."""
    reasons = []
    for side in comparison.sides:
        told = f"{side.after} of {side.of} right, {side.before} before"
        if side.source == OWN:
            if side.after < side.before:
                reasons.append(f"it reads fewer of your own drawings ({told})")
            elif side.of >= _ENOUGH_TO_JUDGE and _is_guessing(side):
                reasons.append(
                    f"it reads your corrections no better than by guessing ({told}): they contradict "
                    "each other or what the digits look like"
                )
        elif _is_worse(side):
            reasons.append(f"it reads {side.source} worse ({told})")
    return reasons


def write_comparison(comparison: Comparison, run: Path) -> None:
    """Keep `comparison` in the folder of a run."""
    (run / _FILE).write_text(json.dumps(asdict(comparison), indent=1), encoding="utf-8")


def read_comparison(run: Path) -> Comparison | None:
    """What `write_comparison` kept; None if nothing."""
    try:
        kept = json.loads((run / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    sides = tuple(Side(**side) for side in kept["sides"])
    return Comparison(kept["before"], kept["after"], sides)


def _is_worse(side: Side) -> bool:
    fewer = side.lost - side.gained
    return fewer > max(TOLERANCE * side.of, _CHANCE_ERRORS * math.sqrt(side.lost + side.gained))


def _is_guessing(side: Side) -> bool:
    return bool(binom.sf(side.after - 1, side.of, _GUESSING) > _LUCK)


def _is_right(recogniser: Recogniser, examples: Examples) -> NDArray[np.bool_]:
    parts = [
        recogniser.probabilities(examples.images[start : start + 256])
        for start in range(0, len(examples), 256)
    ]
    digit, confidence, is_digit = readings(np.concatenate(parts))
    is_filed = is_digit & (confidence >= recogniser.min_confidence)
    return np.where(examples.labels == NOT_DIGIT, ~is_filed, digit == examples.labels)
