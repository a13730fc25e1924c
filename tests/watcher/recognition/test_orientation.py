"""A picture that its file says is turned is read as every viewer shows it."""

import struct

import cv2
import numpy as np
import pytest

from tests.support.pictures import paint_digit, png_chunk
from watcher.recognition import decode

UPRIGHT = paint_digit(6, width=64, height=48, pen=4)

# How a picture is stored so that each EXIF orientation shows it upright, by EXIF 2.32, table 6.
STORED = {
    1: lambda pixels: pixels,
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: np.rot90,
    7: lambda pixels: np.rot90(pixels, 2).swapaxes(0, 1),
    8: lambda pixels: np.rot90(pixels, -1),
}


def exif(orientation: int, order: str) -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def png(pixels: np.ndarray, content: bytes, *, at_end: bool = False) -> bytes:
    data = bytes(cv2.imencode(".png", pixels)[1])
    place = len(data) - 12 if at_end else 33
    return data[:place] + png_chunk(b"eXIf", content) + data[place:]


def webp(pixels: np.ndarray, content: bytes) -> bytes:
    data = bytes(cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, 101])[1])
    height, width = pixels.shape[:2]
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<II", 10, 0x08) + size + data[12:]
    body += b"EXIF" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


def stored(orientation: int) -> np.ndarray:
    return np.ascontiguousarray(STORED[orientation](UPRIGHT))


def shown(data: bytes) -> np.ndarray:
    return decode(data).pixels


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", "<>")
def test_a_png_is_turned_as_its_exif_says(orientation: int, order: str) -> None:
    data = png(stored(orientation), exif(orientation, order))
    assert np.array_equal(shown(data), UPRIGHT)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_webp_is_turned_as_its_exif_says(orientation: int) -> None:
    data = webp(stored(orientation), exif(orientation, "<"))
    assert np.array_equal(shown(data), UPRIGHT)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_is_turned_as_its_exif_says(orientation: int) -> None:
    content = b"Exif\0\0" + exif(orientation, ">")
    segment = b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
    data = bytes(cv2.imencode(".jpg", stored(orientation), [cv2.IMWRITE_JPEG_QUALITY, 100])[1])
    turned = shown(data[:2] + segment + data[2:])
    assert turned.shape == UPRIGHT.shape
    assert np.abs(turned.astype(int) - UPRIGHT).mean() < 3


def test_exif_after_the_pixels_counts_as_well() -> None:
    assert np.array_equal(shown(png(stored(3), exif(3, ">"), at_end=True)), UPRIGHT)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"II*\0",
        exif(0, "<"),
        exif(9, "<"),
        exif(3, "<")[:12],
        b"JUNK" + exif(3, "<"),
        b"II*\0\xff\xff\xff\xff",
    ],
)
def test_exif_that_says_nothing_sensible_turns_nothing(content: bytes) -> None:
    assert np.array_equal(shown(png(UPRIGHT, content)), UPRIGHT)
