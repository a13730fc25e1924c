"""Mutation fuzzing of decoding and normalising, in a process of its own: `fuzz.py COUNT SEED CASE`.

Every case is written to the file CASE before it is tried, so that one that ends the process is
kept. Ends with 1 and a line at the first case that raises anything but a refusal, takes longer than
MAX_SECONDS or makes the memory grow by more than MAX_GROWTH_MB; else prints what was tried.
"""

import random
import struct
import sys
import time
import zlib
from pathlib import Path

import cv2

from tests.faults.hostile import SIGNATURE, files
from tests.support.pictures import png_chunk
from watcher.recognition import NotADrawingError, decode, normalise
from watcher.recognition.ink_finder import shipped_finder

# Of computing: the machine may have other things to do.
MAX_SECONDS = 1.0

MAX_GROWTH_MB = 300

_LARGEST_SEED = 100_000

_NUMBERS = (
    0,
    1,
    2,
    7,
    8,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
)


def mutated(seeds: list[bytes], chance: random.Random) -> bytes:
    """One of the seeds with a few faults, its PNG checksums mostly made right again."""
    data = bytearray(chance.choice(seeds))
    if data.startswith(SIGNATURE) and chance.random() < 0.25:
        data = _with_other_pixels(data, chance)
    for _ in range(chance.choice((1, 1, 2, 4, 8, 32))):
        if data:
            _break(data, seeds, chance)
    if data.startswith(SIGNATURE) and chance.random() < 0.8:
        return _mended(bytes(data))
    return bytes(data)


def _break(data: bytearray, seeds: list[bytes], chance: random.Random) -> None:
    # Headers are short, and most of what goes wrong goes wrong there.
    at = chance.randrange(min(len(data), 64) if chance.random() < 0.5 else len(data))
    match chance.randrange(8):
        case 0:
            data[at] ^= 1 << chance.randrange(8)
        case 1:
            data[at] = chance.randrange(256)
        case 2 | 3:
            form = chance.choice(("<I", ">I", "<H", ">H"))
            number = chance.choice(_NUMBERS) & (0xFFFF if form[1] == "H" else 0xFFFFFFFF)
            data[at : at + struct.calcsize(form)] = struct.pack(form, number)
        case 4:
            del data[at : at + chance.choice((1, 4, 50))]
        case 5:
            data[at:at] = data[at : at + chance.choice((1, 4, 50, 1000))]
        case 6:
            other = chance.choice(seeds)
            start = chance.randrange(len(other) + 1)
            data[at:at] = other[start : start + 200]
        case 7:
            if chance.random() < 0.3:
                del data[at:]


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def _mended(data: bytes) -> bytes:
    """A PNG with right checksums, and an end."""
    chunks = [chunk for chunk in _chunks(data) if chunk[0] != b"IEND"]
    return SIGNATURE + b"".join(png_chunk(*chunk) for chunk in [*chunks, (b"IEND", b"")])


def _with_other_pixels(data: bytes, chance: random.Random) -> bytearray:
    """A PNG whose compressed rows were changed: filters, pixels, how many."""
    chunks = _chunks(bytes(data))
    try:
        rows = bytearray(zlib.decompress(b"".join(c for kind, c in chunks if kind == b"IDAT")))
    except zlib.error:
        return data
    for _ in range(chance.choice((1, 10, 1000))):
        if rows:
            rows[chance.randrange(len(rows))] = chance.randrange(256)
    rows = rows[: chance.randrange(len(rows) + 1)] if chance.random() < 0.2 else rows
    before = [chunk for chunk in chunks if chunk[0] not in (b"IDAT", b"IEND")]
    parts = [*before, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return bytearray(SIGNATURE + b"".join(png_chunk(*part) for part in parts))


def _memory_mb(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(field + ":")[1].split()[0]) // 1024


def main(count: int, seed: int, case: Path) -> int:
    chance = random.Random(seed)
    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    # The 100 names of the corpus give the same drawing.
    whole = [file for file in files() if file.is_read and len(file.content) < _LARGEST_SEED]
    seeds = [file.content for file in whole if b"mark\0" not in file.content]
    drawings = 0
    normalise(decode(seeds[0]), shipped_finder())
    before, slowest = _memory_mb("VmRSS"), 0.0
    for number in range(count):
        data = mutated(seeds, chance)
        case.write_bytes(data)
        began = time.thread_time()
        try:
            normalise(decode(data), shipped_finder())
            drawings += 1
        except NotADrawingError:
            pass
        slowest = max(slowest, time.thread_time() - began)
        growth = _memory_mb("VmHWM") - before
        if slowest > MAX_SECONDS or growth > MAX_GROWTH_MB:
            print(f"case {number} of seed {seed}: {slowest:.2f} s, {growth} MB more")
            return 1
    print(f"{count} {drawings} {slowest:.2f} {growth}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
