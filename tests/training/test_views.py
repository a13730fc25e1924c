"""The ink finder learns from the looks that it will have: at whole pictures, and at parts with the ink."""

from itertools import product

import numpy as np
import pytest

from training.drawing.scenes.sheet import Sheet
from training.views import closer, looser

SIZES = [(28, 28), (400, 300), (60, 900)]

# Shares of the picture's width and height, a bar, and a dot in a corner.
BOXES = [(0.2, 0.3, 0.6, 0.7), (0.0, 0.0, 1.0, 0.1), (0.99, 0.99, 1.0, 1.0)]


def sheet(size: tuple[int, int], shares: tuple[float, float, float, float]) -> Sheet:
    width, height = size
    left, top, right, bottom = (
        round(share * side) for share, side in zip(shares, (width, height) * 2, strict=True)
    )
    left, top = min(left, width - 1), min(top, height - 1)
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3)).astype(np.uint8)
    ink = np.zeros((height, width), np.uint8)
    ink[top:bottom, left:right] = 255
    return Sheet(pixels, ink, (left, top, right, bottom), (0, 0, 0), (255, 255, 255), 3)


@pytest.mark.parametrize(("size", "box"), list(product(SIZES, BOXES)))
def test_a_looser_look_has_all_of_the_ink_and_reaches_from_close_by_to_the_whole_picture(
    size: tuple[int, int], box: tuple[float, float, float, float]
) -> None:
    whole = sheet(size, box)
    areas = []
    for seed in range(200):
        pixels, ink = looser(np.random.default_rng(seed), whole)
        assert pixels.shape[:2] == ink.shape
        assert (ink > 0).sum() == (whole.ink > 0).sum()
        areas.append(ink.size / whole.ink.size)
    # The ink's longer side, squared, is the least; where that is the picture's, there is nothing looser.
    left, top, right, bottom = whole.box
    least = max(right - left, bottom - top, 8) ** 2 / whole.ink.size
    assert min(areas) <= 2 * least
    assert max(areas) >= min(1.0, 10 * least) / 4


@pytest.mark.parametrize(("size", "box"), list(product(SIZES, BOXES)))
def test_a_closer_look_has_some_of_the_ink_in_most_of_its_height_or_width(
    size: tuple[int, int], box: tuple[float, float, float, float]
) -> None:
    whole = sheet(size, box)
    left, top, right, bottom = whole.box
    longer = max(right - left, bottom - top, 8)
    for seed in range(200):
        pixels, ink = closer(np.random.default_rng(seed), whole)
        assert pixels.shape[:2] == ink.shape
        assert ink.any()
        assert max(ink.shape) <= 2 * longer + 1
