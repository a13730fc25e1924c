"""Paper whose tone changes smoothly (a gradient, a vignette, a photographed sheet), as a surface."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_SAMPLES = 48
"""The surface is fitted to a copy of at most this many pixels a side: it has no detail to lose."""

_ROUNDS = 4
"""Rounds of reweighting; measured: six bring nothing more."""

_SPREAD = 8.0, 20.0
"""Least and most difference (of 255) at which a pixel counts a quarter: grain stays below, ink above."""

_RIDGE = 0.004
"""Weight, as a share of the pixels', that keeps the curved terms small where the border says little."""


@dataclass(frozen=True, slots=True)
class Shading:
    """A quadratic surface through the paper, on a copy of the canvas of at most 48 x 48 pixels.

    `surface`: float32 (height, width, channels). `off`: how far each pixel of the copy lies from it,
    0 to 255, the largest of its channels, (height, width).
    """

    surface: NDArray[np.float32]
    copy: NDArray[np.float32]
    off: NDArray[np.float32]

    def explains_border(self, most: float, share: float) -> bool:
        """Whether at least `share` of the border lies within `most` of the surface."""
        border = np.concatenate((self.off[0], self.off[-1], self.off[:, 0], self.off[:, -1]))
        return float((border <= most).mean()) >= share

    def explains_more(self, paper: NDArray[np.floating], most: float, gain: float) -> bool:
        """Whether more of the canvas, by `gain` at least, lies near the surface than near one colour."""
        off_plain = np.abs(self.copy - paper.astype(np.float32)).max(axis=2)
        return float((self.off <= most).mean() - (off_plain <= most).mean()) >= gain

    def paper(self, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        """The paper without ink, uint8 of the canvas's `shape`."""
        size = (shape[1], shape[0])
        full = cv2.resize(self.surface, size, interpolation=cv2.INTER_LINEAR).reshape(shape)
        return np.rint(np.clip(full, 0, 255)).astype(np.uint8)


def fit_shading(pixels: NDArray[np.uint8]) -> Shading:
    """The paper of a canvas (uint8, grey or BGR) as a quadratic surface.

    First through the border, where there is hardly ever ink, then through all that lies near that, by
    iteratively reweighted least squares (Holland & Welsch 1977), squared Cauchy weights: ink counts little.
    """
    height, width = min(pixels.shape[0], _SAMPLES), min(pixels.shape[1], _SAMPLES)
    shrunk = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    copy = shrunk.reshape(height, width, -1).astype(np.float32)
    terms, values = _terms(height, width), copy.reshape(height * width, -1)
    is_border = np.ones((height, width), bool)
    is_border[1:-1, 1:-1] = False
    border = is_border.ravel()
    fitted = _reweighted(terms[border], values[border], np.ones(int(border.sum()), np.float32))
    near = _weights(_off(terms, values, fitted), float(np.mean(_SPREAD)))
    fitted = _reweighted(terms, values, near)
    off = _off(terms, values, fitted).reshape(height, width)
    return Shading((terms @ fitted).reshape(copy.shape), copy, off)


def _terms(height: int, width: int) -> NDArray[np.float32]:
    """1, x, y, x², xy and y² of each pixel, x and y from -1 to 1: (height * width, 6)."""
    y, x = (axis.ravel() for axis in np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j])
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1).astype(np.float32)


def _reweighted(
    terms: NDArray[np.float32], values: NDArray[np.float32], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Coefficients (6, channels) of the surface through most of `values`."""
    fitted = np.zeros((terms.shape[1], values.shape[1]), np.float32)
    for _ in range(_ROUNDS):
        weighted = terms * weights[:, None]
        small = np.diag([1e-6, 1e-6, 1e-6, _RIDGE, _RIDGE, _RIDGE]) * weights.sum()
        fitted = np.linalg.solve(terms.T @ weighted + small, weighted.T @ values)
        fitted = fitted.astype(np.float32)
        off = _off(terms, values, fitted)
        weights = _weights(off, float(np.clip(1.5 * np.median(off), *_SPREAD)))
    return fitted


def _off(
    terms: NDArray[np.float32], values: NDArray[np.float32], fitted: NDArray[np.float32]
) -> NDArray[np.float32]:
    off: NDArray[np.float32] = np.abs(values - terms @ fitted).max(axis=1)
    return off


def _weights(off: NDArray[np.float32], spread: float) -> NDArray[np.float32]:
    weights: NDArray[np.float32] = (1 + (off / np.float32(spread)) ** 2) ** -2
    return weights
