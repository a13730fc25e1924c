"""Pictures that tests make: raw PNGs of any kind, and digits as a person draws them in Paint."""

import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.uint8]

STROKES: dict[int, list[list[tuple[float, float]]]] = {
    0: [[(5, 0), (2, 2), (1, 5), (2, 8), (5, 10), (8, 8), (9, 5), (8, 2), (5, 0)]],
    1: [[(2.5, 3), (6, 0), (6, 10)]],
    2: [[(1.5, 2.5), (3, 0.5), (6, 0), (8, 2), (7, 5), (1, 10), (9, 10)]],
    3: [[(1.5, 1), (5, 0), (8, 2), (7, 4), (4, 5), (8, 6), (8.5, 8), (5.5, 10), (1, 9)]],
    4: [[(3, 0), (1, 6), (9, 6)], [(7, 2), (7, 10)]],
    5: [[(8.5, 0), (2, 0), (1.6, 4.5), (5, 3.8), (8.5, 6), (7.5, 9), (4, 10), (1, 9)]],
    6: [[(7, 0), (3.5, 3), (1.6, 7), (4, 10), (7.5, 9), (8, 6.6), (5, 5.2), (2, 6.8)]],
    7: [[(1, 0), (9, 0), (4, 10)], [(3.5, 5), (8.5, 5)]],
    8: [
        [
            (7.5, 1.5),
            (5, 0),
            (2.5, 2),
            (4, 4.4),
            (7, 6),
            (8, 8.4),
            (5, 10),
            (2, 8.4),
            (3.4, 5.8),
            (6.5, 4.2),
            (7.5, 1.5),
        ]
    ],
    9: [[(8, 2.5), (5.5, 0), (2.4, 1.8), (3, 4.6), (6, 5), (8, 2.5), (7.4, 10)]],
}
"""How the tests write each digit: strokes of points in a box of 10 x 10, y down."""


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
