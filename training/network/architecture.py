"""The network: 28 x 28 in, 11 logits out, under 400,000 parameters.

Convolutions of 3 x 3 with BatchNormalization and ReLU; the picture is halved twice, and a global average
follows the last convolution.
"""

import keras
from keras import layers

from watcher.recognition import CLASS_COUNT
from watcher.recognition.normalise import SIDE

# Exported as float32 it stays under the 2 MB that a shipped model may have.
MAX_PARAMETERS = 400_000

# Keras' default of 0.99 averages over more batches than a training as short as ours has.
_MOMENTUM = 0.9


def build(name: str = "digits") -> keras.Model:
    """Return the network with fresh weights: float32 (n, 28, 28, 1) in 0 to 1 -> logits (n, 11)."""
    inputs = keras.Input((SIDE, SIDE, 1), name="image")
    x = _convolution(inputs, 24, padding="valid")
    x = _convolution(x, 32, strides=2)
    x = _convolution(x, 64)
    x = _convolution(x, 64)
    x = layers.MaxPooling2D(padding="same")(x)
    x = _convolution(x, 96)
    x = _convolution(x, 96)
    x = _convolution(x, 128, padding="valid")
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.3)(x)
    return keras.Model(inputs, layers.Dense(CLASS_COUNT, name="logits")(x), name=name)


def build_tutorial() -> keras.Model:
    """Return the CNN of TensorFlow's beginner tutorials, with ten classes, to compare with."""
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10),
        ],
        name="tutorial",
    )


def _convolution(
    x: keras.KerasTensor, filters: int, *, strides: int = 1, padding: str = "same"
) -> keras.KerasTensor:
    x = layers.Conv2D(filters, 3, strides=strides, padding=padding, use_bias=False)(x)
    x = layers.BatchNormalization(momentum=_MOMENTUM)(x)
    return layers.ReLU()(x)
