"""Fit the ink finder to views, epoch by epoch; it can continue after any of them."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from training.network.epoch_bar import EpochBar
from training.network.ink_finder import build_finder
from training.network.optimizer import adamw
from training.network.recipe import FINDER_PROGRESS, FinderEpoch, FinderRecipe
from training.views import Views


class ViewBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras is untyped
    """One epoch's batches: shuffled, augmented, the same for the same seed and epoch."""

    def __init__(self, views: Views, recipe: FinderRecipe, epoch: int) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self._views, self._recipe, self._epoch = views, recipe, epoch
        order = np.random.default_rng((recipe.seed, epoch)).permutation(len(views))
        # Whole batches only: a small last one would disturb BatchNormalization's averages.
        self._order = order[: max(1, len(order) // recipe.batch) * recipe.batch]

    def __len__(self) -> int:
        return math.ceil(len(self._order) / self._recipe.batch)

    def __getitem__(self, number: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        batch = self._recipe.batch
        index = np.sort(self._order[number * batch : (number + 1) * batch])
        rng = np.random.default_rng((self._recipe.seed, self._epoch, number))
        cells = np.empty((len(index), *self._views.cells.shape[1:]), np.uint8)
        ink = np.empty((len(index), *self._views.ink.shape[1:]), np.uint8)
        for at, view in enumerate(index):
            cells[at], ink[at] = augmented(rng, self._views.cells[view], self._views.ink[view])
        return as_input(cells), (ink[..., None] > 0).astype(np.float32)


def augmented(
    rng: np.random.Generator, cells: NDArray[np.uint8], ink: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a view with its channels swapped, its tones inverted, or mirrored, each at random.

    `cells` is uint8 (128, 128, 9), `ink` uint8 (128, 128), 0 where there is none. Swaps and inversions
    leave the ink where it is; a mirrored view has its ink mirrored too.
    """
    order = rng.permutation(3)
    least, most, mean = (cells[..., start + order] for start in (0, 3, 6))
    if rng.random() < 0.5:
        least, most, mean = 255 - most, 255 - least, 255 - mean
    changed = np.concatenate([least, most, mean], axis=2)
    if rng.random() < 0.3:
        changed, ink = changed[:, ::-1], ink[:, ::-1]
    return changed, ink


def as_input(cells: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return views (uint8) as the network takes them: float32, 0 to 1."""
    return cells.astype(np.float32) / np.float32(255)


def cross_entropy_and_dice(
    truth: keras.KerasTensor, logits: keras.KerasTensor
) -> keras.KerasTensor:
    """Return binary cross-entropy plus 1 - Dice (Milletari et al. 2016) of each view: float32, (n,)."""
    cross_entropy = ops.mean(
        ops.binary_crossentropy(truth, logits, from_logits=True), axis=(1, 2, 3)
    )
    probability = ops.sigmoid(logits)
    both = ops.sum(truth * probability, axis=(1, 2, 3))
    either = ops.sum(truth, axis=(1, 2, 3)) + ops.sum(probability, axis=(1, 2, 3))
    return cross_entropy + 1 - (2 * both + 1) / (either + 1)


def fit_finder(
    views_of: Callable[[int], Views], validation: Views, recipe: FinderRecipe, run: Path
) -> tuple[keras.Model, list[FinderEpoch]]:
    """Fit a fresh network to the end of `recipe`, or continue from the checkpoint in `run`.

    `views_of` returns what a cycle, counted from 0, trains on; it is called when that cycle begins.
    """
    run.mkdir(parents=True, exist_ok=True)
    history = FINDER_PROGRESS.resumable(run, recipe)
    last = recipe.cycles * recipe.epochs
    keras.utils.set_random_seed(recipe.seed)
    if history:
        model = keras.saving.load_model(
            run / FINDER_PROGRESS.checkpoint,
            custom_objects={"cross_entropy_and_dice": cross_entropy_and_dice},
        )
        if len(history) < last:
            print(f"{len(history)} of {last} epochs of the ink finder are done")
    else:
        model = build_finder()
    training: Views | None = None
    for epoch in range(len(history), last):
        cycle, since_restart = divmod(epoch, recipe.epochs)
        if training is None or since_restart == 0:
            training = views_of(cycle)
        if since_restart == 0:
            steps = len(ViewBatches(training, recipe, 0)) * recipe.epochs
            rate = recipe.learning_rate * (recipe.restart if cycle else 1)
            model.compile(adamw(recipe, steps, rate, clipnorm=1.0), cross_entropy_and_dice)
        started = time.perf_counter()
        fitted = model.fit(
            ViewBatches(training, recipe, epoch),
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=0,
            callbacks=[EpochBar(last)],
        )
        seconds = time.perf_counter() - started
        found = overlap(model, validation)
        print(
            f"epoch {epoch + 1} of {last}: ink found overlaps the ink drawn by {found:.2%}",
            flush=True,
        )
        history.append(FinderEpoch(epoch + 1, float(fitted.history["loss"][0]), seconds, found))
        FINDER_PROGRESS.save(model, recipe, history, run)
    return model, history


def overlap(model: keras.Model, views: Views) -> float:
    """Return the mean intersection over union of ink found and ink drawn, 0 to 1.

    A view without ink counts 1 if none is found in it.
    """
    shares = []
    for start in range(0, len(views), 64):
        found = find(model, views.cells[start : start + 64]) > 0
        drawn = views.ink[start : start + 64] > 0
        either = (found | drawn).sum(axis=(1, 2))
        both = (found & drawn).sum(axis=(1, 2))
        shares.append(np.where(either > 0, both / np.maximum(either, 1), 1.0))
    return float(np.concatenate(shares).mean())


def find(model: keras.Model, cells: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return logits (float32, (n, 128, 128)) of views (uint8, (n, 128, 128, 9))."""
    logits = model(as_input(cells), training=False)
    return np.asarray(keras.ops.convert_to_numpy(logits)[..., 0])
