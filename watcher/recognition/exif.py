"""Read the orientation from the EXIF data of a PNG or a WebP, and turn pixels upright.

OpenCV turns a JPEG itself. The orientation is 1 to 8 (EXIF 2.32, tag 0x0112): flips, turns and both
combined. Layouts: PNG 3rd edition (`eXIf`), RFC 9649 (`EXIF` in RIFF), TIFF 6.0.
"""

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.formats import Format
from watcher.recognition.types import as_uint8

UPRIGHT = 1

_ORIENTATION_TAG = 0x0112


def orientation(data: bytes, kind: Format) -> int:
    """Return the orientation in `data`, 1 to 8; 1 (upright) if it states none or is damaged."""
    try:
        match kind:
            case Format.PNG:
                return _stated(_png_exif(data))
            case Format.WEBP:
                return _stated(_webp_exif(data))
            case _:
                return UPRIGHT
    except (struct.error, IndexError):
        return UPRIGHT


def upright(pixels: NDArray[np.uint8], stated: int) -> NDArray[np.uint8]:
    """Return `pixels` (uint8, (height, width, ...)), stored in the `stated` orientation, turned upright."""
    if stated in (5, 6, 7, 8):
        # 5 is stored with rows and columns exchanged; 6, 7 and 8 are also flipped.
        pixels = as_uint8(cv2.transpose(pixels))
    if stated in (2, 6, 3, 7):
        pixels = as_uint8(cv2.flip(pixels, 1))
    if stated in (4, 8, 3, 7):
        pixels = as_uint8(cv2.flip(pixels, 0))
    return pixels


def _png_exif(data: bytes) -> bytes:
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        if kind == b"eXIf":
            return data[at + 8 : at + 8 + length]
        if kind == b"IEND":
            break
        at += 12 + length
    return b""


def _webp_exif(data: bytes) -> bytes:
    at = 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        if data[at : at + 4] == b"EXIF":
            return data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0")
        # Chunks are padded to an even length.
        at += 8 + length + length % 2
    return b""


def _stated(exif: bytes) -> int:
    """Return the orientation in the first directory of a TIFF header, 1 if there is none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return UPRIGHT
    (directory,) = struct.unpack_from(order + "I", exif, 4)
    (count,) = struct.unpack_from(order + "H", exif, directory)
    for number in range(count):
        at = directory + 2 + 12 * number
        tag, kind = struct.unpack_from(order + "HH", exif, at)
        if tag == _ORIENTATION_TAG:
            # A SHORT as the standard has it, or a LONG as some write it.
            (value,) = struct.unpack_from(order + ("I" if kind == 4 else "H"), exif, at + 8)
            return value if 1 <= value <= 8 else UPRIGHT
    return UPRIGHT
