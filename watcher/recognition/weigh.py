"""What the readings of a drawing, of what else its ink may be and of the ink's parts say together. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from watcher.recognition.blots import shows_several
from watcher.recognition.normalise import Normalised
from watcher.recognition.types import NOT_DIGIT, Recognition

OTHER_INK = "ink beside or round the digit"
SEVERAL = "more than one digit"

Probabilities = Sequence[float]
"""Of the 11 classes, calibrated."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What the network reads in the `whole` ink, by both looks if there were two, in its `alternatives`
    and in its `parts`."""

    whole: Probabilities
    alternatives: Sequence[Probabilities]
    parts: Sequence[Probabilities]


def readings_of(drawing: Normalised, rows: Sequence[Probabilities]) -> Readings:
    """Return what `rows` say, the probabilities of `drawing.images` in their order."""
    whole, *others = rows
    if drawing.again is not None:
        whole = _mean(whole, others.pop(0))
    count = len(drawing.alternatives)
    return Readings(whole, others[:count], others[count:])


def weigh(drawing: Normalised, readings: Readings, least: float) -> Recognition:
    """Return what was recognised; `least` is what the model demands of a digit on such a canvas.

    An alternative that is another digit puts the reading in doubt. So does a part that is a digit for
    sure where the whole is not: then that part is the guess.
    """
    whole = readings.whole
    doubts = [
        other.reason
        for other, read in zip(drawing.alternatives, readings.alternatives, strict=True)
        if _is_another(whole, read)
    ]
    if whole[NOT_DIGIT] >= _confidence(whole) and shows_several(drawing.image):
        doubts.append(SEVERAL)
    guess = whole
    part = max(readings.parts, key=_confidence, default=whole)
    if _is_digit(part, least) and not _is_digit(whole, least):
        guess = part
        doubts.append(OTHER_INK)
    doubt = drawing.doubt or next(iter(doubts), "")
    return Recognition(tuple(guess), doubt=doubt, least_confidence=least)


def _mean(one: Probabilities, other: Probabilities) -> Probabilities:
    """Return the probabilities of the mean of both logits: their geometric mean, made to sum to 1."""
    # Two that are sure of different digits have no probability in common but for rounding.
    roots = [
        math.sqrt((first + 1e-30) * (second + 1e-30))
        for first, second in zip(one, other, strict=True)
    ]
    total = sum(roots)
    return [root / total for root in roots]


def _is_another(one: Probabilities, other: Probabilities) -> bool:
    """Return whether `other` gives a digit, and another one than `one`, its "not a digit" left out."""
    digit = int(np.argmax(other))
    return digit != NOT_DIGIT and digit != int(np.argmax(one[:NOT_DIGIT]))


def _confidence(probabilities: Probabilities) -> float:
    return max(probabilities[:NOT_DIGIT])


def _is_digit(probabilities: Probabilities, least: float) -> bool:
    """Return whether one digit is at least `least` probable, and more than "not a digit"."""
    confidence = _confidence(probabilities)
    return confidence >= least and confidence > probabilities[NOT_DIGIT]
