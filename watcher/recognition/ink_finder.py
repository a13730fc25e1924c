"""Find the ink on a canvas that is not plain, by a network that was trained to find ink.

It looks at the whole canvas first, then at the region of the ink if that fills only a part of the view. A
last look is as close as the ink allows. The digit is read from the ink of the last two looks.
"""

import functools
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from watcher.recognition.blots import NEIGHBOURS, blots_of, enclosing
from watcher.recognition.litert import read_network, start
from watcher.recognition.plain import spans
from watcher.recognition.types import Ink, OtherInk, as_uint8
from watcher.recognition.view import VIEW_CHANNELS, VIEW_SIDE, Placement, view_of

FINDER_FILE = "ink_finder.tflite"

_SHIPPED = Path(__file__).parent

# Least levels (of 255) at which a cell is ink, is surely ink, and may be ink.
_INK, _SURELY, _MAYBE = 110, 217, 38

# Ink whose longer side fills less than `_LARGE` of the view is looked at again, with `_MARGIN` of that side
# left on each side. There are at most `_MAX_LOOKS` such looks, the first included.
_LARGE, _MARGIN, _MAX_LOOKS = 0.55, 0.35, 3

# The margin of the last look, as a share of the same side. Of 7,700 drawings by validation writers, at 2 in
# 1,000 wrong, 75% were filed without this look, 80% with it, and still 80% with two more (November 2026).
_CLOSE_MARGIN = 0.15

# Cells in doubt, apart from those at the strokes' edges, count once their number exceeds this share of the
# cells that are ink.
_IN_DOUBT = 0.08
_EDGES = np.ones((5, 5), np.uint8)

# At most this many parts of the ink are read as the digit alone, each at least this share of the longest
# one's length, since a shorter part is a dot or a dash.
_MAX_PARTS, _PART = 4, 0.3

FAINT = "part of the ink is faint"
ENCLOSED = "a frame or a 0"

