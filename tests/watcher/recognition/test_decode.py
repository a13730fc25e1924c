"""Whatever the bytes are: a drawing with the right pixels, or a few words on why not."""

import cv2
import numpy as np
import pytest

from tests.support.pictures import png_chunk, raw_png
from watcher.recognition import Limits, NotADrawingError, decode
from watcher.recognition.formats import Format, dimensions, is_complete, sniff

GREY = np.array([[0, 255, 128], [64, 32, 200]], np.uint8)
COLOUR = np.stack([GREY, 255 - GREY, GREY // 2], axis=2)


def encoded(suffix: str, pixels: np.ndarray) -> bytes:
    done, data = cv2.imencode(suffix, pixels)
    assert done
    return bytes(data)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".webp"])
def test_lossless_formats_keep_every_pixel(suffix: str) -> None:
    parameters = [cv2.IMWRITE_WEBP_QUALITY, 101] if suffix == ".webp" else []
    data = bytes(cv2.imencode(suffix, COLOUR, parameters)[1])
    assert np.array_equal(decode(data).pixels, COLOUR[:, :, ::-1])  # OpenCV was given BGR.


def test_the_content_counts_whatever_the_name_says() -> None:
    assert decode(encoded(".jpg", COLOUR)).format is Format.JPEG
    assert decode(encoded(".gif", COLOUR)).format is Format.GIF


def test_black_ink_on_a_transparent_canvas_is_black_on_white() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[1, 1] = (0, 0, 0, 255)
    drawn = decode(encoded(".png", pixels)).pixels
    assert (drawn[1, 1] == 0).all()
    assert (drawn[0, 0] == 255).all()


def test_white_ink_on_a_transparent_canvas_can_be_seen() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[1, 1] = (255, 255, 255, 255)
    drawn = decode(encoded(".png", pixels)).pixels
    assert (drawn[1, 1] == 255).all()
    assert (drawn[0, 0] == 0).all()


def test_sixteen_bits_become_eight() -> None:
    deep = GREY.astype(np.uint16) * 257
    assert np.array_equal(decode(encoded(".png", deep)).pixels, GREY)


def test_a_palette_png_is_read() -> None:
    rows = b"\0\0\1\0\1" * 2
    palette = png_chunk(b"PLTE", bytes([255, 255, 255, 0, 0, 0]))
    drawn = decode(raw_png(4, 2, 8, 3, rows, extra=palette)).pixels
    assert (drawn[:, 0] == 255).all()
    assert (drawn[:, 1] == 0).all()


def test_a_jpeg_is_turned_as_its_exif_says() -> None:
    tall = np.full((40, 20, 3), 255, np.uint8)
    data = encoded(".jpg", tall)
    orientation_6 = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    exif = b"Exif\0\0" + orientation_6
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    turned = decode(data[:2] + segment + data[2:])
    assert (turned.width, turned.height) == (40, 20)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b"hello, world", "not a PNG, JPEG, BMP, GIF or WebP picture"),
        (encoded(".png", GREY)[:-20], "damaged PNG picture"),
        (encoded(".png", GREY)[:30], "damaged PNG picture"),
        (encoded(".jpg", COLOUR)[:40], "damaged JPEG picture"),
        (raw_png(30_000, 30_000, 1, 0, b""), "30000 x 30000 pixels, more than 50 megapixels"),
        (raw_png(0, 0, 8, 0, b""), "damaged PNG picture"),
        (b"BM", "not a PNG, JPEG, BMP, GIF or WebP picture"),
    ],
)
def test_what_is_no_drawing_is_refused_in_a_few_words(data: bytes, reason: str) -> None:
    with pytest.raises(NotADrawingError) as refused:
        decode(data)
    assert str(refused.value) == reason


def test_a_chunk_that_claims_to_be_endless_is_refused_before_anything_is_reserved_for_it() -> None:
    whole = encoded(".png", GREY)
    at = whole.index(b"IDAT") - 4
    with pytest.raises(NotADrawingError, match="damaged PNG picture"):
        decode(whole[:at] + b"\x7f\xff\xff\xff" + whole[at + 4 :])


def test_what_else_a_png_carries_changes_nothing() -> None:
    whole = encoded(".png", COLOUR)
    broken = png_chunk(b"tEXt", b"a\0b")[:-1] + b"\0"
    extra = png_chunk(b"gAMA", bytes(4)) + png_chunk(b"iCCP", b"a\0\0") + broken
    assert np.array_equal(decode(whole[:33] + extra + whole[33:]).pixels, COLOUR[:, :, ::-1])


def test_a_file_over_the_limit_is_not_decoded() -> None:
    with pytest.raises(NotADrawingError, match="larger than 1 MB"):
        decode(b"\x89PNG\r\n\x1a\n" + bytes(2**20), Limits(max_bytes=2**20))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".gif", ".webp"])
def test_a_whole_file_is_complete_and_any_part_of_it_is_not(suffix: str) -> None:
    big = np.random.default_rng(1).integers(0, 256, (50, 60, 3)).astype(np.uint8)
    data = encoded(suffix, big)
    assert is_complete(data[:64], data[-64:], len(data)) is True
    for share in (0.3, 0.6, 0.99):
        part = data[: int(share * len(data))]
        assert is_complete(part[:64], part[-64:], len(part)) is False
    assert dimensions(data) == (60, 50)


def test_what_is_no_picture_is_neither_complete_nor_incomplete() -> None:
    assert is_complete(b"hello", b"hello", 5) is None
    assert sniff(b"") is None
