"""The ink finder's view of a canvas keeps the extremes of each cell, also of a very long canvas."""

import math

import numpy as np
import pytest

from watcher.recognition.view import VIEW_SIDE, Placement, view_of


@pytest.mark.parametrize("shape", [(300, 200), (1080, 1920), (9000, 60), (60, 9000), (16_400, 700)])
def test_a_cell_has_the_least_and_the_greatest_of_its_pixels(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*shape, 3)).astype(np.uint8)
    place = Placement.of(*shape)
    reach = math.ceil(place.stride)
    view = view_of(pixels)[place.top : place.top + place.rows, place.left :]
    for row in range(0, place.rows, 7):
        for column in range(0, place.columns, 7):
            top, left = row * shape[0] // place.rows, column * shape[1] // place.columns
            cell = pixels[top : top + reach, left : left + reach].reshape(-1, 3)
            assert view[row, column, :3].tolist() == cell.min(axis=0).tolist()
            assert view[row, column, 3:6].tolist() == cell.max(axis=0).tolist()
    assert view_of(pixels).shape == (VIEW_SIDE, VIEW_SIDE, 9)
