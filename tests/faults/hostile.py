"""A corpus of files that no watcher should be afraid of: made here, none is downloaded.

`files()` gives what is filed, and whether it must be read, must be rejected, or may be either;
`left_alone` puts into a folder what is no file of the user's to file.
"""

import os
import socket
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.support.pictures import Canvas, paint_digit, png, png_chunk

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# PNG, 3rd edition, 8.1: first column and row, and steps, of each pass.
ADAM7 = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
]

# PNG, 3rd edition, table 12: which bit depths each colour type may have.
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@dataclass(frozen=True)
class Hostile:
    """`is_read`: it must be a drawing, must not be one, or (None) either will do."""

    name: str
    content: bytes
    is_read: bool | None = None


def files() -> list[Hostile]:
    """The whole corpus; no two of one name."""
    corpus = [
        *_png_kinds(),
        *_truncated(),
        *_bad_checksums(),
        *_wrong_endings(),
        *_animated(),
        *_bombs(),
        *_sizes(),
        *_turned(),
        *_names(),
        *_not_pictures(),
        *_damaged(),
        *_bitmaps(),
    ]
    assert len({file.name for file in corpus}) == len(corpus)
    return corpus


def left_alone(inbox: Path, outside: Path) -> list[Path]:
    """Makes in `inbox` what must stay there untouched; `outside` is a folder elsewhere."""
    made = [inbox / name for name in ("folder.png", "full folder.png", "deep/er/est.png")]
    for folder in made:
        folder.mkdir(parents=True)
    target = outside / "target.png"
    target.write_bytes(drawing())
    (made[1] / "inside.png").write_bytes(drawing())
    for name, leads_to in (
        ("loop.png", "loop.png"),
        ("there.png", "back.png"),
        ("back.png", "there.png"),
        ("out.png", target),
        ("out folder.png", outside),
        ("nowhere.png", "no such file"),
        ("root.png", "/"),
        ("passwords.png", "/etc/passwd"),
        ("memory.png", "/proc/self/mem"),
        ("endless.png", "/dev/zero"),
    ):
        (inbox / name).symlink_to(leads_to)
        made.append(inbox / name)
    os.mkfifo(inbox / "fifo.png")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(inbox / "socket.png"))
    made += [inbox / "fifo.png", inbox / "socket.png"]
    for name, device in (("zero.png", (1, 5)), ("full.png", (1, 7))):
        with suppress(PermissionError):  # Only root makes devices.
            os.mknod(inbox / name, stat.S_IFCHR | 0o666, os.makedev(*device))
            made.append(inbox / name)
    for name in (".hidden.png", "~$lock.png", "half.png.part", "half.png.crdownload", "a.tmp"):
        (inbox / name).write_bytes(drawing())
        made.append(inbox / name)
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store"):
        (inbox / name).write_bytes(b"a system's own")
        made.append(inbox / name)
    return made


def drawing(mark: str = "") -> bytes:
    """A seven; a mark makes it different bytes."""
    plain = png(_seven())
    text = png_chunk(b"tEXt", b"mark\0" + mark.encode("utf-8", "surrogateescape"))
    return plain[:33] + text + plain[33:] if mark else plain


def encoded(ending: str, pixels: Canvas | None = None, *options: int) -> bytes:
    """A picture as OpenCV writes it."""
    return bytes(cv2.imencode(ending, _seven() if pixels is None else pixels, options)[1])


def chunked_png() -> list[bytes]:
    """A PNG in its pieces: signature, then chunks, with the pixels in four."""
    rows = b"".join(b"\0" + row.tobytes() for row in _seven()[:, :, 0])
    packed = zlib.compress(rows)
    step = -(-len(packed) // 4)
    return [
        SIGNATURE,
        png_chunk(b"IHDR", _header(100, 100, 8, 0, 0)),
        png_chunk(b"gAMA", struct.pack(">I", 45455)),
        png_chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
        png_chunk(b"tEXt", b"Software\0a drawing program"),
        *[png_chunk(b"IDAT", packed[at : at + step]) for at in range(0, len(packed), step)],
        png_chunk(b"tIME", struct.pack(">HBBBBB", 2026, 11, 22, 16, 9, 0)),
        png_chunk(b"IEND", b""),
    ]


def _seven() -> Canvas:
    return paint_digit(7, width=100, height=100, pen=6)


def _header(width: int, height: int, depth: int, colour: int, interlace: int) -> bytes:
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)


