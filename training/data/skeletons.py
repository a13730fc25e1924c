"""Pictures of digits traced back to pen strokes: thinned to lines one pixel wide, which are followed.

So MNIST's some 250 writers can be drawn with any pen on any canvas, as the writers of stroke data are.
"""

from collections.abc import Iterator, Set

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from training.data.strokes import Stroke

# Factor of enlargement: a stroke of two pixels has no pixel in its middle, one of six has.
_ENLARGEMENT = 3

# Least grey level of ink after enlarging: half of the peak of MNIST's strokes.
_INK = 110

# Pixels of the enlarged line from one point kept to the next: about what a pen reports.
_SPACING = 4

# Weights of a point and its neighbours along a line, by which the staircase of pixels is smoothed.
_SMOOTHING = np.array([1, 2, 3, 2, 1], np.float32) / 9

_Pixel = tuple[int, int]
_Neighbours = dict[_Pixel, list[_Pixel]]


def trace_strokes(picture: NDArray[np.uint8]) -> tuple[Stroke, ...]:
    """Return the lines in the middle of the strokes of `picture` (uint8, (28, 28), ink is bright).

    A line goes from one end or fork to the next: a stroke that forks becomes several, which meet in the
    fork. A blank picture has none. The unit is a third of a pixel.
    """
    size = (picture.shape[1] * _ENLARGEMENT, picture.shape[0] * _ENLARGEMENT)
    inked = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC) > _INK
    thinned = skeletonize(inked)
    if not thinned.any():
        return ()
    width = inked.sum() / thinned.sum()
    neighbours = _neighbours({(row, column) for row, column in np.argwhere(thinned).tolist()})
    lines = list(_lines(neighbours))
    spurs = [line for line in lines if _is_spur(line, neighbours, width)]
    if spurs:
        # Followed again: a pixel that forked only into a spur is no fork any more.
        removed = {pixel for line in spurs for pixel in line if len(neighbours[pixel]) <= 2}
        lines = list(_lines(_neighbours(neighbours.keys() - removed)))
    return tuple(_smooth(line) for line in lines)


def _neighbours(pixels: Set[_Pixel]) -> _Neighbours:
    """Return each pixel's neighbours; a diagonal one only where no third pixel connects the two."""
    neighbours: _Neighbours = {}
    for row, column in pixels:
        straight = [
            pixel
            for pixel in (
                (row - 1, column),
                (row, column + 1),
                (row + 1, column),
                (row, column - 1),
            )
            if pixel in pixels
        ]
        diagonal = [
            (row + down, column + right)
            for down in (-1, 1)
            for right in (-1, 1)
            if (row + down, column + right) in pixels
            and (row + down, column) not in pixels
            and (row, column + right) not in pixels
        ]
        neighbours[row, column] = straight + diagonal
    return neighbours


def _lines(neighbours: _Neighbours) -> Iterator[list[_Pixel]]:
    """Yield the lines between ends and forks, each once; then the rings, which have neither."""
    followed: set[tuple[_Pixel, _Pixel]] = set()
    # Ends and forks first, so that only rings are left.
    for start in sorted(neighbours, key=lambda pixel: len(neighbours[pixel]) == 2):
        if not neighbours[start]:
            yield [start, start]
        for step in neighbours[start]:
            if (start, step) not in followed:
                yield _follow(neighbours, start, step, followed)


def _follow(
    neighbours: _Neighbours, start: _Pixel, step: _Pixel, followed: set[tuple[_Pixel, _Pixel]]
) -> list[_Pixel]:
    """Return the line from `start` over `step` to the next end or fork, or around to `start`."""
    line = [start]
    while True:
        followed.update(((line[-1], step), (step, line[-1])))
        line.append(step)
        onward = [pixel for pixel in neighbours[step] if (step, pixel) not in followed]
        if len(neighbours[step]) != 2 or not onward:
            return line
        step = onward[0]


def _is_spur(line: list[_Pixel], neighbours: _Neighbours, width: float) -> bool:
    """Return whether `line` leads from a fork to an end within the stroke, as thinning leaves some."""
    degrees = sorted(len(neighbours[end]) for end in (line[0], line[-1]))
    return degrees[0] == 1 and degrees[1] > 2 and len(line) <= 0.75 * width + 2


def _smooth(line: list[_Pixel]) -> Stroke:
    """Return `line` as x and y, without the staircase of pixels; the ends stay where they are."""
    points = np.array(line, np.float32)[:, ::-1]
    if len(points) < len(_SMOOTHING):
        return points
    reach = len(_SMOOTHING) // 2
    for _ in range(2):
        if line[0] == line[-1]:
            padded = np.vstack([points[-1 - reach : -1], points, points[1 : 1 + reach]])
        else:
            before = 2 * points[0] - points[reach:0:-1]
            after = 2 * points[-1] - points[-2 : -2 - reach : -1]
            padded = np.vstack([before, points, after])
        axes = [np.convolve(padded[:, axis], _SMOOTHING, "valid") for axis in (0, 1)]
        points = np.stack(axes, axis=1).astype(np.float32)
    kept = np.linspace(0, len(points) - 1, max(2, len(points) // _SPACING))
    return np.asarray(points[np.unique(kept.round().astype(int))])
