"""The tutorial's CNN, trained and used as TensorFlow's tutorial does it: what one would have otherwise."""

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.data.mnist import find_mnist, read_mnist
from training.evaluation.exam import Exam, as_filed
from training.network.architecture import build_tutorial
from training.network.augment import plain
from training.network.epoch_bar import EpochBar
from watcher.recognition import InkFinder
from watcher.recognition.recogniser import softmax

# As the tutorial has it.
EPOCHS = 5


def fit_baseline(data: Path, seed: int, finder: InkFinder) -> keras.Model:
    """Return the tutorial's CNN, fitted to MNIST-JPG's training pictures with Adam in batches of 32."""
    keras.utils.set_random_seed(seed)
    digits = read_mnist(find_mnist(data), "training", finder)
    model = build_tutorial()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    bar = EpochBar(EPOCHS, "tutorial, epoch")
    model.fit(plain(digits.images), digits.labels, epochs=EPOCHS, verbose=0, callbacks=[bar])
    return model


def read_by_baseline(exam: Exam, model: keras.Model) -> Exam:
    """Return `exam` as the tutorial's script reads it: whole canvases shrunk to 28 x 28, all filed.

    One step is added that many scripts forget: dark ink on bright paper is inverted to MNIST's bright
    ink on dark.
    """
    logits = keras.ops.convert_to_numpy(model(plain(_bright_on_dark(exam.shrunk)), training=False))
    return as_filed(exam, softmax(logits.astype(np.float32), 1.0))


def _bright_on_dark(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    on_bright = images.mean(axis=(1, 2)) > 127
    return np.where(on_bright[:, None, None], 255 - images, images).astype(np.uint8)
