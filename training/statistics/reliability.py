"""How far a confidence can be trusted: risk against coverage, and reliability by range."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.statistics.shares import Share
from watcher.recognition import Status

# Ranges of confidence, finer towards 1, where nearly all drawings and the threshold are.
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)

# Thresholds offered for config.toml besides the one in use: from "files nearly all" to "very strict".
OFFERED = (0.7, 0.9, 0.98, 0.99, 0.999)

# Points kept of a curve: a screen shows no more.
MAX_POINTS = 200


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold files: `coverage` is the share of all digits filed, `risk` the share of the
    filed that is wrong."""

    threshold: float
    filed: int
    wrong: int
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Drawings with a confidence above `low` and at most `high`: the mean claimed, the share correct."""

    low: float
    high: float
    claimed: float
    right: Share


@dataclass(frozen=True, slots=True)
class Reliability:
    """`curve` from the strictest threshold to the loosest; `chosen` is the point of `min_confidence`.

    `offered` has a point for each of `OFFERED` and for `min_confidence`, loosest first.
    `calibration_error` (Naeini et al. 2015) is the mean distance between the confidence and the share
    correct over the bins, weighted by their drawings; `claimed` is the mean confidence, `right` the
    share read correctly. These three are None without drawings.
    """

    min_confidence: float
    curve: tuple[Point, ...]
    chosen: Point | None
    offered: tuple[Point, ...]
    bins: tuple[Bin, ...]
    calibration_error: float | None
    claimed: float | None
    right: float | None


def reliability(digits: pd.DataFrame, min_confidence: float) -> Reliability:
    """Measure how far the confidences of `digits` (columns as `Exam.readings`) can be trusted."""
    read = digits[digits["digit"] >= 0]
    confidence = read["confidence"].to_numpy(dtype=float)
    right = (read["digit"] == read["label"]).to_numpy(dtype=bool)
    bins = _bins(confidence, right)
    error = sum(one.right.of * abs(one.claimed - (one.right.share or 0.0)) for one in bins)
    # Above the threshold yet not filed: unsure because of the canvas, so no threshold files it.
    is_unsure = (confidence >= min_confidence) & (read["status"] != Status.FILED).to_numpy(bool)
    fileable = (confidence > read["not_digit"].to_numpy(dtype=float)) & ~is_unsure
    points = _curve(confidence[fileable], right[fileable], len(digits))
    filed = [point for point in points if point.threshold >= min_confidence]
    offered = sorted({*OFFERED, min_confidence}) if len(digits) else ()
    return Reliability(
        min_confidence=min_confidence,
        curve=_thin(points, len(filed) - 1),
        chosen=filed[-1] if filed else None,
        offered=tuple(_at(points, threshold) for threshold in offered),
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


def _at(points: list[Point], threshold: float) -> Point:
    """Return what `threshold` files: the last point of the curve that reaches it."""
    filed = [point for point in points if point.threshold >= threshold]
    if not filed:
        return Point(threshold, 0, 0, 0.0, 0.0)
    return replace(filed[-1], threshold=threshold)


def _thin(points: list[Point], chosen: int) -> tuple[Point, ...]:
    """Return about `MAX_POINTS` points, evenly spread, with the ends and the chosen one."""
    if len(points) <= MAX_POINTS:
        return tuple(points)
    kept = set(np.linspace(0, len(points) - 1, MAX_POINTS).round().astype(int).tolist())
    return tuple(points[at] for at in sorted(kept | {max(chosen, 0)}))
