"""Which new models may take over from the one in use."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.data.examples import Examples, source_table
from training.publishing.gate import (
    Comparison,
    Side,
    compare,
    read_comparison,
    refusals,
    write_comparison,
)
from watcher.recognition import Recogniser
from watcher.recognition.recogniser import SHIPPED


def against(*sides: Side) -> list[str]:
    return refusals(Comparison("old", "new", sides))


def test_as_good_as_before_is_good_enough() -> None:
    assert against(Side("mnist", 5000, 4980, 4980, 9, 9), Side("yours", 8, 3, 3, 1, 1)) == []


@pytest.mark.parametrize(
    ("lost", "gained", "is_refused"),
    [
        (18, 9, False),  # within 2 in 1,000
        (29, 16, False),  # beyond, but chance does that
        (40, 5, True),
        (11, 0, True),
    ],
)
def test_worse_on_what_validates_is_refused_beyond_tolerance_and_chance(
    lost: int, gained: int, is_refused: bool
) -> None:
    reasons = against(Side("mnist", 5000, 4950, 4950 - lost + gained, lost, gained))
    assert bool(reasons) == is_refused
    assert all("it reads mnist worse" in reason for reason in reasons)


def test_fewer_of_the_users_own_drawings_is_refused() -> None:
    (reason,) = against(Side("yours", 8, 5, 4, 1, 0))
    assert reason == "it reads fewer of your own drawings (4 of 8 right, 5 before)"


def test_corrections_that_are_read_no_better_than_by_guessing_are_refused() -> None:
    (reason,) = against(Side("yours", 50, 0, 7, 0, 7))
    assert "no better than by guessing" in reason
    assert against(Side("yours", 50, 0, 14, 0, 14)) == []
    assert against(Side("yours", 5, 0, 0, 0, 0)) == []  # too few to tell


def test_a_refresh_that_gains_nothing_is_refused() -> None:
    sides = Side("mnist", 5000, 4980, 4979, 2, 1), Side("yours", 2, 0, 0, 0, 0)
    comparison = Comparison("old", "new", sides)
    (reason,) = refusals(comparison, must_gain=True)
    assert "neither of your 2 held-back drawings nor of the others" in reason
    assert refusals(comparison) == []
    better = replace(sides[1], after=1, gained=1)
    assert refusals(Comparison("old", "new", (sides[0], better)), must_gain=True) == []
    assert (
        refusals(
            Comparison("old", "new", (replace(sides[0], after=4981), sides[1])), must_gain=True
        )
        == []
    )


@pytest.mark.skipif(
    not (SHIPPED / "digits.tflite").exists(), reason="the shipped model is not there"
)
def test_a_model_compared_with_itself_loses_and_gains_nothing(tmp_path: Path) -> None:
    images = np.random.default_rng(1).integers(0, 256, (20, 28, 28)).astype(np.uint8)
    table = source_table(20, "mnist")
    table.loc[10:, "source"] = "omniglot"
    examples = Examples(images, images, np.repeat(np.array([3, 10], np.uint8), 10), table)
    recogniser = Recogniser.shipped()
    comparison = compare(recogniser, recogniser, examples)
    assert [side.source for side in comparison.sides] == ["mnist", "omniglot"]
    assert all(side.of == 10 and side.lost == side.gained == 0 for side in comparison.sides)
    write_comparison(comparison, tmp_path)
    assert read_comparison(tmp_path) == comparison
