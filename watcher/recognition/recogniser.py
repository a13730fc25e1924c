"""The recogniser: from the bytes of files to `Recognition`s. LiteRT runs the network.

A model is a folder with `digits.tflite` (input float32 (n, 28, 28, 1) in 0 to 1, output float32
(n, 11) logits), `ink_finder.tflite` (see `watcher.recognition.ink_finder`) and `card.json` (name,
temperature, min_confidence and where they come from).
"""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from watcher.recognition.card import read_card
from watcher.recognition.decode import Limits, NotADrawingError, decode, is_short_of_memory
from watcher.recognition.formats import Format, dimensions
from watcher.recognition.ink_finder import FINDER_FILE, InkFinder
from watcher.recognition.litert import ModelError, read_network, start
from watcher.recognition.normalise import SIDE, Normalised, normalise
from watcher.recognition.types import CLASS_COUNT, Recognition
from watcher.recognition.weigh import readings_of, weigh

# The folder of the model that comes with the program.
SHIPPED = Path(__file__).parent

MODEL_FILE = "digits.tflite"
CARD_FILE = "card.json"

# The file in a folder of published models that names the version in use.
CURRENT_FILE = "current"

# Larger pictures are decoded on threads of their own. Smaller ones would only wait for Python's lock: 64
# pictures of 100 x 100 took 0.37 ms each on one thread, 0.62 ms on two (measured, 2 cores).
_LARGE_PIXELS = 250 * 250

# Number of cores that the network leaves to Python: with the network on both of two cores, a backlog of
# 28 x 28 pictures took a fifth longer.
_PYTHONS_OWN = 1


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a file's bytes show without the network."""

    normalised: Normalised | None = None
    width: int | None = None
    height: int | None = None
    format: Format | None = None
    fault: str = ""


