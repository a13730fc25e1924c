"""Pictures of all kinds are drawn with a mask that says which of their pixels are the digit's ink."""

import cv2
import numpy as np
import pytest

pytest.importorskip("PIL", reason="needs Pillow: pip install '.[training]'")

from training.data.strokes import Character
from training.drawing.scenes.files import turned_jpeg, turned_png, turned_webp
from training.drawing.scenes.kinds import KINDS, draw_kind, mixed
from watcher.recognition import decode

STROKES = (
    np.array([(2, 1), (5, 0), (8, 2), (5, 5), (8, 7), (5, 10), (1, 9)], np.float32),
    np.array([(3, 5), (6, 5)], np.float32),
)
THREE = Character(STROKES, 3, "somebody", "nowhere")


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_its_ink_where_its_mask_says(name: str) -> None:
    for seed in range(3):
        sheet = draw_kind(np.random.default_rng((1, seed)), THREE, KINDS[name])
        assert sheet.pixels.dtype == sheet.ink.dtype == np.uint8
        assert sheet.pixels.shape == (*sheet.ink.shape, 3)
        inked = sheet.ink > 100
        assert inked.any()
        left, top, right, bottom = sheet.box
        around = inked.copy()
        around[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = False
        assert not around.any()


@pytest.mark.parametrize("name", ["plain", "ink: fading", "desk", "photograph", "dithered"])
def test_the_same_seed_draws_the_same_picture(name: str) -> None:
    one, other = (draw_kind(np.random.default_rng(5), THREE, KINDS[name]) for _ in range(2))
    assert np.array_equal(one.pixels, other.pixels)
    assert np.array_equal(one.ink, other.ink)


def test_a_picture_without_ink_has_an_empty_mask() -> None:
    sheet = draw_kind(np.random.default_rng(1), THREE, KINDS["desk"], is_blank=True)
    assert not sheet.ink.any()


def test_there_are_at_least_forty_kinds_and_they_mix() -> None:
    assert len(KINDS) >= 40
    rng = np.random.default_rng(1)
    kinds = [mixed(rng, KINDS["plain"]) for _ in range(60)]
    assert any(kind.changes for kind in kinds)
    assert any(kind.inks != ("full",) for kind in kinds)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("turned", [turned_png, turned_webp, turned_jpeg])
def test_turned_files_are_shown_upright(turned: object, orientation: int) -> None:
    assert callable(turned)
    pixels = np.full((40, 60, 3), 255, np.uint8)
    cv2.rectangle(pixels, (5, 5), (20, 12), (0, 0, 0), -1)
    shown = decode(turned(pixels, orientation)).pixels
    assert shown.shape == pixels.shape
    assert np.abs(shown.astype(int) - pixels).mean() < 4
