"""The threshold keeps wrong folders rare, and says how sure that is."""

import numpy as np
import pytest

from training.network.calibrate import (
    MAX_WRONG,
    Calibration,
    calibrate,
    describe,
    fit_temperature,
    lowest_threshold,
)
from training.statistics.shares import interval


def made_up_logits(
    rng: np.random.Generator, labels: np.ndarray, apart: float, sharpness: float
) -> np.ndarray:
    """Logits of normal evidence for classes `apart`, whose right temperature is `sharpness`."""
    evidence = rng.normal(0, 1, (len(labels), 11)) + apart * np.eye(11)[labels]
    logits: np.ndarray = (apart * evidence * sharpness).astype(np.float32)
    return logits


def test_the_temperature_makes_overconfidence_honest() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 11, 4000).astype(np.uint8)
    found = fit_temperature(made_up_logits(rng, labels, 2.0, 5.0), labels)
    assert found == pytest.approx(5, rel=0.1)


def test_the_threshold_is_the_lowest_that_keeps_wrong_folders_rare() -> None:
    rng = np.random.default_rng(2)
    confidence = rng.uniform(0.3, 1, 20_000).astype(np.float32)
    right = rng.random(20_000) < np.clip(confidence + 0.3, 0, 1)
    writers = np.array([f"writer {number % 200}" for number in range(20_000)])
    threshold = lowest_threshold(confidence, right, writers)
    filed = confidence >= threshold
    assert 0.3 < threshold < 0.8
    assert (~right[filed]).mean() <= MAX_WRONG
    for lower in np.arange(0.3, threshold - 0.02, 0.01):
        assert (~right[confidence >= lower]).mean() > MAX_WRONG


def test_a_writer_with_many_mistakes_makes_the_threshold_stricter() -> None:
    rng = np.random.default_rng(5)
    confidence = rng.uniform(0.3, 1, 20_000).astype(np.float32)
    is_wrong = rng.random(20_000) > np.clip(confidence + 0.3, 0, 1)
    even = np.array([f"writer {number % 20}" for number in range(20_000)])
    # The same mistakes, but all by writer 0, whose drawings of the others are as many as before.
    by_one = np.where(is_wrong, "writer 0", even)
    assert lowest_threshold(confidence, ~is_wrong, by_one) > lowest_threshold(
        confidence, ~is_wrong, even
    )


def test_where_even_the_surest_are_wrong_next_to_nothing_is_filed() -> None:
    confidence = np.array([0.9, 0.99, 0.8], np.float32)
    assert lowest_threshold(confidence, np.zeros(3, bool), np.array(["a", "a", "b"])) > 0.9


def test_writers_are_judged_by_a_temperature_that_others_gave() -> None:
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 10, 6000).astype(np.uint8)
    writers = np.array([f"writer {number % 6}" for number in range(6000)])
    plain = np.ones(6000, bool)
    found = calibrate(made_up_logits(rng, labels, 6.0, 1.0), labels, writers, plain)
    assert (found.drawings, found.writers) == (6000, 6)
    assert found.filed > 5000
    assert found.interval[0] <= found.wrong / found.filed <= MAX_WRONG
    assert found.bound is not None
    assert found.wrong / found.filed <= found.bound <= MAX_WRONG


def test_what_had_to_be_looked_for_has_a_threshold_of_its_own() -> None:
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 10, 8000).astype(np.uint8)
    writers = np.array([f"writer {number % 40}" for number in range(8000)])
    is_plain = np.arange(8000) % 4 > 0
    logits = np.where(
        is_plain[:, None],
        made_up_logits(rng, labels, 6.0, 1.0),
        made_up_logits(rng, labels, 3.0, 2.0),
    ).astype(np.float32)
    found = calibrate(logits, labels, writers, is_plain)
    assert found.min_confidence < found.min_confidence_of_found_ink < 1
    assert found.bound is not None
    assert found.wrong / found.filed <= found.bound <= MAX_WRONG


def test_what_is_said_of_the_thresholds_fits_a_terminal() -> None:
    many = Calibration(1.0, 0.98765, 130_500, 400, 117_760, 14_000, (0.1, 0.2), 0.2, 0.98766)
    lines = describe(many, 0.98764).splitlines()
    assert "98.76%" in lines[0]
    assert "98.77%" in lines[1]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0, 1), (0, 100, 0, 0.0362), (100, 100, 0.9638, 1), (5, 100, 0.0164, 0.1128)],
)
def test_intervals_are_clopper_and_pearsons(hits: int, of: int, low: float, high: float) -> None:
    assert interval(hits, of) == pytest.approx((low, high), abs=1e-4)
