"""How far a confidence can be trusted: risk against coverage, and reliability. Pure."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.report.tally import Share
from watcher.recognition import Status

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
"""Bins of confidence, finer towards 1, where nearly all drawings are and where the threshold lies."""

MAX_POINTS = 200
"""Points kept of a curve: a screen shows no more."""


@dataclass(frozen=True, slots=True)
class Point:
    """What would be filed at one threshold: `coverage` of all digits, `risk` of them wrongly."""

    threshold: float
    filed: int
    wrong: int
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Drawings with a confidence over `low` up to `high`: what it claimed on average, what was right."""

    low: float
    high: float
    claimed: float
    right: Share


@dataclass(frozen=True, slots=True)
class Trust:
    """`curve` from the strictest threshold to the loosest; `chosen` is what `min_confidence` files.

    `calibration_error` (Naeini et al. 2015) is the mean distance of claim and truth over the bins,
    weighted by their drawings; `claimed` and `right` are the mean confidence and the share read
    right. All three are None without drawings.
    """

    min_confidence: float
    curve: tuple[Point, ...]
    chosen: Point | None
    bins: tuple[Bin, ...]
    calibration_error: float | None
    claimed: float | None
    right: float | None


def reliability(digits: pd.DataFrame, min_confidence: float) -> Trust:
    """How far the confidences of `digits` (columns as `Exam.readings`, digits only) can be trusted."""
    read = digits[digits["digit"] >= 0]
    confidence = read["confidence"].to_numpy(dtype=float)
    right = (read["digit"] == read["label"]).to_numpy(dtype=bool)
    bins = _bins(confidence, right)
    error = sum(one.right.of * abs(one.claimed - (one.right.share or 0.0)) for one in bins)
    # Above the threshold yet not filed: held back for its look, so that no threshold files it.
    held_back = (confidence >= min_confidence) & (read["status"] != Status.FILED).to_numpy(bool)
    fileable = (confidence > read["not_digit"].to_numpy(dtype=float)) & ~held_back
    points = _curve(confidence[fileable], right[fileable], len(digits))
    filed = [point for point in points if point.threshold >= min_confidence]
    return Trust(
        min_confidence=min_confidence,
        curve=_thinned(points, len(filed) - 1),
        chosen=filed[-1] if filed else None,
        bins=bins,
        calibration_error=float(error) / len(read) if len(read) else None,
        claimed=float(confidence.mean()) if len(read) else None,
        right=float(right.mean()) if len(read) else None,
    )


def _bins(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    number = np.clip(np.searchsorted(EDGES, confidence, side="left"), 1, len(EDGES) - 1)
    return tuple(
        Bin(
            low=EDGES[at - 1],
            high=EDGES[at],
            claimed=float(confidence[number == at].mean()),
            right=Share.count(int(right[number == at].sum()), int((number == at).sum())),
        )
        for at in range(1, len(EDGES))
        if (number == at).any()
    )


def _curve(confidence: NDArray[np.float64], right: NDArray[np.bool_], of: int) -> list[Point]:
    order = np.argsort(-confidence, kind="stable")
    descending, wrong = confidence[order], np.cumsum(~right[order])
    # Drawings of the same confidence are filed together or not at all.
    last = np.flatnonzero(np.append(np.diff(descending) != 0, True)) if len(order) else order
    return [
        Point(
            threshold=float(descending[at]),
            filed=int(at) + 1,
            wrong=int(wrong[at]),
            coverage=(int(at) + 1) / of,
            risk=int(wrong[at]) / (int(at) + 1),
        )
        for at in last
    ]


def _thinned(points: list[Point], chosen: int) -> tuple[Point, ...]:
    """At most about `MAX_POINTS` of them: evenly spread, the ends and the chosen one among them."""
    if len(points) <= MAX_POINTS:
        return tuple(points)
    kept = set(np.linspace(0, len(points) - 1, MAX_POINTS).round().astype(int).tolist())
    return tuple(points[at] for at in sorted(kept | {max(chosen, 0)}))
