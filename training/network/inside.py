"""Look inside the network: what each layer makes of a picture, and what would change its reading."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from training.network.augment import plain
from training.network.fit import predict

# What follows a convolution and belongs to it: its answer is what these make of it.
_PARTS_OF_A_CONVOLUTION = (layers.BatchNormalization, layers.ReLU)

# What does nothing once the network is trained.
_IDLE = (layers.InputLayer, layers.Dropout)

# The largest change of a pixel in one step, of 255, and how many steps are tried: three drawings that are
# read with 99.98% or more took 23, 31 and 31 (November 2026).
_STEP, _MAX_STEPS = 6.0, 400

# Pixels over which a step is spread: what is sharper than a stroke would be specks rather than ink.
_SPREAD = 0.8


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer and what it answered to one picture.

    `kind`: the name of its class in Keras. `answer`: float32 (height, width, maps), or (values,) where no
    places are left. `weights`: how many numbers it learned. `filters`: a convolution's, float32 (height,
    width, inputs, maps); a dense layer's, (inputs, values); else None. `stride`: places from one answer to
    the next.
    """

    kind: str
    answer: NDArray[np.float32]
    weights: int
    filters: NDArray[np.float32] | None = None
    stride: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A picture (uint8, (28, 28)) changed by `steps` steps; `is_reached`: it is read as it should be."""

    image: NDArray[np.uint8]
    steps: int
    is_reached: bool


def read_layers(network: keras.Model, image: NDArray[np.uint8]) -> list[Layer]:
    """Return the layers of `network` with their answers to `image` (uint8, (28, 28)).

    A convolution, its normalising and its ReLU are one layer.
    """
    whole = keras.Model(network.input, [layer.output for layer in network.layers])
    found: list[Layer] = []
    for layer, answers in zip(
        network.layers, whole(plain(image[None]), training=False), strict=True
    ):
        answer: NDArray[np.float32] = keras.ops.convert_to_numpy(answers)[0]
        if isinstance(layer, _IDLE):
            continue
        if isinstance(layer, _PARTS_OF_A_CONVOLUTION):
            weights = found[-1].weights + layer.count_params()
            found[-1] = replace(found[-1], answer=answer, weights=weights)
        else:
            found.append(_layer(layer, answer))
    return found


def _layer(layer: keras.Layer, answer: NDArray[np.float32]) -> Layer:
    has_filters = isinstance(layer, layers.Conv2D | layers.Dense)
    return Layer(
        type(layer).__name__,
        answer,
        layer.count_params(),
        keras.ops.convert_to_numpy(layer.kernel) if has_filters else None,
        getattr(layer, "strides", (1,))[0],
    )


def change_towards(network: keras.Model, image: NDArray[np.uint8], digit: int) -> Change:
    """Change `image` (uint8, (28, 28)) little by little until `network` reads it as `digit`.

    Each step follows the gradient of the score of `digit` over the next best (Simonyan et al. 2014).
    """
    changed, step = image, 0
    for step, changed in enumerate(_steps(network, image, digit)):
        if int(predict(network, changed[None])[0].argmax()) == digit:
            return Change(changed, step, True)
    return Change(changed, step, False)


def _steps(
    network: keras.Model, image: NDArray[np.uint8], digit: int
) -> Iterator[NDArray[np.uint8]]:
    pixels: NDArray[np.float32] = image.astype(np.float32)
    for _ in range(_MAX_STEPS + 1):
        rounded: NDArray[np.uint8] = np.rint(pixels).astype(np.uint8)
        yield rounded
        gradient = cv2.GaussianBlur(_gradient(network, pixels, digit), (0, 0), _SPREAD)
        # Where the pixel is as bright or as dark as can be, nothing changes.
        is_free = ((gradient > 0) & (pixels < 255)) | ((gradient < 0) & (pixels > 0))
        strongest = float(np.abs(gradient[is_free]).max(initial=0)) or 1.0
        pixels = np.clip(pixels + _STEP * gradient / strongest, 0, 255).astype(np.float32)


def _gradient(network: keras.Model, pixels: NDArray[np.float32], digit: int) -> NDArray[np.float32]:
    """Return by how much each pixel, brighter, raises the score of `digit` over the next best one."""
    inputs = tf.Variable(pixels[None, ..., None] / 255)
    with tf.GradientTape() as tape:
        scores = network(inputs, training=False)[0]
        others = tf.concat([scores[:digit], scores[digit + 1 :]], axis=0)
        lead = scores[digit] - tf.reduce_max(others)
    gradient: NDArray[np.float32] = tape.gradient(lead, inputs).numpy()[0, ..., 0]
    return gradient
