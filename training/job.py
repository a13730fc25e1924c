"""What a training does, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from training.amounts import QUICK_AMOUNTS, REFRESH_AMOUNTS, Amounts
from training.network.recipe import (
    FULL_FINDER,
    FURTHER_RECIPE,
    QUICK_FINDER,
    QUICK_RECIPE,
    REFRESH_RECIPE,
    FinderRecipe,
    Recipe,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to train: on how much, how, from what, and in which steps.

    `name` names the run's folder. `steps`: each step with its seconds on 2 cores (measured in November
    2026), by which the time left is estimated; `fetch` has none, as the network decides it. `finder`: how
    `find` fits the ink finder; it is no step, since it learns nothing from corrections and takes longer
    than all the others. `from_model_in_use`: fitted further instead of from nothing. `is_trial`: a model
    that is refused is no failure. `exam_sample`: drawings of each exam that are read; None is all of them.
    """

    name: str
    command: str
    amounts: Amounts
    recipe: Recipe
    steps: Mapping[str, float]
    finder: FinderRecipe = FULL_FINDER
    from_model_in_use: bool = False
    is_trial: bool = False
    exam_sample: int | None = None


# Drawings of each exam after a short training: enough to tell 95% from 98%. All exams would take longer than
# the training.
_SAMPLE, _SAMPLE_SECONDS = 300, 45

FULL = Kind(
    "full",
    "python -m training",
    Amounts(),
    Recipe(),
    steps={
        "fetch": 0, "fit": 3400, "calibrate": 20, "evaluate": 350, "baseline": 100,
        "compare": 15, "report": 15, "publish": 1,
    },
)  # fmt: skip

FURTHER = replace(
    FULL,
    name="further",
    command="python -m training --further",
    recipe=FURTHER_RECIPE,
    steps={**FULL.steps, "fit": 1800},
    from_model_in_use=True,
)

QUICK = Kind(
    "quick",
    "python -m training --quick",
    QUICK_AMOUNTS,
    QUICK_RECIPE,
    steps={
        "fetch": 0, "fit": 400, "calibrate": 15, "evaluate": _SAMPLE_SECONDS, "compare": 15,
        "report": 15, "publish": 1,
    },
    finder=QUICK_FINDER,
    is_trial=True,
    exam_sample=_SAMPLE,
)  # fmt: skip

REFRESH = Kind(
    "refresh",
    "python -m training refresh",
    REFRESH_AMOUNTS,
    REFRESH_RECIPE,
    steps={
        "labels": 1, "fetch": 0, "fit": 200, "calibrate": 10, "evaluate": _SAMPLE_SECONDS,
        "compare": 10, "report": 15, "publish": 1,
    },
    from_model_in_use=True,
    exam_sample=_SAMPLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """One training: its kind and its folders.

    `data` has the datasets, taken from `mirror` where that is given; `outbox` the user's corrections;
    `run` what one step leaves to the next; `models` the published models; `drawings` real drawings to
    examine. `model` is evaluated instead of the run's own. `force`: publish whatever the gate says.
    """

    kind: Kind
    data: Path
    outbox: Path
    run: Path
    models: Path
    mirror: Path | None = None
    drawings: Path | None = None
    model: Path | None = None
    force: bool = False
