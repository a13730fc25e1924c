"""Pictures as files that state how they are to be shown: turned by EXIF, or partly transparent."""

import struct
import zlib
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character
from training.drawing.scenes.kinds import KINDS, draw_kind
from training.drawing.scenes.sheet import Sheet
from watcher.recognition.types import as_uint8

File = Callable[[np.random.Generator, Character], bytes]


def exif(orientation: int, *, is_big_endian: bool) -> bytes:
    """Return a TIFF directory that states nothing but an orientation (1 to 8)."""
    order, mark = (">", b"MM\0*") if is_big_endian else ("<", b"II*\0")
    return mark + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def stored(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Return `pixels` stored so that a program that obeys `orientation` shows them upright."""
    if orientation in (2, 3, 6, 7):
        pixels = as_uint8(cv2.flip(pixels, 1))
    if orientation in (3, 4, 7, 8):
        pixels = as_uint8(cv2.flip(pixels, 0))
    return as_uint8(cv2.transpose(pixels)) if orientation >= 5 else pixels


def turned_png(pixels: NDArray[np.uint8], orientation: int) -> bytes:
    """Return a PNG file with an `eXIf` chunk, which comes before the pixels."""
    data = bytes(cv2.imencode(".png", stored(pixels, orientation))[1])
    content = b"eXIf" + exif(orientation, is_big_endian=True)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    after_header = 8 + 12 + 13
    return data[:after_header] + chunk + data[after_header:]


def turned_webp(pixels: NDArray[np.uint8], orientation: int) -> bytes:
    """Return a WebP file with an `EXIF` chunk, in the extended layout of RFC 9649."""
    picture = stored(pixels, orientation)
    data = bytes(cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, 101])[1])
    height, width = picture.shape[:2]
    has_exif = 0x08
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    extended = b"VP8X" + struct.pack("<II", 10, has_exif) + canvas
    content = exif(orientation, is_big_endian=False)
    chunk = b"EXIF" + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    body = b"WEBP" + extended + data[12:] + chunk
    return b"RIFF" + struct.pack("<I", len(body)) + body


def turned_jpeg(pixels: NDArray[np.uint8], orientation: int) -> bytes:
    """Return a JPEG file with its EXIF data in the first segment."""
    data = bytes(cv2.imencode(".jpg", stored(pixels, orientation))[1])
    content = b"Exif\0\0" + exif(orientation, is_big_endian=True)
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + data[2:]


def transparent_png(rng: np.random.Generator, sheet: Sheet) -> bytes:
    """Return a PNG file of the sheet, opaque, on a larger transparent canvas."""
    height, width = (int(side * rng.uniform(1.2, 2.2)) for side in (sheet.height, sheet.width))
    pixels = np.zeros((height, width, 4), np.uint8)
    left = int(rng.integers(0, width - sheet.width + 1))
    top = int(rng.integers(0, height - sheet.height + 1))
    pixels[top : top + sheet.height, left : left + sheet.width, :3] = sheet.pixels
    pixels[top : top + sheet.height, left : left + sheet.width, 3] = 255
    return bytes(cv2.imencode(".png", pixels)[1])


def _turned(turn: Callable[[NDArray[np.uint8], int], bytes]) -> File:
    def file(rng: np.random.Generator, written: Character) -> bytes:
        sheet = draw_kind(rng, written, KINDS["plain"])
        return turn(sheet.pixels, int(rng.integers(1, 9)))

    return file


def _transparent(rng: np.random.Generator, written: Character) -> bytes:
    return transparent_png(rng, draw_kind(rng, written, KINDS["plain"]))


# The kinds that exist only as files, by name.
FILES: Mapping[str, File] = {
    "turned PNG": _turned(turned_png),
    "turned WebP": _turned(turned_webp),
    "turned JPEG": _turned(turned_jpeg),
    "sheet on a transparent canvas": _transparent,
}
