"""The limit: what no program can do without, and nothing more. `limit.py WAY INBOX OUTBOX`.

`backlog` reads the bytes, decodes them with the fastest decoder installed on all cores, asks the network
once for 64 drawings, renames each file, and syncs once a batch: no normalising, no record of what was
done, no care for names that are taken, for other formats or for a crash. `once-each` does the same with
one drawing at a time. `opencv-backlog` only reads and decodes with OpenCV, on all cores; `opencv-once-each`
reads, decodes with OpenCV, renames and syncs one at a time.
"""

import io
import os
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from kornia_rs import io as kornia
from numpy.typing import NDArray

MODEL = Path(__file__).parents[2] / "watcher" / "recognition" / "digits.tflite"
BATCH = 64

Decode = Callable[[bytes], NDArray[np.uint8]]


def with_opencv(data: bytes) -> NDArray[np.uint8]:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return pixels.astype(np.uint8, copy=False)


def with_kornia(data: bytes) -> NDArray[np.uint8]:
    width, height = struct.unpack(">II", data[16:24])
    mode = {0: "mono", 2: "rgb", 6: "rgba"}[data[25]]
    pixels: NDArray[np.uint8] = kornia.decode_image_png_u8(data, (height, width), mode)
    return pixels


def with_pillow(data: bytes) -> NDArray[np.uint8]:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(data)))


def fastest_decoder(data: bytes) -> Decode:
    """Return the one that decodes `data` soonest (best of five) of those installed."""
    decoders: list[Decode] = [with_opencv, with_kornia]
    if find_spec("PIL"):
        decoders.append(with_pillow)
    return min(decoders, key=lambda decode: min(_seconds(decode, data) for _ in range(5)))


def _seconds(decode: Decode, data: bytes) -> float:
    began = time.perf_counter()
    decode(data)
    return time.perf_counter() - began


class Network:
    """The model; what it is shown does not change its time."""

    def __init__(self) -> None:
        self._interpreter = Interpreter(str(MODEL), num_threads=os.cpu_count())
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._allocate(BATCH)

    def __call__(self, count: int) -> None:
        if count != len(self._pictures):
            self._allocate(count)
        self._interpreter.set_tensor(self._input, self._pictures)
        self._interpreter.invoke()

    def _allocate(self, count: int) -> None:
        self._interpreter.resize_tensor_input(self._input, (count, 28, 28, 1))
        self._interpreter.allocate_tensors()
        self._pictures = np.zeros((count, 28, 28, 1), np.float32)


def opencv_backlog(inbox: Path, _: Path) -> None:
    """Reads and decodes everything with OpenCV, and says how much was done after each batch."""
    names_waiting = sorted(os.listdir(inbox))  # noqa: PTH208
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        print("watching", flush=True)
        for names in _batches(names_waiting):
            list(threads.map(lambda name: with_opencv(_read(inbox / name)).shape, names))
            print(f"done {len(names)}", flush=True)


def backlog(inbox: Path, outbox: Path) -> None:
    """Files everything, and says how much was done after each batch."""
    names_waiting = sorted(os.listdir(inbox))  # noqa: PTH208
    decode = fastest_decoder(_read(inbox / names_waiting[0])) if names_waiting else with_opencv
    network = Network()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        print("watching", flush=True)
        for names in _batches(names_waiting):
            files = [_read(inbox / name) for name in names]
            list(threads.map(decode, files))
            network(len(names))
            for name in names:
                os.rename(inbox / name, outbox / name)  # noqa: PTH104
            _sync(outbox)
            print(f"done {len(names)}", flush=True)


def opencv_once_each(inbox: Path, outbox: Path) -> None:
    """Files one drawing at a time, decoded with OpenCV, and says how many seconds each took."""
    once_each(inbox, outbox, with_opencv)


def once_each(inbox: Path, outbox: Path, decode: Decode | None = None) -> None:
    """Files one drawing at a time and says how many seconds each took."""
    for name in sorted(os.listdir(inbox)):  # noqa: PTH208
        # What a user saved just now is in memory; the first file only chooses the decoder.
        data = _read(inbox / name)
        if decode is None:
            decode = fastest_decoder(data)
        (inbox / name).write_bytes(data)
        began = time.perf_counter()
        decode(_read(inbox / name))
        os.rename(inbox / name, outbox / name)  # noqa: PTH104
        _sync(outbox)
        print(f"took {time.perf_counter() - began:.6f}", flush=True)
        time.sleep(0.02)


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + BATCH] for at in range(0, len(names), BATCH))


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    ways: dict[str, Callable[[Path, Path], None]] = {
        "backlog": backlog,
        "once-each": once_each,
        "opencv-backlog": opencv_backlog,
        "opencv-once-each": opencv_once_each,
    }
    ways[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
