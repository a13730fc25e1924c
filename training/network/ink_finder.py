"""The ink finder: a view of a canvas in, how likely each of its cells is ink out.

A U-Net (Ronneberger et al. 2015) under 100,000 parameters, of separable convolutions. The first
convolution halves the view and the last one doubles it again, so that no layer works on all of its
128 x 128 cells: that takes a quarter of the time. The mean over the whole view is added at the bottom,
since which tone is the paper depends on all of the picture.
"""

import keras
from keras import layers

from watcher.recognition.view import VIEW_CHANNELS, VIEW_SIDE

# Exported as float32 it takes 0.4 MB, a fifth of the 2 MB that a shipped model may have.
MAX_FINDER_PARAMETERS = 100_000

# Channels at 64, 32, 16 and 8 cells a side.
_WIDTHS = (16, 32, 64, 96)


def build_finder(name: str = "ink_finder") -> keras.Model:
    """Return the network with fresh weights: float32 (n, 128, 128, 9), 0 to 1 -> logits (n, 128, 128, 1)."""
    inputs = keras.Input((VIEW_SIDE, VIEW_SIDE, VIEW_CHANNELS), name="view")
    x = _normalised(layers.Conv2D(_WIDTHS[0], 4, strides=2, padding="same", use_bias=False)(inputs))
    x = _convolution(x, _WIDTHS[0])
    skips = [x]
    for width in _WIDTHS[1:]:
        x = _block(layers.MaxPooling2D()(x), width)
        skips.append(x)
    whole = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Add()([x, layers.Conv2D(_WIDTHS[-1], 1)(whole)])
    x = _convolution(x, _WIDTHS[-1])
    for width, skip in zip(_WIDTHS[-2::-1], skips[-2::-1], strict=True):
        # Narrowed before it is enlarged, which is four times less work.
        x = layers.Conv2D(width, 1, use_bias=False)(x)
        x = layers.UpSampling2D(interpolation="bilinear")(x)
        x = _block(layers.Concatenate()([x, skip]), width)
    logits = layers.Conv2DTranspose(1, 2, strides=2, name="ink")(x)
    return keras.Model(inputs, logits, name=name)


def _block(x: keras.KerasTensor, width: int) -> keras.KerasTensor:
    return _convolution(_convolution(x, width), width)


def _convolution(x: keras.KerasTensor, width: int) -> keras.KerasTensor:
    return _normalised(layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(x))


def _normalised(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
