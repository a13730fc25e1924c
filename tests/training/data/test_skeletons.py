"""Pictures of digits are turned back into the strokes that somebody could have drawn them with."""

import cv2
import numpy as np
import pytest

from training.data.skeletons import trace_strokes

SCALE = 3


def picture(*lines: list[tuple[int, int]], width: int = 3) -> np.ndarray:
    """Lines through the middles of the 28 x 28 pixels."""
    strokes = tuple(np.array(line, np.float32) * SCALE + (SCALE - 1) / 2 for line in lines)
    return drawn_again(strokes, width)


def drawn_again(strokes: tuple[np.ndarray, ...], width: int = 3) -> np.ndarray:
    canvas = np.zeros((28 * SCALE, 28 * SCALE), np.uint8)
    points = [np.round(stroke).astype(np.int32) for stroke in strokes]
    cv2.polylines(canvas, points, False, 255, width * SCALE)
    return cv2.resize(canvas, (28, 28), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize(
    "lines",
    [
        ([(14, 4), (14, 24)],),
        ([(6, 5), (21, 5), (12, 24)],),
        ([(6, 5), (21, 5), (12, 24)], [(9, 14), (19, 14)]),
        ([(14, 4), (22, 14), (14, 24), (6, 14), (14, 4)],),
        ([(8, 4), (20, 4), (20, 13), (8, 13), (8, 4)], [(20, 13), (20, 24)]),
    ],
    ids=["1", "7", "crossed 7", "0", "9"],
)
def test_strokes_drawn_again_cover_the_picture(lines: tuple[list[tuple[int, int]], ...]) -> None:
    seen = picture(*lines) > 127
    again = drawn_again(trace_strokes(picture(*lines))) > 127
    assert (seen & again).sum() > 0.75 * (seen | again).sum()


def test_a_line_is_one_stroke_a_ring_a_closed_one_and_a_cross_four_that_meet() -> None:
    (line,) = trace_strokes(picture([(14, 4), (14, 24)]))
    assert np.ptp(line[:, 0]) < SCALE < 15 * SCALE < np.ptp(line[:, 1])
    (ring,) = trace_strokes(picture([(14, 4), (22, 14), (14, 24), (6, 14), (14, 4)]))
    assert np.hypot(*(ring[0] - ring[-1])) <= SCALE
    cross = trace_strokes(picture([(14, 4), (14, 24)], [(4, 14), (24, 14)]))
    long = [stroke for stroke in cross if len(stroke) > 3]
    assert len(long) == 4
    ends = np.array([stroke[end] for stroke in long for end in (0, -1)]) / SCALE
    assert (np.hypot(*(ends - 14).T) < 2).sum() == 4


def test_a_thick_stroke_has_no_spurs_at_its_ends() -> None:
    strokes = trace_strokes(picture([(8, 6), (20, 22)], width=6))
    assert len(strokes) == 1


def test_a_speck_is_a_stroke_without_length_and_a_blank_picture_none() -> None:
    speck = np.zeros((28, 28), np.uint8)
    speck[14, 14] = 255
    (dot,) = trace_strokes(speck)
    assert np.ptp(dot, axis=0).max() <= SCALE
    assert trace_strokes(np.zeros((28, 28), np.uint8)) == ()
