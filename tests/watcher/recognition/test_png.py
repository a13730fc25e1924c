"""The fast decoder of PNG gives the pixels that OpenCV gives, or leaves the picture to OpenCV."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.faults import hostile
from tests.support.pictures import paint_digit, png, png_chunk, raw_png
from watcher.recognition import NotADrawingError, decode
from watcher.recognition.formats import Format, dimensions, png_core, sniff
from watcher.recognition.png import HAS_DECODER, decode_png

needs_decoder = pytest.mark.skipif(not HAS_DECODER, reason="kornia-rs cannot be loaded here")

DRAWINGS = Path(__file__).parents[4] / "shared" / "drawings"


def by_opencv(content: bytes) -> NDArray[np.uint8]:
    """Return OpenCV's pixels of a PNG in grey, RGB or RGBA."""
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels.ndim == 2:
        return pixels
    order = [2, 1, 0, 3][: pixels.shape[2]]
    return pixels[:, :, order]


def is_decoded_alike(data: bytes) -> bool:
    """Return whether the fast decoder took `data`; fail where its pixels are not OpenCV's."""
    content, size = png_core(data), dimensions(data)
    if content is None or size is None or size[0] * size[1] > 1_000_000:
        return False
    pixels = decode_png(content, *size)
    if pixels is None:
        return False
    assert np.array_equal(pixels, by_opencv(content))
    return True


@needs_decoder
@given(
    st.sampled_from([(), (3,), (4,)]),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
    st.sampled_from(range(10)),
)
@settings(max_examples=100, deadline=None)
def test_random_pixels_are_the_same(
    channels: tuple[int, ...], width: int, height: int, seed: int, level: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, *channels), np.uint8)
    data = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, level])[1].tobytes()
    assert is_decoded_alike(data)


@needs_decoder
def test_every_hostile_png_is_the_same_or_left_to_opencv() -> None:
    pngs = [one.content for one in hostile.files() if sniff(one.content[:64]) is Format.PNG]
    assert sum(map(is_decoded_alike, pngs)) > 10


@needs_decoder
@pytest.mark.skipif(not DRAWINGS.exists(), reason="needs the real drawings in ../shared")
def test_every_real_drawing_is_the_same() -> None:
    pngs = [path.read_bytes() for path in DRAWINGS.rglob("*.png")]
    assert sum(is_decoded_alike(data) for data in pngs if sniff(data[:64]) is Format.PNG) > 50


def test_a_transparent_colour_is_left_to_opencv() -> None:
    white = png_chunk(b"tRNS", bytes([0, 255, 0, 255, 0, 255]))
    data = raw_png(2, 1, 8, 2, b"\0" + bytes([255, 255, 255, 9, 9, 9]), extra=white)
    assert decode_png(data, 2, 1) is None


def test_a_large_picture_is_left_to_opencv() -> None:
    data = png(np.full((3000, 3000), 255, np.uint8))
    assert decode_png(data, 3000, 3000) is None


def test_a_damaged_stream_is_a_damaged_picture_as_before() -> None:
    data = raw_png(2, 2, 8, 0, b"\0\1\2")  # A row is missing.
    assert decode_png(data, 2, 2) is None
    with pytest.raises(NotADrawingError, match="damaged PNG picture"):
        decode(png(paint_digit(3))[:-20])
