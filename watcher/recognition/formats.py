"""Picture formats that Paint and similar programs save: their signatures, sizes and ends of file.

Only headers are read here, so that a decompression bomb is refused before anything is decoded and a
file that is still being written is recognised without decoding it. Layouts are those of the
standards: PNG (W3C, 3rd edition), JPEG (ITU-T T.81 annex B), BMP (BITMAPFILEHEADER), GIF89a, WebP
(RFC 9649).
"""

import zlib
from enum import StrEnum

# Number of bytes at a file's beginning and end that `is_complete` looks at. They hold more than any header
# that it reads, and at the end some padding.
PROBE_BYTES = 64

_PNG_END = b"IEND\xaeB`\x82"


class Format(StrEnum):
    """A picture format that is read, by the name that users know."""

    PNG = "PNG"
    JPEG = "JPEG"
    BMP = "BMP"
    GIF = "GIF"
    WEBP = "WebP"


# The name endings under which each format is saved, in lower case.
SUFFIXES = {
    Format.PNG: (".png", ".apng"),
    Format.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    Format.BMP: (".bmp", ".dib"),
    Format.GIF: (".gif",),
    Format.WEBP: (".webp",),
}


def sniff(head: bytes) -> Format | None:
    """Return the format that a file's first bytes (18 or more) state, None if it is not one of ours."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Format.GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head.startswith(b"BM") and _little(head, 14, 4) in _BMP_HEADERS:
        return Format.BMP
    return None


def is_complete(head: bytes, tail: bytes, size: int) -> bool | None:
    """Return whether a file of `size` bytes is complete by its own format.

    `head` and `tail` are its first and last `PROBE_BYTES` bytes (all of a smaller file). False means that
    more bytes must follow, None that `head` belongs to no known picture format.
    """
    match sniff(head):
        case Format.PNG:
            # Padding after the end is common (screenshot tools, uploads).
            return _PNG_END in tail
        case Format.JPEG:
            return tail.rstrip(b"\x00").endswith(b"\xff\xd9")
        case Format.BMP:
            # Some writers leave the size field zero; the pixels' offset then gives a lower bound.
            stated = _little(head, 2, 4) or _little(head, 10, 4) + 1
            return size >= stated
        case Format.GIF:
            return tail.rstrip(b"\x00").endswith(b"\x3b")
        case Format.WEBP:
            return size >= _little(head, 4, 4) + 8
        case None:
            return None


def has_end_mark(head: bytes) -> bool:
    """Return whether the format that `head` states has an end mark, which proves that a file is complete.

    The size in a header proves nothing: copiers set a file's size before they write its bytes. A GIF's
    end is a single byte, which may occur anywhere.
    """
    return sniff(head) in {Format.PNG, Format.JPEG}


def dimensions(data: bytes) -> tuple[int, int] | None:
    """Return the width and height in pixels that the header of `data` states, None if it states none.

    A header may be wrong; it only limits what a decoder may allocate.
    """
    kind = sniff(data[:PROBE_BYTES])
    return _DIMENSIONS[kind](data) if kind is not None else None


_PNG_CORE = frozenset([b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"])


def png_core(data: bytes) -> bytes | None:
    """Return a PNG file with only the chunks that make its picture, None if one is damaged or missing.

    A decoder allocates the length that a chunk states: 2 GB and 1 s for a file of 1 kB that states
    2**31 - 1 (measured, OpenCV 5). Texts, colour profiles and further pictures are left out.
    """
    view, at = memoryview(data), 8
    kept = [view[:at]]
    while at + 12 <= len(view):
        kind = data[at + 4 : at + 8]
        end = at + 12 + _big(data, at, 4)
        if end > len(view):
            return None
        if kind in _PNG_CORE:
            if zlib.crc32(view[at + 4 : end - 4]) != _big(data, end - 4, 4):
                return None
            kept.append(view[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    return None


def _png_dimensions(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return _big(data, 16, 4), _big(data, 20, 4)


def _gif_dimensions(data: bytes) -> tuple[int, int] | None:
    return (_little(data, 6, 2), _little(data, 8, 2)) if len(data) >= 10 else None


def _bmp_dimensions(data: bytes) -> tuple[int, int] | None:
    if len(data) < 26:
        return None
    if _little(data, 14, 4) == _BMP_CORE_HEADER:
        return _little(data, 18, 2), _little(data, 20, 2)
    return abs(_signed(data, 18)), abs(_signed(data, 22))


_BMP_CORE_HEADER = 12
_BMP_HEADERS = (_BMP_CORE_HEADER, 40, 52, 56, 64, 108, 124)

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def _jpeg_dimensions(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _JPEG_STANDALONE:
            at += 2
        elif marker in _JPEG_FRAMES:
            return _big(data, at + 7, 2), _big(data, at + 5, 2)
        else:
            at += 2 + max(2, _big(data, at + 2, 2))
    return None


def _webp_dimensions(data: bytes) -> tuple[int, int] | None:
    if len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8 ":
            return _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF
        case b"VP8L":
            bits = _little(data, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
        case _:
            return None


_DIMENSIONS = {
    Format.PNG: _png_dimensions,
    Format.JPEG: _jpeg_dimensions,
    Format.BMP: _bmp_dimensions,
    Format.GIF: _gif_dimensions,
    Format.WEBP: _webp_dimensions,
}


def _little(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _big(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


def _signed(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little", signed=True)