# Top, left, bottom and right on the canvas, in pixels.
_Region = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at the part of the canvas whose corner is `top`, `left`.

    `levels`: uint8 (rows, columns), 255 is surely ink. `stride`: side of a cell in pixels.
    """

    levels: NDArray[np.uint8]
    top: int
    left: int
    stride: float

    def box(self, mask: NDArray[np.uint8]) -> _Region:
        """Return the region of the canvas that `mask` marks."""
        x, y, width, height = cv2.boundingRect(mask)
        sides = (y, x, y + height, x + width)
        corner = (self.top, self.left, self.top, self.left)
        top, left, bottom, right = (
            start + round(side * self.stride) for start, side in zip(corner, sides, strict=True)
        )
        return top, left, bottom, right


class InkFinder:
    """Finds ink; may be called from any thread. The network reads one canvas at a time.

    Its interpreter takes about 5 MB and is made when first needed: many watchers see plain canvases only.
    """

    def __init__(self, network: bytes, path: Path) -> None:
        self._network, self._path = network, path
        self._interpreter: Interpreter | None = None
        self._one_at_a_time = threading.Lock()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load the finder of the model in `folder`; raise `ModelError` if it cannot be used.

        The shipped one is not tried: its interpreter takes memory, and is made only when needed.
        """
        path = folder / FINDER_FILE
        network = read_network(path)
        if folder != _SHIPPED:
            _start(network, path)
        return cls(network, path)

    def __reduce__(self) -> tuple[type[Self], tuple[bytes, Path]]:
        """Pickle the network alone: training looks at drawings in several processes."""
        return type(self), (self._network, self._path)

    def levels(self, view: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return how surely each cell of `view` (uint8, (128, 128, 9)) is ink: uint8, (128, 128)."""
        cells = view[None].astype(np.float32)
        cells *= np.float32(1 / 255)
        with self._one_at_a_time:
            if self._interpreter is None:
                self._interpreter = _start(self._network, self._path)
            interpreter = self._interpreter
            interpreter.set_tensor(interpreter.get_input_details()[0]["index"], cells)
            interpreter.invoke()
            target = interpreter.get_output_details()[0]["index"]
            logits: NDArray[np.float32] = interpreter.get_tensor(target)[0, ..., 0]
        # The exponential of large logits would overflow; beyond 30 the level is 0 or 255 anyway.
        levels: NDArray[np.uint8] = np.rint(255 / (1 + np.exp(-logits.clip(-30, 30)))).astype(
            np.uint8
        )
        return levels

    def find(self, pixels: NDArray[np.uint8]) -> Ink | None:
        """Return the ink on a canvas (uint8, grey or colour), None if none is found."""
        region = (0, 0, pixels.shape[0], pixels.shape[1])
        found: tuple[_Look, NDArray[np.uint8], _Region] | None = None
        for _ in range(_MAX_LOOKS):
            look = self._look(pixels, region)
            kept = blots_of(look.levels, _INK)
            if kept is None:
                break
            found = look, kept, region
            closer = _around(look.box(kept), pixels.shape, _MARGIN)
            if max(cv2.boundingRect(kept)[2:]) >= _LARGE * VIEW_SIDE or closer == region:
                break
            region = closer
        if found is None:
            return None
        look, kept, region = found
        closest = _around(look.box(kept), pixels.shape, _CLOSE_MARGIN)
        again = None if closest == region else self._strength(pixels, closest)
        return _ink(look, kept, again, pixels.shape)

    def _strength(self, pixels: NDArray[np.uint8], region: _Region) -> NDArray[np.uint8] | None:
        """Return the strength of the ink in a region, None if there is none."""
        look = self._look(pixels, region)
        kept = blots_of(look.levels, _INK)
        return None if kept is None else _cut(look.levels, kept)

    def _look(self, pixels: NDArray[np.uint8], region: _Region) -> _Look:
        top, left, bottom, right = region
        part = pixels[top:bottom, left:right]
        place = Placement.of(bottom - top, right - left)
        return _Look(place.crop(self.levels(view_of(part))), top, left, place.stride)


def _start(network: bytes, path: Path) -> Interpreter:
    shape = (VIEW_SIDE, VIEW_SIDE)
    return start(network, path, (*shape, VIEW_CHANNELS), (*shape, 1), threads=1)


@functools.cache
def shipped_finder() -> InkFinder:
    """Return the finder that comes with the program."""
    return InkFinder.load(_SHIPPED)


def _around(box: _Region, canvas: tuple[int, ...], margin: float) -> _Region:
    """Return the square round `box` with `margin`, clipped to the canvas."""
    top, left, bottom, right = box
    half = max(bottom - top, right - left) * (0.5 + margin) + 1
    y, x = (top + bottom) / 2, (left + right) / 2
    return (
        max(0, int(y - half)),
        max(0, int(x - half)),
        min(canvas[0], int(y + half) + 1),
        min(canvas[1], int(x + half) + 1),
    )


def _ink(
    look: _Look,
    kept: NDArray[np.uint8],
    again: NDArray[np.uint8] | None,
    canvas: tuple[int, ...],
) -> Ink:
    box = top, left, bottom, right = look.box(kept)
    return Ink(
        _cut(look.levels, kept),
        side=max(bottom - top, right - left),
        spans_canvas=spans(box, canvas),
        again=again,
        others=tuple(_others(look.levels, kept)),
        parts=tuple(_parts(look.levels, kept)),
    )


def _cut(levels: NDArray[np.uint8], kept: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the strength of the kept ink, its soft edge included, cropped to its box."""
    x, y, width, height = cv2.boundingRect(kept)
    near = cv2.dilate(kept, NEIGHBOURS)
    return as_uint8(cv2.bitwise_and(levels, near)[y : y + height, x : x + width])


def _others(levels: NDArray[np.uint8], kept: NDArray[np.uint8]) -> list[OtherInk]:
    """Return what else the ink may be: all that may be ink, and only what surely is."""
    others = []
    all_of_it, sure = blots_of(levels, _MAYBE), blots_of(levels, _SURELY)
    enough = _IN_DOUBT * cv2.countNonZero(kept)
    if all_of_it is not None:
        more = _beyond(all_of_it, kept)
        if cv2.countNonZero(more) > enough:
            others.append(OtherInk(_cut(levels, all_of_it), _reason(more, kept)))
    if sure is not None:
        less = _beyond(kept, sure)
        if cv2.countNonZero(less) > enough:
            others.append(OtherInk(_cut(levels, sure), _reason(less, sure)))
    return others


def _parts(levels: NDArray[np.uint8], kept: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return each long part of the kept ink that encloses no other, if there are several parts."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
    if count == 2:
        return []
    length = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    long = [label for label in range(1, count) if length[label] >= _PART * length[1:].max()]
    encloses = dict(zip(long, enclosing(stats[long]), strict=True))
    alone = [label for label in long if not encloses[label]]
    alone.sort(key=lambda label: -int(stats[label, cv2.CC_STAT_AREA]))
    return [
        _cut(levels, as_uint8(np.where(labels == label, 255, 0))) for label in alone[:_MAX_PARTS]
    ]


def _beyond(part: NDArray[np.uint8], rest: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the cells of `part` that are neither in `rest` nor at its edges."""
    return as_uint8(cv2.bitwise_and(part, cv2.bitwise_not(cv2.dilate(rest, _EDGES))))


def _reason(part: NDArray[np.uint8], rest: NDArray[np.uint8]) -> str:
    """Return why `part` is in doubt: it encloses the rest, or it is faint."""
    x, y, width, height = cv2.boundingRect(part)
    left, top, wide, tall = cv2.boundingRect(rest)
    encloses = x <= left and y <= top and x + width >= left + wide and y + height >= top + tall
    return ENCLOSED if encloses else FAINT