def _packed(samples: NDArray[np.uint16], depth: int) -> bytes:
    """Rows (height, width, channels) with filter 0."""
    lines = []
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            line = row.astype(">u2").tobytes()
        else:
            bits = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :]
            line = np.packbits(bits).tobytes()
        lines.append(b"\0" + line)
    return b"".join(lines)


def _any_png(depth: int, colour: int, interlace: int, extra: bytes = b"") -> bytes:
    most = 1 if colour == 3 else (1 << depth) - 1
    is_paper = _seven()[:, :, :1] > 127
    samples = np.where(is_paper, most, 0).astype(np.uint16)
    samples = np.repeat(samples, CHANNELS[colour], axis=2)
    if colour in (4, 6):
        samples[:, :, -1] = most
    passes = ADAM7 if interlace else [(0, 0, 1, 1)]
    parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes]
    rows = b"".join(_packed(part, depth) for part in parts if part.size)
    palette = png_chunk(b"PLTE", bytes(3) + b"\xff\xff\xff") if colour == 3 else b""
    return b"".join(
        [
            SIGNATURE,
            png_chunk(b"IHDR", _header(100, 100, depth, colour, interlace)),
            palette,
            extra,
            png_chunk(b"IDAT", zlib.compress(rows)),
            png_chunk(b"IEND", b""),
        ]
    )


def _png_kinds() -> Iterator[Hostile]:
    for colour, depths in DEPTHS.items():
        for depth in depths:
            for interlace in (0, 1):
                name = f"type {colour} depth {depth} interlace {interlace}.png"
                yield Hostile(name, _any_png(depth, colour, interlace), True)
    for colour, depth, clear in (
        (0, 8, b"\0\xff"),
        (0, 16, b"\xff\xff"),
        (2, 8, b"\0\xff" * 3),
        (2, 16, b"\xff\xff" * 3),
        (3, 1, b"\xff\0"),
        (3, 8, b"\xff\0"),
    ):
        content = _any_png(depth, colour, 0, png_chunk(b"tRNS", clear))
        yield Hostile(f"clear paper type {colour} depth {depth}.png", content, True)
    for depth, colour in (
        (3, 0),
        (16, 3),
        (1, 2),
        (4, 6),
        (0, 0),
        (8, 1),
        (8, 5),
        (8, 7),
        (255, 0),
    ):
        header = png_chunk(b"IHDR", _header(100, 100, depth, colour, 0))
        content = SIGNATURE + header + b"".join(chunked_png()[2:])
        yield Hostile(f"no such type {colour} depth {depth}.png", content, False)
    for what, header in (
        ("compression 1", b"\1\0\0"),
        ("filter 1", b"\0\1\0"),
        ("interlace 2", b"\0\0\2"),
        ("interlace 255", b"\0\0\xff"),
    ):
        whole = struct.pack(">IIBB", 100, 100, 8, 0) + header
        content = SIGNATURE + png_chunk(b"IHDR", whole) + b"".join(chunked_png()[2:])
        yield Hostile(f"{what}.png", content)


