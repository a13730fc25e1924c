"""Canvases with nothing to read on them: blank, filled, one dot, one line."""

from collections.abc import Callable, Iterator
from functools import partial

import cv2
import numpy as np

from training.drawing.paint import Canvas
from training.evaluation.exam import Question
from watcher.recognition import NOT_DIGIT

_Colour = tuple[int, int, int]
_Draw = Callable[[Canvas, _Colour], None]

_SIZES = ((28, 28), (64, 64), (300, 200), (500, 500), (1152, 648), (1920, 1080))

_COLOURS: tuple[tuple[_Colour, _Colour], ...] = (
    ((0, 0, 0), (255, 255, 255)),
    ((255, 255, 255), (0, 0, 0)),
    ((40, 90, 200), (210, 240, 200)),
)


def blank_canvases() -> Iterator[Question]:
    """Yield each kind on canvases of several sizes and colours."""
    for width, height in _SIZES:
        for ink, paper in _COLOURS:
            for kind, draw in _KINDS.items():
                canvas = partial(_canvas, (width, height), ink, paper, draw)
                yield Question(f"{kind} {width}x{height}", NOT_DIGIT, canvas, kind)


def _canvas(size: tuple[int, int], ink: _Colour, paper: _Colour, draw: _Draw) -> Canvas:
    canvas = np.empty((size[1], size[0], 3), np.uint8)
    canvas[:] = paper
    draw(canvas, ink)
    return canvas


def _line(start: tuple[float, float], end: tuple[float, float], share: float) -> _Draw:
    """Return what draws a line between two points given as shares of the canvas, `share` of its
    shorter side wide."""

    def draw(canvas: Canvas, ink: _Colour) -> None:
        height, width = canvas.shape[:2]
        points = [(round(x * (width - 1)), round(y * (height - 1))) for x, y in (start, end)]
        cv2.line(canvas, points[0], points[1], ink, max(1, round(share * min(width, height))))

    return draw


def _dot(share: float) -> _Draw:
    def draw(canvas: Canvas, ink: _Colour) -> None:
        height, width = canvas.shape[:2]
        radius = round(share * min(width, height))
        cv2.circle(canvas, (width // 3, height // 2), radius, ink, -1)

    return draw


def _fill(canvas: Canvas, ink: _Colour) -> None:
    canvas[:] = ink


def _blank(canvas: Canvas, ink: _Colour) -> None:
    pass


_KINDS: dict[str, _Draw] = {
    "blank": _blank,
    "filled": _fill,
    "dot of a pixel": _dot(0),
    "small dot": _dot(0.02),
    "large dot": _dot(0.15),
    "level line": _line((0, 0.5), (1, 0.5), 0.01),
    "thick level line": _line((0, 0.4), (1, 0.4), 0.05),
    "upright line": _line((0.5, 0), (0.5, 1), 0.01),
    "thick upright line": _line((0.6, 0), (0.6, 1), 0.05),
    "diagonal": _line((0, 0), (1, 1), 0.01),
    "other diagonal": _line((0, 1), (1, 0), 0.02),
    "slanted line": _line((0.3, 0), (0.7, 1), 0.02),
}
