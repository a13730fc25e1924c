"""Weigh the readings of a drawing, of what else its ink may be and of the ink's parts. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from watcher.recognition.blots import shows_several
from watcher.recognition.normalise import Normalised
from watcher.recognition.types import NOT_DIGIT, Recognition

OTHER_INK = "ink beside or round the digit"
SEVERAL = "more than one digit"

# Calibrated probabilities of the 11 classes.
Probabilities = Sequence[float]


@dataclass(frozen=True, slots=True)
class Readings:
    """What the network reads in the `whole` ink, in its `alternatives` and in its `parts`.

    If there were two looks, `whole` is their mean.
    """

    whole: Probabilities
    alternatives: Sequence[Probabilities]
    parts: Sequence[Probabilities]


def readings_of(drawing: Normalised, rows: Sequence[Probabilities]) -> Readings:
    """Return the readings from `rows`, the probabilities of `drawing.images` in the same order."""
    whole, *others = rows
    if drawing.again is not None:
        whole = _mean(whole, others.pop(0))
    count = len(drawing.alternatives)
    return Readings(whole, others[:count], others[count:])


def weigh(drawing: Normalised, readings: Readings, least: float) -> Recognition:
    """Return what was recognised; `least` is the probability that the model demands on such a canvas.

    An alternative that is another digit puts the reading in doubt. So does a part that is surely a digit if
    the whole is not; that part is then the guess.
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
    # Readings that are sure of different digits may have products of 0 only: the small term prevents it.
    roots = [
        math.sqrt((first + 1e-30) * (second + 1e-30))
        for first, second in zip(one, other, strict=True)
    ]
    total = sum(roots)
    return [root / total for root in roots]


def _is_another(one: Probabilities, other: Probabilities) -> bool:
    """Return whether `other` is a digit, and not the most probable digit of `one`."""
    digit = int(np.argmax(other))
    return digit != NOT_DIGIT and digit != int(np.argmax(one[:NOT_DIGIT]))


def _confidence(probabilities: Probabilities) -> float:
    return max(probabilities[:NOT_DIGIT])


def _is_digit(probabilities: Probabilities, least: float) -> bool:
    """Return whether one digit is at least `least` probable, and more than "not a digit"."""
    confidence = _confidence(probabilities)
    return confidence >= least and confidence > probabilities[NOT_DIGIT]
