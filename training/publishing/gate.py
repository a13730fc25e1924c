"""The gate: whether a new model may replace the one in use.

Both read the validation drawings and the user's held-back ones, never an exam: users may not have the
exams, and a model that was chosen by an exam has none left to be measured by.
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
from watcher.recognition import NOT_DIGIT, Normalised, Recogniser

# A new model may read this share fewer of a validation set: two trainings of one recipe differ by it.
TOLERANCE = 0.002

# Fewer counts only beyond this many standard errors of the paired difference (McNemar 1947).
_CHANCE_ERRORS = 2.0

# Held-back drawings that suffice to tell whether the corrections can be learned at all.
_ENOUGH_TO_JUDGE = 10

# A guess hits one of ten digits. A model that reads no more than guessing does once in a hundred has
# learned nothing: the corrections contradict each other.
_GUESSING, _LUCK = 0.1, 0.01

# Drawings the network reads at once.
_BATCH = 256

# The file of a run that keeps the comparison.
_FILE = "comparison.json"


@dataclass(frozen=True, slots=True)
class Side:
    """How many of `of` drawings of one source each model reads correctly, or keeps out if no digit.

    `lost` were correct before and are wrong after, `gained` the reverse.
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


def refusals(comparison: Comparison, *, must_gain: bool = False) -> list[str]:
    """Return why the new model must not replace the old one, in words; empty if it may.

    `must_gain`: it must read more of some source than the old one, as after a refresh.
    """
    reasons = []
    for side in comparison.sides:
        counts = f"{side.after} of {side.of} right, {side.before} before"
        if side.source == OWN:
            if side.after < side.before:
                reasons.append(f"it reads fewer of your own drawings ({counts})")
            elif side.of >= _ENOUGH_TO_JUDGE and _is_guessing(side):
                reasons.append(
                    f"it reads your corrections no better than by guessing ({counts}): they contradict "
                    "each other or what the digits look like"
                )
        elif _is_worse(side):
            reasons.append(f"it reads {side.source} worse ({counts})")
    if must_gain and not reasons and all(side.after <= side.before for side in comparison.sides):
        own = sum(side.of for side in comparison.sides if side.source == OWN)
        reasons.append(
            f"it reads no more than before, neither of your {own} held-back drawings nor of the others"
        )
    return reasons


def write_comparison(comparison: Comparison, run: Path) -> None:
    """Write `comparison` to the folder of a run."""
    (run / _FILE).write_text(json.dumps(asdict(comparison), indent=1), encoding="utf-8")


def read_comparison(run: Path) -> Comparison | None:
    """Return what `write_comparison` wrote; None if nothing."""
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
    read = [
        recognition.probabilities
        for start in range(0, len(examples), _BATCH)
        for recognition in recogniser.read(
            [
                Normalised(image, again=again)
                for image, again in zip(
                    examples.images[start : start + _BATCH],
                    examples.again[start : start + _BATCH],
                    strict=True,
                )
            ]
        )
    ]
    digit, confidence, is_digit = readings(np.array(read, np.float32))
    is_filed = is_digit & (confidence >= recogniser.min_confidence)
    return np.where(examples.labels == NOT_DIGIT, ~is_filed, digit == examples.labels)