def _truncated() -> Iterator[Hostile]:
    chunks = chunked_png()
    for number in range(len(chunks)):
        before = b"".join(chunks[:number])
        chunk = chunks[number]
        for part in sorted({0, 4, len(chunk) // 2, len(chunk) - 1}):
            yield Hostile(f"cut in chunk {number} at {part}.png", before + chunk[:part], False)
    for ending in (".jpg", ".bmp", ".gif", ".webp"):
        whole = encoded(ending)
        for share in (1, 10, 50, 90, 99):
            content = whole[: len(whole) * share // 100]
            yield Hostile(f"{share} percent of a{ending}", content)


def _bad_checksums() -> Iterator[Hostile]:
    chunks = chunked_png()
    for number in range(1, len(chunks)):
        broken = [*chunks]
        broken[number] = chunks[number][:-1] + bytes([chunks[number][-1] ^ 1])
        yield Hostile(f"bad checksum in chunk {number}.png", b"".join(broken))
        twice = [*chunks[: number + 1], *chunks[number:]]
        yield Hostile(f"chunk {number} twice.png", b"".join(twice))
        without = [*chunks[:number], *chunks[number + 1 :]]
        yield Hostile(f"without chunk {number}.png", b"".join(without))
        long = [*chunks]
        long[number] = b"\x7f\xff\xff\xff" + chunks[number][4:]
        yield Hostile(f"endless chunk {number}.png", b"".join(long))


def _wrong_endings() -> Iterator[Hostile]:
    endings = (".png", ".jpg", ".bmp", ".gif", ".webp")
    for kind in endings:
        for ending in (*endings, ".txt", "", ".PNG", ".exe"):
            if ending != kind:
                yield Hostile(f"{kind[1:]} as{ending or ' nothing'}", encoded(kind), True)


def _animated() -> Iterator[Hostile]:
    chunks = chunked_png()
    control = struct.pack(">IIIIIHHBB", 0, 100, 100, 0, 0, 1, 10, 0, 0)
    second = struct.pack(">IIIIIHHBB", 1, 100, 100, 0, 0, 1, 10, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\xff" * 100 for _ in range(100)))
    head = [*chunks[:2], png_chunk(b"acTL", struct.pack(">II", 2, 0))]
    tail = [
        png_chunk(b"fcTL", second),
        png_chunk(b"fdAT", struct.pack(">I", 2) + pixels),
        chunks[-1],
    ]
    first = [png_chunk(b"fcTL", control), *chunks[5:9]]
    yield Hostile("animated.png", b"".join([*head, *first, *tail]), True)
    yield Hostile("animated.apng", b"".join([*head, *first, *tail]), True)
    endless = png_chunk(b"acTL", struct.pack(">II", 0xFFFFFFFF, 0))
    yield Hostile("four billion frames.png", b"".join([*chunks[:2], endless, *first, *tail]))
    yield Hostile("frame missing.png", b"".join([*head, *first, chunks[-1]]))
    gif = encoded(".gif")
    frame = gif[13 + 3 * (2 << (gif[10] & 7)) if gif[10] & 0x80 else 13 : -1]
    yield Hostile("animated.gif", gif[:-1] + frame + b";", True)
    yield Hostile("thousand frames.gif", gif[:-1] + frame * 1000 + b";", True)


def _bombs() -> Iterator[Hostile]:
    for side, depth in ((30_000, 1), (30_000, 8), (50_000, 1), (0x7FFFFFFF, 1)):
        line = bytes(1 + -(-side * depth // 8)) if side < 1_000_000 else bytes(1000)
        lines = min(side, 30_000 if depth == 1 else 3000)
        squeezer = zlib.compressobj(9)
        parts = [squeezer.compress(line * 100) for _ in range(lines // 100)] + [squeezer.flush()]
        content = b"".join(
            [
                SIGNATURE,
                png_chunk(b"IHDR", _header(side, side, depth, 0, 0)),
                png_chunk(b"IDAT", b"".join(parts)),
                png_chunk(b"IEND", b""),
            ]
        )
        yield Hostile(f"bomb {side} depth {depth}.png", content, False)
    chunks = chunked_png()
    for kind, head in ((b"zTXt", b"a\0\0"), (b"iCCP", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0")):
        bomb = png_chunk(kind, head + zlib.compress(bytes(50_000_000), 9))
        name = f"{kind.decode()} bomb.png"
        yield Hostile(name, b"".join([*chunks[:2], bomb, *chunks[2:]]))
    gif = encoded(".gif")
    yield Hostile("bomb.gif", gif[:6] + b"\xff\xff\xff\xff" + gif[10:], False)
    jpeg = bytearray(encoded(".jpg"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    yield Hostile("bomb.jpg", bytes(jpeg), False)
    bitmap = bytearray(encoded(".bmp"))
    for name, size in (("bomb", 0x7FFFFFFF), ("most negative", -0x80000000), ("minus one", -1)):
        bitmap[18:26] = struct.pack("<ii", size, size)
        yield Hostile(f"{name}.bmp", bytes(bitmap), None if size == -1 else False)
    extended = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff" * 6
    body = b"WEBP" + extended + encoded(".webp")[12:]
    yield Hostile("bomb.webp", b"RIFF" + struct.pack("<I", len(body)) + body, False)
    yield Hostile("too large.png", drawing() + bytes(51 << 20), False)


def _sizes() -> Iterator[Hostile]:
    for width, height in ((1, 50_000), (50_000, 1), (1, 1), (2, 2), (1, 2), (3, 1), (7_000, 7_000)):
        canvas = np.full((height, width), 255, np.uint8)
        yield Hostile(f"{width} x {height}.png", bytes(cv2.imencode(".png", canvas)[1]), True)
        canvas[height // 2, width // 2] = 0
        name = f"{width} x {height} with a dot.png"
        yield Hostile(name, bytes(cv2.imencode(".png", canvas)[1]), True)
    for width, height in ((0, 0), (0, 1), (1, 0), (0, 50_000)):
        content = SIGNATURE + png_chunk(b"IHDR", _header(width, height, 8, 0, 0))
        content += png_chunk(b"IDAT", zlib.compress(b"")) + png_chunk(b"IEND", b"")
        yield Hostile(f"{width} x {height}.png", content, False)
    for width, height in ((1, 65_000), (65_000, 1)):
        canvas = np.full((height, width), 255, np.uint8)
        yield Hostile(f"{width} x {height}.jpg", bytes(cv2.imencode(".jpg", canvas)[1]), True)


def _turned() -> Iterator[Hostile]:
    jpeg, chunks = encoded(".jpg"), chunked_png()
    for turn in (*range(10), 255, 65_535):
        entry = struct.pack("<HHIHH", 0x0112, 3, 1, turn, 0)
        tiff = b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4)
        marker = b"Exif\0\0" + tiff
        segment = b"\xff\xe1" + struct.pack(">H", len(marker) + 2) + marker
        yield Hostile(f"turned {turn}.jpg", jpeg[:2] + segment + jpeg[2:], True)
        content = b"".join([*chunks[:2], png_chunk(b"eXIf", tiff), *chunks[2:]])
        yield Hostile(f"turned {turn}.png", content, True)
    for name, tiff in (
        ("endless", b"II*\0" + struct.pack("<I", 8) + b"\xff\xff" + bytes(20)),
        ("circular", b"MM\0*" + struct.pack(">I", 0) + bytes(20)),
        ("outside", b"II*\0" + struct.pack("<I", 0xFFFFFFFF)),
        ("empty", b""),
    ):
        marker = b"Exif\0\0" + tiff
        segment = b"\xff\xe1" + struct.pack(">H", len(marker) + 2) + marker
        yield Hostile(f"EXIF {name}.jpg", jpeg[:2] + segment + jpeg[2:])


_RAW_NAMES = [
    b"new\nline.png",
    b"return\r.png",
    b"tab\t.png",
    b"\ttab first.png",
    b"\rreturn first.png",
    b"escape \x1b[2J\x1b]0;owned\x07.png",
    b"delete \x7f.png",
    b"c1 \xc2\x85 next line.png",
    b"separator \xe2\x80\xa8.png",
    b"quotes \"a\" 'b' `c`.png",
    b'"".png',
    b"comma, semicolon; .png",
    b"=1+1.png",
    b"=cmd|' calc'!A0.png",
    b'=HYPERLINK("example.invalid").png',
    b"+1.png",
    b"-1.png",
    b"-rf",
    b"--help.png",
    b"@SUM(A1).png",
    b"'apostrophe.png",
    b"''=1.png",
    b"\xef\xbc\x9d1+1.png",
    b"caf\xe9.png",
    b"\xff\xfe.png",
    b"\xed\xa0\x80 lone surrogate.png",
    b"\xf0\x9f\x96\x8d\xef\xb8\x8f.png",
    "\u00e9.png".encode(),
    "e\u0301.png".encode(),
    "É.PNG".encode(),
    "ｅ.png".encode(),
    "\u202egnp.exe".encode(),
    "\u200b.png".encode(),
    "\ufeffbom.png".encode(),
    "\u2066isolate\u2069.png".encode(),
    "ß.png".encode(),
    b"SS.png",
    b"ss.png",
    "ı.png".encode(),
    "İ.png".encode(),
    "𝟕.png".encode(),
    "٧.png".encode(),
    b"x" * 251 + b".png",
    b"y" * 255,
    "é".encode() * 125 + b".png",
    "數".encode() * 83 + b".png",
    b"\xff" * 251 + b".png",
    b"a." + b"z" * 250,
    b"a" + b"." * 250 + b"png",
    b" " * 250,
    b" .png",
    b" ",
    b"leading .png",
    b"trailing.png ",
    b"trailing.png.",
    b"trailing...",
    b"no ending",
    b"two.png.jpg",
    b"a:b.png",
    b"a:$DATA",
    b"C:\\Windows\\x.png",
    b"up\\..\\up.png",
    b"back\\slash.png",
    b"pipe|.png",
    b"star*.png",
    b"question?.png",
    b"less<more>.png",
    b"$(touch owned).png",
    b"`touch owned`.png",
    b"${HOME}.png",
    b"%PATH%.png",
    b"%s%n%d.png",
    b"{0.__class__}.png",
    b"a;b&c.png",
    b"!history.png",
    b"#comment.png",
    b"~.png",
    b"log.csv",
    b"journal.sqlite3",
    b"lock",
    b"7",
    b"unsure",
    b"rejected",
    b"config.toml",
    b"a (2).png",
    b"a.png",
    b"A.png",
    b"NULL",
    b"None",
    b"nan",
    b"1e9",
    b"true.png",
]

_DEVICES = ["con", "prn", "aux", "nul", "conin$", "conout$", "com1", "com9", "lpt1", "lpt9", "com²"]


def _names() -> Iterator[Hostile]:
    for number, raw in enumerate(_RAW_NAMES):
        yield Hostile(os.fsdecode(raw), drawing(f"name {number}"), True)
    for device in _DEVICES:
        for name in (device, f"{device}.png", f"{device.upper()}.tar.gz", f"{device} .png"):
            yield Hostile(name, drawing(f"device {name}"), True)


def _not_pictures() -> Iterator[Hostile]:
    for name, content in {
        "empty.png": b"",
        "one byte.png": b"\x89",
        "text.png": b"not a picture\n",
        "zeros.png": bytes(10_000),
        "ones.png": b"\xff" * 10_000,
        "noise.png": np.random.default_rng(4).bytes(10_000),
        "page.html.png": b"<!DOCTYPE html><script>alert(1)</script>",
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>',
        "paper.pdf": b"%PDF-1.7\n%%EOF\n",
        "archive.zip": b"PK\x05\x06" + bytes(18),
        "program.png": b"\x7fELF\x02\x01\x01" + bytes(100),
        "program.exe": b"MZ" + bytes(100),
        "icon.ico": b"\0\0\1\0\1\0" + bytes(16),
        "photo.tif": b"II*\0\x08\0\0\0" + bytes(10),
        "photo.heic": b"\0\0\0\x18ftypheic" + bytes(12),
        "photo.avif": b"\0\0\0\x18ftypavif" + bytes(12),
        "picture.jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
        "picture.pnm": b"P6\n100 100\n255\n" + bytes(30_000),
        "picture.hdr": b"#?RADIANCE\n\n-Y 1 +X 1\n" + bytes(4),
        "picture.exr": b"v/1\x01" + bytes(100),
        "picture.ras": b"\x59\xa6\x6a\x95" + bytes(100),
        "log.csv.png": b"id,time,file\n",
        "BM.bmp": b"BM",
        "BM and text.bmp": b"BM is not always a bitmap, and this is just text." * 3,
        "RIFF.webp": b"RIFF",
        "sound.webp": b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + bytes(28),
        "GIF89a.gif": b"GIF89a",
        "GIF89a;.gif": b"GIF89a;",
        "start.jpg": b"\xff\xd8\xff",
        "start and end.jpg": b"\xff\xd8\xff\xd9",
        "signature.png": SIGNATURE,
        "signature and end.png": SIGNATURE + png_chunk(b"IEND", b""),
    }.items():
        yield Hostile(name, content, False)


def _damaged() -> Iterator[Hostile]:
    chunks = chunked_png()
    whole = b"".join(chunks)
    yield Hostile("two in one.png", whole + whole, True)
    yield Hostile("and an archive.png", whole + b"PK\x05\x06" + bytes(200), True)
    yield Hostile("padded.png", whole + bytes(40), True)
    late = [chunks[0], chunks[2], chunks[1], *chunks[3:]]
    yield Hostile("header second.png", b"".join(late), False)
    rubbish = [*chunks[:5], png_chunk(b"IDAT", b"no deflate stream"), chunks[-1]]
    yield Hostile("no deflate.png", b"".join(rubbish))
    filtered = zlib.compress((b"\x09" + b"\xff" * 100) * 100)
    yield Hostile(
        "no such filter.png", b"".join([*chunks[:5], png_chunk(b"IDAT", filtered), chunks[-1]])
    )
    for name, rows in (("too few", 3), ("too many", 300)):
        packed = png_chunk(b"IDAT", zlib.compress((b"\0" + b"\xff" * 100) * rows))
        yield Hostile(f"{name} rows.png", b"".join([*chunks[:5], packed, chunks[-1]]))
    index = png_chunk(b"IDAT", zlib.compress((b"\0" + b"\xff" * 100) * 100))
    header = png_chunk(b"IHDR", _header(100, 100, 8, 3, 0))
    for name, palette in (("no", b""), ("one colour's", png_chunk(b"PLTE", b"\0\0\0"))):
        parts = [SIGNATURE, header, palette, index, chunks[-1]]
        yield Hostile(f"{name} palette.png", b"".join(parts))
    jpeg = encoded(".jpg")
    yield Hostile("without its end.jpg", jpeg[:-2])
    yield Hostile("progressive.jpg", encoded(".jpg", None, cv2.IMWRITE_JPEG_PROGRESSIVE, 1), True)
    yield Hostile("grey.jpg", encoded(".jpg", _seven()[:, :, 0]), True)
    yield Hostile("worst.jpg", encoded(".jpg", None, cv2.IMWRITE_JPEG_QUALITY, 1), True)
    for marker in (0xC0, 0xC4, 0xDA, 0xDB):
        at = jpeg.index(bytes([0xFF, marker]))
        length = struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        yield Hostile(f"without {marker:x}.jpg", jpeg[:at] + jpeg[at + 2 + length :])
        yield Hostile(f"no length {marker:x}.jpg", jpeg[: at + 2] + bytes(2) + jpeg[at + 4 :])
    for quality in (1, 101):
        name = "lossless" if quality > 100 else "lossy"
        yield Hostile(
            f"{name}.webp", encoded(".webp", None, cv2.IMWRITE_WEBP_QUALITY, quality), True
        )
    clear = np.dstack([np.zeros((100, 100, 3), np.uint8), 255 - _seven()[:, :, 0]])
    yield Hostile("clear.webp", encoded(".webp", clear), True)
    yield Hostile("clear.png", png(clear), True)
    yield Hostile("wholly clear.png", png(np.zeros((100, 100, 4), np.uint8)), True)
    for at in range(0, 20, 2):
        broken = bytearray(encoded(".webp"))
        broken[20 + at] ^= 0xFF
        yield Hostile(f"broken at {at}.webp", bytes(broken))
        broken = bytearray(encoded(".gif"))
        broken[len(broken) // 2 + at] ^= 0xFF
        yield Hostile(f"broken at {at}.gif", bytes(broken))


def _bitmaps() -> Iterator[Hostile]:
    grey = _seven()[:, :, 0]
    for depth in (1, 4, 8, 16, 24, 32):
        for is_downward in (False, True):
            rows = grey if is_downward else grey[::-1]
            lines = []
            for row in rows:
                samples = (row > 127).astype(np.uint16)
                if depth <= 8:
                    line = _packed(samples[None, :, None], depth)[1:]
                elif depth == 16:
                    line = (samples * 0x7FFF).astype("<u2").tobytes()
                else:
                    line = np.repeat(row[:, None], depth // 8, axis=1).tobytes()
                lines.append(line + bytes(-len(line) % 4))
            colours = b"\0\0\0\0\xff\xff\xff\0" if depth <= 8 else b""
            name = f"depth {depth} {'down' if is_downward else 'up'}.bmp"
            height = -100 if is_downward else 100
            yield Hostile(name, _bitmap(100, height, depth, 0, colours, b"".join(lines)), True)
    broken = b"\x02\xff" * 5000
    for compression in (1, 2, 3, 4, 5, 99):
        content = _bitmap(100, 100, 8, compression, b"\0\0\0\0\xff\xff\xff\0", broken)
        yield Hostile(f"compression {compression}.bmp", content)
    whole = encoded(".bmp")
    yield Hostile("no size.bmp", whole[:2] + bytes(4) + whole[6:], True)
    yield Hostile("pixels outside.bmp", whole[:10] + b"\xff\xff\xff\x7f" + whole[14:])


def _bitmap(  # noqa: PLR0917 - the fields of a header
    width: int, height: int, depth: int, compression: int, colours: bytes, pixels: bytes
) -> bytes:
    offset = 54 + len(colours)
    return b"".join(
        [
            b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset),
            struct.pack("<IiiHHI", 40, width, height, 1, depth, compression),
            struct.pack("<IiiII", len(pixels), 2835, 2835, len(colours) // 4, 0),
            colours,
            pixels,
        ]
    )
