"""The exam "conditions" asks about every kind of picture, the same ones for every model."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("PIL", reason="needs Pillow: pip install '.[training]'")

from training.data.strokes import Character
from training.evaluation.conditions import by_kind, conditions
from training.evaluation.exam import Exam

ONE = Character((np.array([(3, 3), (6, 0), (6, 10)], np.float32),), 1, "somebody", "nowhere")
SEVEN = Character((np.array([(1, 0), (9, 0), (4, 10)], np.float32),), 7, "another", "nowhere")


def test_the_same_seed_asks_the_same_and_every_kind_is_asked() -> None:
    one, other = (conditions([ONE, SEVEN], 3, per_kind=1) for _ in range(2))
    assert len({question.style for question in one}) == len(one) >= 40
    for first, second in zip(one[::12], other[::12], strict=True):
        assert first.label == second.label
        assert np.array_equal(first.draw(), second.draw())


def test_kinds_are_counted_by_what_was_read_filed_and_filed_wrongly() -> None:
    readings = pd.DataFrame(
        {
            "style": ["box", "box", "desk"],
            "label": [1, 7, 7],
            "digit": [1, 0, 7],
            "status": ["filed", "filed", "unsure"],
        }
    )
    nothing = np.zeros((3, 1, 1), np.uint8)
    table = by_kind(Exam("conditions", "", readings, nothing, nothing, nothing))
    assert table.loc["box"].to_dict() == {"pictures": 2, "read": 0.5, "filed": 1.0, "wrong": 1}
    assert table.loc["desk"].to_dict() == {"pictures": 1, "read": 1.0, "filed": 0.0, "wrong": 0}
