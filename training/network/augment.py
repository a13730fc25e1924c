"""Augmentation of normalised pictures: affine, elastic, stroke width, tone."""

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.normalise import SIDE

# Standard deviations: degrees, x per y, log of the scale, pixels. Guesses, clipped below so that no 7
# becomes a 1; reducing them to a third at the end of training did not help.
_ROTATION, _SHEAR, _STRETCH, _SHIFT = 8.0, 0.12, 0.08, 1.2

# Standard deviation in pixels of the displacement at each knot of a 5 x 5 grid (Simard et al. 2003).
_ELASTIC = 0.7

_ROWS, _COLUMNS = (axis.astype(np.float32) for axis in np.mgrid[0:SIDE, 0:SIDE])
_CENTRE = (SIDE - 1) / 2


def augment(images: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return augmented copies of `images` (uint8, (n, 28, 28)) as float32 (n, 28, 28, 1) in 0 to 1."""
    changed = np.empty((len(images), SIDE, SIDE), np.float32)
    matrices = _affine(rng, len(images))
    grids = rng.normal(0, _ELASTIC, (len(images), 2, 5, 5)).astype(np.float32)
    chances = rng.random((len(images), 3))
    for number, image in enumerate(images):
        changed[number] = _change(image, matrices[number], grids[number], chances[number])
    return (np.clip(changed, 0, 255) / np.float32(255))[..., None]


def plain(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return `images` (uint8, (n, 28, 28)) as the network takes them: float32 (n, 28, 28, 1) in 0 to 1."""
    return images[..., None].astype(np.float32) / np.float32(255)


def _affine(rng: np.random.Generator, count: int) -> NDArray[np.float32]:
    """Return inverse maps, float32 (count, 2, 3), about the picture's centre."""
    angle = np.radians(rng.normal(0, _ROTATION, count).clip(-20, 20))
    shear = rng.normal(0, _SHEAR, count)
    scale = np.exp(rng.normal(0, _STRETCH, (count, 2)).clip(-0.2, 0.25))
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.empty((count, 2, 3))
    matrix[:, 0, 0], matrix[:, 0, 1] = cos * scale[:, 0], (shear * cos - sin) * scale[:, 0]
    matrix[:, 1, 0], matrix[:, 1, 1] = sin * scale[:, 1], (shear * sin + cos) * scale[:, 1]
    shift = rng.normal(0, _SHIFT, (count, 2)).clip(-3, 3)
    matrix[:, :, 2] = _CENTRE - matrix[:, :, :2].sum(axis=2) * _CENTRE + shift
    return matrix.astype(np.float32)


def _change(
    image: NDArray[np.uint8],
    matrix: NDArray[np.float32],
    grid: NDArray[np.float32],
    chance: NDArray[np.float64],
) -> NDArray[np.float32]:
    x = matrix[0, 0] * _COLUMNS + matrix[0, 1] * _ROWS + matrix[0, 2]
    y = matrix[1, 0] * _COLUMNS + matrix[1, 1] * _ROWS + matrix[1, 2]
    if chance[0] < 0.6:
        x += cv2.resize(grid[0], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        y += cv2.resize(grid[1], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    warped = cv2.remap(image, x, y, cv2.INTER_LINEAR).astype(np.float32)
    if chance[1] < 0.1:
        # Half a pixel to one pixel thicker: more would close the loops of a small 8.
        thicker = cv2.dilate(warped, np.ones((2, 2), np.uint8))
        warped += (thicker - warped) * np.float32(5 * chance[1] + 0.5)
    elif chance[1] < 0.2:
        thinner = cv2.erode(warped, np.ones((2, 2), np.uint8))
        warped += (thinner - warped) * np.float32(5 * (chance[1] - 0.1))
    tone = np.float32(0.75 + 0.4 * chance[2])
    result: NDArray[np.float32] = warped * tone
    return result
