"""Drawings as Paint saves them, 24 bit without transparency, no two files of like bytes."""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.pictures import paint_digit, png, png_chunk

_PENS = 3

# Bytes of a PNG before its second chunk.
_SIGNATURE_AND_HEADER = 33


@dataclass(frozen=True, slots=True)
class Canvas:
    """A canvas of `width` x `height` pixels and the thinnest pen used on it."""

    width: int
    height: int
    pen: int

    def __str__(self) -> str:
        return f"{self.width} x {self.height}"


TINY = Canvas(28, 28, 2)
SMALL = Canvas(500, 500, 6)

# Paint's own when it starts on a screen of 1920 x 1080.
PAINT = Canvas(1152, 648, 8)
SCREEN = Canvas(1920, 1080, 10)

# 4 megapixels.
LARGE = Canvas(2304, 1736, 12)


def drawing(canvas: Canvas, number: int) -> bytes:
    """The `number`th drawing on such a canvas: ten digits, three pens, and its number in a text chunk."""
    plain = _plain(canvas, number % 10, canvas.pen + number // 10 % _PENS)
    mark = png_chunk(b"tEXt", b"Comment\0" + str(number).encode())
    return plain[:_SIGNATURE_AND_HEADER] + mark + plain[_SIGNATURE_AND_HEADER:]


@cache
def _plain(canvas: Canvas, digit: int, pen: int) -> bytes:
    return png(paint_digit(digit, width=canvas.width, height=canvas.height, pen=pen))


def fill(inbox: Path, canvas: Canvas, count: int, age_seconds: float = 3600) -> None:
    """Lays `count` drawings into a new `inbox` that have waited for `age_seconds`, all on the disk."""
    shutil.rmtree(inbox.parent, ignore_errors=True)
    inbox.mkdir(parents=True)
    then = time.time() - age_seconds
    for number, path in enumerate(_names(inbox, count)):
        path.write_bytes(drawing(canvas, number))
        if age_seconds:
            os.utime(path, (then, then))
    if hasattr(os, "sync"):
        os.sync()


def _names(inbox: Path, count: int) -> Iterator[Path]:
    return (inbox / f"drawing-{number:06}.png" for number in range(count))
