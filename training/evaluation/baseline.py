"""What one would have otherwise: the tutorial's CNN, trained and asked as the tutorial does."""

import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.data.mnist import found_mnist, read_mnist
from training.evaluation.exam import Exam
from training.network.architecture import build_tutorial
from training.network.augment import plain
from watcher.recognition.recogniser import softmax

EPOCHS = 5
"""As the tutorial has it."""


def fit_baseline(data: Path, seed: int) -> keras.Model:
    """The tutorial's CNN fitted to MNIST-JPG's training pictures with Adam, batches of 32."""
    keras.utils.set_random_seed(seed)
    digits = read_mnist(found_mnist(data), "training")
    model = build_tutorial()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    verbose = 1 if sys.stdout.isatty() else 2
    model.fit(plain(digits.images), digits.labels, epochs=EPOCHS, verbose=verbose)
    return model


def answered(exam: Exam, model: keras.Model) -> Exam:
    """The exam as the tutorial's script reads it: whole canvases shrunk to 28 x 28, nothing unsure.

    One thing is done for it that many a script forgets: dark ink on bright paper is turned to MNIST's
    bright on dark.
    """
    logits = keras.ops.convert_to_numpy(model(plain(_bright_on_dark(exam.shrunk)), training=False))
    probabilities = softmax(logits.astype(np.float32), 1.0)
    readings = exam.readings.assign(
        digit=probabilities.argmax(axis=1),
        confidence=probabilities.max(axis=1).astype(float),
        not_digit=0.0,
        status="filed",
    )
    return replace(exam, readings=readings)


def _bright_on_dark(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    on_bright = images.mean(axis=(1, 2)) > 127
    return np.where(on_bright[:, None, None], 255 - images, images).astype(np.uint8)
