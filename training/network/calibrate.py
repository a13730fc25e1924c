"""Calibrate the confidence: its temperature, and the threshold at which a drawing is filed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold

from training.statistics.bootstrap import upper_bounds
from training.statistics.shares import interval
from training.wording import percent
from watcher.recognition import CLASS_COUNT, NOT_DIGIT
from watcher.recognition.recogniser import softmax

# At most 2 in 1,000 filed drawings are filed wrongly: a wrong folder costs more than a look at `unsure/`.
MAX_WRONG = 0.002

# How sure that is for the drawings of a writer who is not among those that validate.
LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Calibration:
    """The chosen `temperature` and thresholds, and what they were chosen from.

    Plain canvases are filed from `min_confidence` on, others from `min_confidence_of_found_ink`.
    `drawings` by `writers` writers whom the network had not seen, each judged by a temperature fitted
    to the other writers; `filed` of them reach their threshold, `wrong` of those wrongly; `interval` is
    the 95% interval of wrong / filed (Clopper & Pearson 1934). `bound` is its upper 90% bound over
    writers, None in the cards of models that were calibrated without.
    """

    temperature: float
    min_confidence: float
    drawings: int
    writers: int
    filed: int
    wrong: int
    interval: tuple[float, float]
    bound: float | None = None
    min_confidence_of_found_ink: float = 0.0


def calibrate(
    logits: NDArray[np.float32],
    labels: NDArray[np.uint8],
    writers: NDArray[np.str_],
    is_plain: NDArray[np.bool_],
) -> Calibration:
    """Calibrate by drawings of digits: logits (n, 11); labels, who drew each, and on what (n,).

    Where ink had to be looked for and on plain canvases, each by itself, the threshold is the lowest at
    which the upper bound of wrong / filed over writers is at most `MAX_WRONG`; where there is none, the
    highest confidence of all, so that next to nothing is filed.
    """
    probabilities = np.zeros_like(logits)
    folds = min(5, len(np.unique(writers)))
    for fitted, judged in GroupKFold(folds).split(logits, labels, writers):
        temperature = fit_temperature(logits[fitted], labels[fitted])
        probabilities[judged] = softmax(logits[judged], temperature)
    digit, confidence, fileable = readings(probabilities)
    right = digit == labels
    threshold, of_found_ink = (
        lowest_threshold(confidence[those], right[those], writers[those])
        for those in (fileable & is_plain, fileable & ~is_plain)
    )
    of_found_ink = max(threshold, of_found_ink)
    filed = fileable & (confidence >= np.where(is_plain, threshold, of_found_ink))
    wrong = int((~right[filed]).sum())
    bounds = upper_bounds(~right[filed], writers[filed], LEVEL)
    return Calibration(
        temperature=fit_temperature(logits, labels),
        min_confidence=threshold,
        drawings=len(labels),
        writers=len(np.unique(writers)),
        filed=int(filed.sum()),
        wrong=wrong,
        interval=interval(wrong, int(filed.sum())),
        bound=float(bounds[-1]) if len(bounds) else None,
        min_confidence_of_found_ink=of_found_ink,
    )


def describe(calibration: Calibration, before: float) -> str:
    """Return the thresholds and their price in words; `before` is that of the model in use."""
    return (
        f"it files from a confidence of {percent(calibration.min_confidence)} (the model in use: "
        f"{percent(before)}),\n"
        f"where the ink had to be looked for from {percent(calibration.min_confidence_of_found_ink)}:\n"
        f"{calibration.filed:,} of {calibration.drawings:,} drawings by {calibration.writers} unseen "
        f"writers, {calibration.wrong} of them wrongly"
    )


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Return the temperature of least log loss (Guo et al. 2017), between 0.05 and 20."""

    def loss(log_temperature: float) -> float:
        probabilities = softmax(logits.astype(np.float64), float(np.exp(log_temperature)))
        return float(log_loss(labels, probabilities, labels=np.arange(CLASS_COUNT)))

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return float(np.exp(found.x))


def readings(
    probabilities: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]:
    """Return the digit, its confidence, and whether it beats "not a digit", each of shape (n,)."""
    digits = probabilities[:, :NOT_DIGIT]
    confidence = digits.max(axis=1)
    return digits.argmax(axis=1), confidence, confidence > probabilities[:, NOT_DIGIT]


def lowest_threshold(
    confidence: NDArray[np.float32],
    right: NDArray[np.bool_],
    writers: NDArray[np.str_],
) -> float:
    """Return the lowest confidence that files at most `MAX_WRONG` wrongly, by the bound over writers.

    It is halfway to the next lower confidence, so that it does not depend on one drawing's last digit.
    """
    if not len(confidence):
        return 1.0
    order = np.argsort(-confidence, kind="stable")
    descending = confidence[order]
    within = np.flatnonzero(upper_bounds(~right[order], writers[order], LEVEL) <= MAX_WRONG)
    last = int(within[-1]) if len(within) else 0
    following = min(last + 1, len(descending) - 1)
    return float((descending[last] + descending[following]) / 2)