class Recogniser:
    """Reads drawings with one model; may be called from any thread.

    Small drawings are decoded and normalised on the caller's thread, large ones on threads of their
    own. The network has one thread and reads one batch at a time.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        name: str,
        temperature: float,
        min_confidence: float,
        limits: Limits,
        *,
        min_confidence_of_found_ink: float,
        finder: InkFinder,
        threads: int,
    ) -> None:
        self.name = name
        self.min_confidence = min_confidence
        self.finder = finder
        self._of_found_ink = min_confidence_of_found_ink
        self._interpreter = interpreter
        self._source = interpreter.get_input_details()[0]["index"]
        self._target = interpreter.get_output_details()[0]["index"]
        self._temperature = temperature
        self._limits = limits
        self._batch = 0
        self._one_at_a_time = threading.Lock()
        self._decoding = ThreadPoolExecutor(threads, thread_name_prefix="decode")
        self._inferring = ThreadPoolExecutor(1, thread_name_prefix="infer")

    @classmethod
    def load(
        cls,
        folder: Path,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        threads: int | None = None,
    ) -> Self:
        """Load the model in `folder`; raise `ModelError` if it is missing or cannot be used.

        `threads` (default: one for each core) all decode; the network runs on all but one.
        """
        threads = threads or os.cpu_count() or 1
        path = folder / MODEL_FILE
        if not path.is_file():
            raise ModelError(f"no model in {folder}")
        card = read_card(folder / CARD_FILE)
        interpreter = start(
            read_network(path),
            path,
            (SIDE, SIDE, 1),
            (CLASS_COUNT,),
            max(1, threads - _PYTHONS_OWN),
        )
        # A version that was published before there were ink finders uses the shipped one.
        finder = InkFinder.load(folder if (folder / FINDER_FILE).is_file() else SHIPPED)
        # Batches are decoded on our own threads, with which OpenCV's would compete.
        cv2.setNumThreads(1)
        # OpenCV's messages about a file are suppressed: the file's row has the reason.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        return cls(
            interpreter,
            card.name,
            card.temperature,
            card.min_confidence,
            limits,
            min_confidence_of_found_ink=card.min_confidence_of_found_ink,
            finder=finder,
            threads=threads,
        )

    @classmethod
    def shipped(cls, limits: Limits = Limits()) -> Self:  # noqa: B008 (frozen)
        """Load the model that comes with the program."""
        return cls.load(SHIPPED, limits)

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
        """Return what each file's bytes hold, in order; bytes that hold no drawing raise nothing."""
        return self.begin(files).result()

    def begin(
        self, files: Sequence[bytes], should_stop: Callable[[], bool] = lambda: False
    ) -> Future[list[Recognition]]:
        """Recognise asynchronously; once `should_stop` is true, return only the files done so far.

        The call itself decodes and normalises the small files: this needs Python's lock, which the network
        does not need.
        """
        seeing = [
            self._decoding.submit(self._see, data)
            if len(files) > 1 and _is_large(data)
            else self._see(data)
            for data in files
        ]
        if len(files) > 1:
            return self._inferring.submit(self._finish, seeing, should_stop)
        # A single file is recognised here, since the caller has nothing else to do.
        done: Future[list[Recognition]] = Future()
        done.set_result(self._finish(seeing, should_stop))
        return done

    def _finish(
        self, seeing: Sequence[_Seen | Future[_Seen]], should_stop: Callable[[], bool]
    ) -> list[Recognition]:
        seen: list[_Seen] = []
        for one in seeing:
            if should_stop():
                for other in seeing[len(seen) :]:
                    if isinstance(other, Future):
                        other.cancel()
                break
            seen.append(one.result() if isinstance(one, Future) else one)
        read = self.read([one.normalised for one in seen])
        return [_judged(one, recognition) for one, recognition in zip(seen, read, strict=True)]

    def read(self, normalised: Sequence[Normalised | None]) -> list[Recognition]:
        """Recognise normalised drawings (None: a blank canvas) in one call of the network."""
        images = [image for one in normalised if one is not None for image in one.images]
        read = iter(self.probabilities(np.stack(images)).tolist() if images else [])
        recognitions = []
        for one in normalised:
            if one is None:
                recognitions.append(Recognition(None, doubt="blank canvas"))
                continue
            readings = readings_of(one, [next(read) for _ in one.images])
            least = 0.0 if one.is_plain else self._of_found_ink
            recognitions.append(weigh(one, readings, least))
        return recognitions

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return calibrated probabilities (float32, (n, 11)) of normalised images (uint8, (n, 28, 28))."""
        return softmax(self.logits(images), self._temperature)

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the network's logits (float32, (n, 11)) for normalised images (uint8, (n, 28, 28))."""
        pixels = images[..., None].astype(np.float32) / 255
        with self._one_at_a_time:
            if len(pixels) != self._batch:
                self._interpreter.resize_tensor_input(self._source, pixels.shape)
                self._interpreter.allocate_tensors()
                self._batch = len(pixels)
            self._interpreter.set_tensor(self._source, pixels)
            self._interpreter.invoke()
            result: NDArray[np.float32] = self._interpreter.get_tensor(self._target)
        return result

    def _see(self, data: bytes) -> _Seen:
        try:
            drawing = decode(data, self._limits)
            return _Seen(
                normalise(drawing, self.finder), drawing.width, drawing.height, drawing.format
            )
        except NotADrawingError as error:
            return _Seen(fault=str(error))
        except (MemoryError, cv2.error) as error:
            if not is_short_of_memory(error):
                raise
            width, height = dimensions(data) or (0, 0)
            return _Seen(fault=f"too little memory for {width} x {height} pixels")


def _is_large(data: bytes) -> bool:
    size = dimensions(data)
    return size is not None and size[0] * size[1] > _LARGE_PIXELS


def _judged(seen: _Seen, read: Recognition) -> Recognition:
    if seen.fault:
        return Recognition(None, fault=seen.fault)
    return replace(read, width=seen.width, height=seen.height, format=seen.format)


def softmax(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return the softmax of logits divided by `temperature`, along the last axis (Guo et al. 2017)."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    result: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return result
