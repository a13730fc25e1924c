"""Decode the bytes of a picture file to a `Drawing`, whatever they are."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from watcher.errors import FileFaultError
from watcher.recognition.exif import orientation, upright
from watcher.recognition.formats import PROBE_BYTES, Format, dimensions, png_core, sniff
from watcher.recognition.png import decode_png
from watcher.recognition.types import Drawing, as_uint8


@dataclass(frozen=True, slots=True)
class Limits:
    """The size of the largest file that is decoded, so that none takes too much memory or time.

    An 875 kB PNG of 30,000 x 30,000 pixels takes 9 s and 1.9 GB to decode (measured, OpenCV 5);
    50 megapixels take about 0.5 s and 200 MB.
    """

    max_bytes: int = 50 * 1024 * 1024
    max_pixels: int = 50_000_000


class NotADrawingError(FileFaultError):
    """The bytes hold no drawing; the message says in a few words why ("not a picture")."""


def decode(data: bytes, limits: Limits = Limits()) -> Drawing:
    """Decode `data` by its content, whatever the file is called.

    The pixels are uint8, grey or RGB, with transparency flattened and turned as EXIF says; an animation
    gives its first picture. Raise `NotADrawingError` if the bytes hold no drawing or exceed `limits`, and
    MemoryError or `cv2.error` if memory ran out (`is_short_of_memory` tells these from others).
    """
    kind, width, height = _admit(data, limits)
    content = png_core(data) if kind is Format.PNG else data
    if content is None:
        raise NotADrawingError(f"damaged {kind} picture")
    pixels = decode_png(content, width, height) if kind is Format.PNG else None
    if pixels is None:
        pixels = _decode_by_opencv(content, kind)
    return Drawing(upright(_flatten(pixels, kind), orientation(data, kind)), kind)


def _decode_by_opencv(content: bytes, kind: Format) -> NDArray[np.uint8]:
    """Return any format's pixels: uint8, grey, RGB or RGBA; raise as `decode` does."""
    buffer = np.frombuffer(content, np.uint8)
    # Only UNCHANGED keeps transparency, but it also leaves a JPEG in the orientation that it was stored in.
    flags = cv2.IMREAD_ANYCOLOR if kind is Format.JPEG else cv2.IMREAD_UNCHANGED
    try:
        pixels = cv2.imdecode(buffer, flags)
    except cv2.error as error:
        if is_short_of_memory(error):
            raise
        raise NotADrawingError(f"damaged {kind} picture") from error
    if pixels is None or pixels.size == 0:
        raise NotADrawingError(f"damaged {kind} picture")
    pixels = _as_8_bit(pixels)
    match 1 if pixels.ndim == 2 else pixels.shape[2]:
        case 3:
            return as_uint8(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB, dst=pixels))
        case 4:
            return as_uint8(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA, dst=pixels))
    return pixels


def is_short_of_memory(error: Exception) -> bool:
    """Return whether `error` says that memory ran out, which is not the picture's fault."""
    return isinstance(error, MemoryError) or getattr(error, "code", None) == cv2.Error.StsNoMem


def _admit(data: bytes, limits: Limits) -> tuple[Format, int, int]:
    """Return the format of `data`, its width and its height; raise where no decoder should see it."""
    if not data:
        raise NotADrawingError("empty file")
    if len(data) > limits.max_bytes:
        raise NotADrawingError(f"larger than {limits.max_bytes / 2**20:g} MB")
    kind = sniff(data[:PROBE_BYTES])
    if kind is None:
        raise NotADrawingError("not a PNG, JPEG, BMP, GIF or WebP picture")
    size = dimensions(data)
    if size is None or min(size) == 0:
        raise NotADrawingError(f"damaged {kind} picture")
    width, height = size
    if width * height > limits.max_pixels:
        raise NotADrawingError(
            f"{width} x {height} pixels, more than {limits.max_pixels / 1e6:g} megapixels"
        )
    return kind, width, height


def _as_8_bit(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint16:
        # 257 = 65535 / 255: full scale stays full scale.
        return as_uint8(cv2.convertScaleAbs(pixels, alpha=1 / 257))
    return as_uint8(pixels)


def _flatten(pixels: NDArray[np.uint8], kind: Format) -> NDArray[np.uint8]:
    """Lay transparent pixels on white paper, or on black if the ink is itself white."""
    if pixels.ndim == 2:
        return pixels
    channels = pixels.shape[2]
    if channels == 1:
        return pixels[:, :, 0]
    if channels == 3:
        return pixels
    alpha = pixels[:, :, 3]
    colour = as_uint8(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB))
    least, most, _, _ = cv2.minMaxLoc(alpha)
    # A 32-bit BMP may leave its fourth byte zero throughout: then it is padding.
    if least == 255 or (most == 0 and kind is Format.BMP):
        return colour
    return _lay_on_paper(colour, alpha)


# Above this mean brightness (0 to 255), opaque ink shows better on black paper than on white.
_WHITE_INK = 200

# Pixels that are flattened at a time: a whole picture at once would take three times its memory in addition.
_STRIP_PIXELS = 1 << 20


def _lay_on_paper(colour: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    opaque = cv2.threshold(alpha, 127, 255, cv2.THRESH_BINARY)[1]
    darkest_mean = min(cv2.mean(colour, opaque)[:3]) if cv2.countNonZero(opaque) else 0.0
    # White ink shows only if enough paper is left around it.
    drawn_on_nothing = 4 * cv2.countNonZero(opaque) < 3 * opaque.size
    paper = 0 if darkest_mean > _WHITE_INK and drawn_on_nothing else 255
    rows = max(1, _STRIP_PIXELS // alpha.shape[1])
    for top in range(0, len(alpha), rows):
        strip = slice(top, top + rows)
        weight = cv2.merge([alpha[strip]] * 3)
        inked = cv2.multiply(colour[strip], weight, scale=1 / 255)
        bare = cv2.convertScaleAbs(cv2.bitwise_not(weight), alpha=paper / 255)
        cv2.add(inked, bare, dst=colour[strip])
    return colour
