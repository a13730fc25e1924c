"""The exam "conditions": pictures of every kind that people send in, by writers nobody trains on."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from training.data.strokes import Character
from training.drawing.paint import Canvas
from training.drawing.scenes.files import FILES
from training.drawing.scenes.kinds import KINDS, draw_kind
from training.drawing.styles import named
from training.evaluation.exam import Exam, Question
from watcher.recognition import Status, decode

# Pictures of each kind: one more or less is a percent.
PER_KIND = 100


def conditions(
    characters: Sequence[Character], seed: int, per_kind: int = PER_KIND
) -> list[Question]:
    """Return `per_kind` pictures of each kind; the same for the same `characters` and `seed`."""
    kinds = [kind for kind in (*KINDS, *FILES) for _ in range(per_kind)]
    questions = []
    for number, kind in enumerate(kinds):
        rng = np.random.default_rng((seed, number))
        one = named(characters[int(rng.integers(len(characters)))])
        draw = partial(_draw, kind, one, (seed, number))
        questions.append(Question(one.source, one.label, draw, kind, one.writer))
    return questions


def by_kind(exam: Exam) -> pd.DataFrame:
    """Return for each kind `pictures`, the shares `read` and `filed`, and how many were filed `wrong`."""
    table = exam.readings
    right, filed = table["digit"] == table["label"], table["status"] == Status.FILED
    judged = pd.DataFrame(
        {"kind": table["style"], "read": right, "filed": filed, "wrong": filed & ~right}
    )
    groups = judged.groupby("kind", sort=False)
    sums = groups.agg({"read": "mean", "filed": "mean", "wrong": "sum"})
    sums.insert(0, "pictures", groups.size())
    return sums


def _draw(kind: str, character: Character, seed: tuple[int, int]) -> Canvas:
    rng = np.random.default_rng((*seed, 1))
    if kind in FILES:
        return decode(FILES[kind](rng, character)).pixels
    return draw_kind(rng, character, KINDS[kind]).pixels
