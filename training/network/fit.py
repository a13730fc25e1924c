"""Fit the network to the examples, epoch by epoch; it can continue after any of them."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.data.corrections import SOURCE as OWN
from training.data.examples import Examples, Split
from training.network.architecture import build
from training.network.augment import augment, plain
from training.network.epoch_bar import EpochBar
from training.network.optimizer import adamw
from training.network.recipe import READER_PROGRESS, Epoch, Recipe
from training.wording import percent, source_title
from watcher.recognition import CLASS_COUNT


class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras is untyped
    """One epoch's batches: shuffled, augmented after the lead-in, the same for the same seed and epoch.

    With a `teacher`, everybody's pictures are to be answered as it answers them, only the user's own by
    their labels.
    """

    def __init__(
        self, examples: Examples, recipe: Recipe, epoch: int, teacher: keras.Model | None = None
    ) -> None:
        super().__init__(workers=1, max_queue_size=16)
        self._examples, self._recipe, self._epoch = examples, recipe, epoch
        self._teacher = teacher
        self._is_own = examples.about["source"].to_numpy() == OWN
        order = _epoch_order(examples, recipe, epoch)
        # Whole batches only: a small last one would disturb BatchNormalization's averages.
        self._order = order[: max(1, len(order) // recipe.batch) * recipe.batch]

    def __len__(self) -> int:
        return math.ceil(len(self._order) / self._recipe.batch)

    def __getitem__(self, number: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        batch = self._recipe.batch
        index = self._order[number * batch : (number + 1) * batch]
        examples = self._examples
        if self._epoch < self._recipe.lead_in:
            images = plain(examples.images[index])
        else:
            rng = np.random.default_rng((self._recipe.seed, self._epoch, number))
            is_second = rng.random(len(index))[:, None, None] < 0.5
            pictures = np.where(is_second, examples.again[index], examples.images[index])
            images = augment(pictures, rng)
        answers = np.eye(CLASS_COUNT, dtype=np.float32)[examples.labels[index]]
        if self._teacher is not None:
            taught = keras.ops.softmax(self._teacher(images, training=False))
            is_own = self._is_own[index, None]
            answers = np.where(is_own, answers, keras.ops.convert_to_numpy(taught))
        return images, answers


def fit(
    split: Split,
    recipe: Recipe,
    run: Path,
    *,
    start: Callable[[], keras.Model] = build,
    batches: type[Batches] = Batches,
) -> tuple[keras.Model, list[Epoch]]:
    """Fit the network of `start` to the end of `recipe`, or continue from the checkpoint in `run`.

    After every epoch `run` holds `checkpoint.keras` (with the optimizer's state) and `history.json`.
    The last epoch's weights are the result, or their mean with those of `start`: none is picked by a score.
    """
    run.mkdir(parents=True, exist_ok=True)
    history = READER_PROGRESS.resumable(run, recipe)
    keras.utils.set_random_seed(recipe.seed)
    if history:
        model = keras.saving.load_model(run / READER_PROGRESS.checkpoint)
        if len(history) < recipe.epochs:
            print(f"{len(history)} of {recipe.epochs} epochs are done")
    else:
        model = start()
    teacher = start() if recipe.forgets_nothing else None
    for epoch in range(len(history), recipe.epochs):
        epoch_batches = batches(split.training, recipe, epoch, teacher)
        if epoch in (0, recipe.lead_in):
            _compile(model, recipe, epoch, len(epoch_batches))
        history.append(_fit_epoch(model, epoch_batches, split.validation, epoch, recipe.epochs))
        READER_PROGRESS.save(model, recipe, history, run)
    if history and recipe.start_share:
        _average(model, start(), recipe.start_share)
        validation = accuracy_by_source(model, split.validation)
        history[-1] = replace(history[-1], validation=validation)
    return model, history


def predict_examples(model: keras.Model, examples: Examples) -> NDArray[np.float32]:
    """Return logits (float32, (n, 11)) of `examples`: the mean of both looks', as the watcher takes it."""
    mean: NDArray[np.float32] = np.mean(
        [predict(model, images) for images in (examples.images, examples.again)], axis=0
    )
    return mean


def predict(model: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return logits (float32, (n, 11)) for normalised `images` (uint8, (n, 28, 28))."""
    parts = [
        keras.ops.convert_to_numpy(model(plain(images[start : start + 1024]), training=False))
        for start in range(0, len(images), 1024)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, CLASS_COUNT), np.float32)


def accuracy_by_source(model: keras.Model, examples: Examples) -> dict[str, float]:
    """Return the share read right, 0 to 1: "all", and for each source."""
    right = predict_examples(model, examples).argmax(axis=1) == examples.labels
    by_source = pd.Series(right).groupby(examples.about["source"]).mean()
    return {
        "all": float(right.mean()),
        **{str(name): float(by_source[name]) for name in by_source.index},
    }


def _average(model: keras.Model, start: keras.Model, share: float) -> None:
    """Give `model` the mean of its weights and those of `start`, which count for `share` (0 to 1)."""
    pairs = zip(start.get_weights(), model.get_weights(), strict=True)
    model.set_weights([share * before + (1 - share) * after for before, after in pairs])


def _epoch_order(examples: Examples, recipe: Recipe, epoch: int) -> NDArray[np.int64]:
    rng = np.random.default_rng((recipe.seed, epoch))
    source = examples.about["source"].to_numpy()
    is_mnist, is_own = source == "mnist", source == OWN
    if epoch < recipe.lead_in:
        return rng.permutation(np.flatnonzero(is_mnist))
    drawn = np.flatnonzero(~is_mnist & ~is_own)
    chosen = rng.choice(drawn, round(recipe.drawn_share * len(drawn)), replace=False)
    own = np.tile(np.flatnonzero(is_own), recipe.own_repeats)
    return rng.permutation(np.concatenate([np.flatnonzero(is_mnist), chosen, own]))


def _compile(model: keras.Model, recipe: Recipe, epoch: int, epochs_steps: int) -> None:
    """Begin a cycle of the learning rate: the lead-in's, or that of all other epochs."""
    leads_in = epoch < recipe.lead_in
    epochs = recipe.lead_in if leads_in else recipe.epochs - recipe.lead_in
    rate = recipe.lead_in_rate if leads_in else recipe.learning_rate
    optimizer = adamw(recipe, epochs_steps * epochs, rate)
    model.compile(optimizer, keras.losses.CategoricalCrossentropy(from_logits=True))


def _fit_epoch(
    model: keras.Model, batches: Batches, validation: Examples, epoch: int, epochs: int
) -> Epoch:
    started = time.perf_counter()
    fitted = model.fit(
        batches,
        initial_epoch=epoch,
        epochs=epoch + 1,
        shuffle=False,
        verbose=0,
        callbacks=[EpochBar(epochs)],
    )
    seconds = time.perf_counter() - started
    accuracy = accuracy_by_source(model, validation)
    print(f"epoch {epoch + 1} of {epochs}, validation drawings read right:")
    for name, share in accuracy.items():
        print(f"  {percent(share):>7} {source_title(name)}", flush=True)
    return Epoch(epoch + 1, float(fitted.history["loss"][0]), seconds, accuracy)
