"""Textures of paper: how far each pixel's colour lies between the paper's (0) and the ink's (1)."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

# Shape (height, width, 1), values 0 to 1.
Texture = NDArray[np.float32]


def _plain(_: np.random.Generator, shape: tuple[int, ...]) -> Texture:
    return np.zeros((*shape, 1), np.float32)


def _gradient(rng: np.random.Generator, shape: tuple[int, ...]) -> Texture:
    height, width = shape
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    ramp = x * np.cos(angle) + y * np.sin(angle)
    if rng.random() < 0.3:
        centre = rng.uniform(0.2, 0.8, 2)
        ramp = np.hypot(x - centre[0], y - centre[1])
    ramp = (ramp - ramp.min()) / max(float(np.ptp(ramp)), 1e-6)
    return _texture(ramp * rng.uniform(0.3, 1))


def _noise(rng: np.random.Generator, shape: tuple[int, ...]) -> Texture:
    grain = np.abs(rng.normal(0, rng.uniform(0.05, 0.25), shape))
    return _texture(np.minimum(grain, 1))


def _lines(rng: np.random.Generator, shape: tuple[int, ...]) -> Texture:
    height, _ = shape
    step = max(2, int(rng.integers(max(6, height // 20), max(8, height // 5))))
    ruled = np.zeros(shape)
    ruled[::step] += rng.uniform(0.2, 0.6)
    if rng.random() < 0.5:
        ruled[:, ::step] += rng.uniform(0.2, 0.6)
    return _texture(ruled)


def _blotches(rng: np.random.Generator, shape: tuple[int, ...]) -> Texture:
    height, width = shape
    coarse = rng.random((int(rng.integers(3, 9)), int(rng.integers(3, 9)))).astype(np.float32)
    cloud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return _texture(np.clip(cloud, 0, 1) * rng.uniform(0.3, 0.9))


def _texture(share: NDArray[np.floating]) -> Texture:
    return share[..., None].astype(np.float32)


TEXTURES: dict[str, Callable[[np.random.Generator, tuple[int, ...]], Texture]] = {
    "plain": _plain,
    "gradient": _gradient,
    "noise": _noise,
    "lines": _lines,
    "blotches": _blotches,
}
