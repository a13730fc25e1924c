"""Pictures that tests make: raw PNGs of any kind, and digits as a person draws them in Paint."""

import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.recognition.samples import STROKES

Canvas = NDArray[np.uint8]


def paint_digit(
    digit: int,
    *,
    width: int = 400,
    height: int = 300,
    pen: int = 5,
    ink: tuple[int, int, int] = (0, 0, 0),
    paper: tuple[int, int, int] = (255, 255, 255),
) -> Canvas:
    """A digit drawn with hard edges in the middle of a canvas, as Paint's pencil does; BGR."""
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = paper
    tall = 0.6 * min(width, height)
    left, top = (width - tall) / 2, (height - tall) / 2
    for stroke in STROKES[digit]:
        points = np.array(stroke) / 10 * tall + (left, top)
        cv2.polylines(canvas, [np.round(points).astype(np.int32)], False, ink, pen)
    return canvas


def framed(canvas: Canvas) -> Canvas:
    """`canvas` with a black frame near its rim, so that the ink has to be looked for."""
    height, width = canvas.shape[:2]
    with_frame = canvas.copy()
    cv2.rectangle(with_frame, (12, 12), (width - 13, height - 13), (0, 0, 0), 3)
    return with_frame


def png(pixels: Canvas) -> bytes:
    """A PNG file of `pixels`."""
    return bytes(cv2.imencode(".png", pixels)[1])


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(
    width: int, height: int, depth: int, colour_type: int, rows: bytes, *, extra: bytes = b""
) -> bytes:
    """A PNG file with any header, `extra` chunks, and `rows` (each with its filter byte) compressed."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + extra
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )
