"""Pictures of digits turned back into pen strokes: thinned to lines a pixel wide, which are followed.

So the hands of MNIST's 250 writers that train can be drawn with any pen, on any canvas, as the 30 of
pendigits are.
"""

from collections.abc import Iterator, Set

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from training.data.strokes import Stroke

_ENLARGED = 3
"""A pen of two pixels leaves no room for a line in its middle; six do."""

_INK = 110
"""Grey level, after enlarging, from which on a pixel is ink: half of MNIST's strokes' peak."""

_SPACING = 4
"""A point is kept every so many pixels of the enlarged line: about as far apart as a pen reports."""

_SMOOTHING = np.array([1, 2, 3, 2, 1], np.float32) / 9

_Pixel = tuple[int, int]
_Neighbours = dict[_Pixel, list[_Pixel]]


def strokes_of(picture: NDArray[np.uint8]) -> tuple[Stroke, ...]:
    """The lines in the middle of the strokes of `picture` (uint8, (28, 28), ink is bright).

    From each end or fork to the next; a stroke that forks is several, which meet in the fork. Of a blank
    picture none. The units are thirds of a pixel.
    """
    size = (picture.shape[1] * _ENLARGED, picture.shape[0] * _ENLARGED)
    inked = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC) > _INK
    thinned = skeletonize(inked)
    if not thinned.any():
        return ()
    width = inked.sum() / thinned.sum()
    neighbours = _neighbours({(row, column) for row, column in np.argwhere(thinned).tolist()})
    lines = list(_lines(neighbours))
    spurs = [line for line in lines if _is_spur(line, neighbours, width)]
    if spurs:
        # Followed anew, for what forked only into a spur does not fork any more.
        gone = {pixel for line in spurs for pixel in line if len(neighbours[pixel]) <= 2}
        lines = list(_lines(_neighbours(neighbours.keys() - gone)))
    return tuple(_smoothed(line) for line in lines)


def _neighbours(pixels: Set[_Pixel]) -> _Neighbours:
    """Each pixel's neighbours; diagonal ones only where no other way leads there."""
    neighbours: _Neighbours = {}
    for row, column in pixels:
        beside = [
            pixel
            for pixel in (
                (row - 1, column),
                (row, column + 1),
                (row + 1, column),
                (row, column - 1),
            )
            if pixel in pixels
        ]
        across = [
            (row + down, column + right)
            for down in (-1, 1)
            for right in (-1, 1)
            if (row + down, column + right) in pixels
            and (row + down, column) not in pixels
            and (row, column + right) not in pixels
        ]
        neighbours[row, column] = beside + across
    return neighbours


def _lines(neighbours: _Neighbours) -> Iterator[list[_Pixel]]:
    """The ways between ends and forks, each once; then the rings, which have neither."""
    gone: set[tuple[_Pixel, _Pixel]] = set()
    # Ends and forks first, so that what is left are rings.
    for start in sorted(neighbours, key=lambda pixel: len(neighbours[pixel]) == 2):
        if not neighbours[start]:
            yield [start, start]
        for step in neighbours[start]:
            if (start, step) not in gone:
                yield _followed(neighbours, start, step, gone)


def _followed(
    neighbours: _Neighbours, start: _Pixel, step: _Pixel, gone: set[tuple[_Pixel, _Pixel]]
) -> list[_Pixel]:
    """The way from `start` over `step` to the next end or fork, or around to `start`."""
    line = [start]
    while True:
        gone.update(((line[-1], step), (step, line[-1])))
        line.append(step)
        onward = [pixel for pixel in neighbours[step] if (step, pixel) not in gone]
        if len(neighbours[step]) != 2 or not onward:
            return line
        step = onward[0]


def _is_spur(line: list[_Pixel], neighbours: _Neighbours, width: float) -> bool:
    """Whether it leads from a fork to an end within the stroke: thinning leaves such, nobody drew it."""
    degrees = sorted(len(neighbours[end]) for end in (line[0], line[-1]))
    return degrees[0] == 1 and degrees[1] > 2 and len(line) <= 0.75 * width + 2


def _smoothed(line: list[_Pixel]) -> Stroke:
    """As x and y, without the staircase of pixels; the ends stay where they are."""
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
