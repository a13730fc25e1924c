"""The examples of a training: the datasets' and the user's corrections, taken together."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.corrections import SOURCE as OWN
from training.data.corrections import corrected_examples, read_corrections
from training.data.examples import Examples, Split, concatenate
from training.dataset import load_or_build
from training.job import Job
from watcher.recognition import NOT_DIGIT, InkFinder


@cache
def own_examples(outbox: Path, model: Path) -> Split:
    """Return the user's corrections; what cannot be used is said once.

    `model` is the folder with the ink finder that looks at them.
    """
    return corrected_examples(read_corrections(outbox), InkFinder.load(model))


def training_split(job: Job, model: Path) -> Split:
    """Return the examples of the datasets and the user's corrections; a part of both validates.

    `model` is the folder with the ink finder that looks at what is drawn.
    """
    base = load_or_build(job.data, job.kind.amounts, job.kind.recipe.seed, job.run, model)
    own = own_examples(job.outbox, model)
    return Split(
        concatenate([base.training, own.training]), concatenate([base.validation, own.validation])
    )


def is_drawn_digit(examples: Examples) -> NDArray[np.bool_]:
    """Return which are digits drawn on a canvas by people who do not use this program."""
    is_other = examples.about["source"].isin(["mnist", OWN]).to_numpy(bool)
    is_drawn: NDArray[np.bool_] = (examples.labels != NOT_DIGIT) & ~is_other
    return is_drawn


def count_own(examples: Examples) -> int:
    """Return how many are drawings that the user corrected."""
    return int((examples.about["source"] == OWN).sum())
