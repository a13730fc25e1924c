"""Drawings come out as the session says, the same for the same session."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from training.data.strokes import Character
from training.drawing.glyph_shapes import DIGIT_STYLES, NOT_DIGITS
from training.drawing.glyphs import written_digit, written_not_digit
from training.drawing.paint import paint
from training.drawing.pixels import pixel_drawing
from training.drawing.scribbles import KINDS, scribble
from training.drawing.sessions import Hand, Pen, Session, choose
from training.drawing.styles import underline
from training.drawing.textures import TEXTURES
from watcher.recognition import NOT_DIGIT, Drawing, normalise
from watcher.recognition.ink_finder import shipped_finder

STEADY = Hand(rotation=0, slant=0, aspect=1, tremor=0, corners=1)
SESSION = Session(
    hand=STEADY,
    pen=Pen(width=3, square=False, smooth=False),
    width=120,
    height=90,
    digit_height=60,
    left=40,
    top=20,
    supersampled=1,
    ink=(0, 0, 200),
    paper=(255, 255, 255),
    texture="plain",
    quality=0,
    seed=1,
)
STROKE = Character((np.array([[0, 0], [0, 10]], np.float32),), 1, "me", "here")


def inked(canvas: np.ndarray) -> tuple[int, int, int, int]:
    """left, top, width, height of what is not white."""
    left, top, width, height = cv2.boundingRect((canvas.min(axis=2) < 255).astype(np.uint8))
    return left, top, width, height


def test_the_digit_stands_where_the_session_puts_it_in_its_ink() -> None:
    canvas = paint(STROKE, SESSION)
    assert canvas.shape == (90, 120, 3)
    left, top, width, height = inked(canvas)
    assert abs(left + width / 2 - 70) <= 1
    assert 3 <= width <= 5  # OpenCV rounds a stroke's caps up
    assert abs(top - 20) <= 2
    assert abs(height - 63) <= 2
    assert tuple(canvas[50, 70]) == (0, 0, 200)


def test_a_hollow_pen_leaves_the_outline_of_a_stroke() -> None:
    canvas = paint(STROKE, replace(SESSION, pen=Pen(20, square=False, smooth=False, hollow=3)))
    assert tuple(canvas[50, 70]) == (255, 255, 255)
    assert tuple(canvas[50, 60]) == tuple(canvas[50, 80]) == (0, 0, 200)


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_drawn_pixel_by_pixel_has_two_colours_and_paper_all_around(digit: int) -> None:
    for seed in range(20):
        canvas = pixel_drawing(np.random.default_rng(seed), digit)
        border = np.concatenate([canvas[0], canvas[-1], canvas[:, 0], canvas[:, -1]])
        assert (border == border[0]).all()
        ink = canvas[(canvas != border[0]).any(axis=2)]
        assert len(ink)
        assert (ink == ink[0]).all()
        assert np.array_equal(canvas, pixel_drawing(np.random.default_rng(seed), digit))


def test_an_underline_lies_below_the_digit() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        one = written_digit(rng, "plain 3")
        *strokes, line = underline(rng, one).strokes
        assert line[:, 1].min() > np.vstack(strokes)[:, 1].max()


@pytest.mark.parametrize("width", [1, 2, 7, 12])
def test_a_square_pen_is_as_wide_as_it_says(width: int) -> None:
    session = replace(SESSION, pen=Pen(width=width, square=True, smooth=False))
    assert inked(paint(STROKE, session))[2] == width


def test_a_smooth_pen_leaves_half_tones_and_a_hard_one_none() -> None:
    slanted = replace(SESSION, hand=replace(STEADY, rotation=20), ink=(0, 0, 0))
    assert set(np.unique(paint(STROKE, slanted))) == {0, 255}
    smooth = replace(slanted, pen=Pen(width=3, square=False, smooth=True))
    assert len(np.unique(paint(STROKE, smooth))) > 2


@pytest.mark.parametrize("texture", sorted(TEXTURES))
def test_ink_stays_visible_on_any_paper(texture: str) -> None:
    canvas = paint(STROKE, replace(SESSION, texture=texture, ink=(0, 0, 0)))
    darkest = canvas if canvas.ndim == 2 else canvas.min(axis=2)
    paper = np.delete(darkest, slice(66, 75), axis=1)
    assert paper.mean() - darkest[50, 70] > 100


def test_the_same_seed_draws_the_same() -> None:
    rng = np.random.default_rng(5)
    one = written_digit(rng, "flagged 1")
    sessions = [choose(np.random.default_rng(7)) for _ in range(2)]
    assert sessions[0] == sessions[1]
    assert np.array_equal(paint(one, sessions[0]), paint(one, sessions[1]))


def test_sessions_range_from_tiny_to_full_screen() -> None:
    rng = np.random.default_rng(1)
    sessions = [choose(rng) for _ in range(500)]
    assert min(session.width for session in sessions) <= 28
    assert max(session.width for session in sessions) > 1800
    assert {1, 24} <= {session.pen.width for session in sessions}
    assert all(session.digit_height <= max(session.width, session.height) for session in sessions)


def test_no_digit_runs_off_its_canvas() -> None:
    box = Character((np.array([[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], np.float32),), 0, "", "")
    rng = np.random.default_rng(2)
    for _ in range(300):
        session = replace(choose(rng), texture="plain", quality=0, supersampled=1)
        session = replace(session, ink=(0, 0, 0), paper=(255, 255, 255))
        session = replace(session, hand=STEADY, pen=replace(session.pen, smooth=False))
        roomier = replace(
            session,
            width=session.width + 40,
            height=session.height + 40,
            left=session.left + 20,
            top=session.top + 20,
        )
        assert (paint(box, session) == 0).sum() == (paint(box, roomier) == 0).sum()


@pytest.mark.parametrize("style", sorted(DIGIT_STYLES))
def test_every_style_of_digit_can_be_seen_when_drawn(style: str) -> None:
    written = written_digit(np.random.default_rng(1), style)
    assert written.label == DIGIT_STYLES[style][0]
    assert normalise(Drawing(paint(written, SESSION)), shipped_finder()) is not None


def test_what_is_no_digit_says_so() -> None:
    rng = np.random.default_rng(1)
    signs = [written_not_digit(rng, name) for name in NOT_DIGITS]
    digits = [written_digit(rng, style) for style in DIGIT_STYLES]
    scribbles = [scribble(digits, rng, kind) for kind in KINDS]
    assert {written.label for written in signs + scribbles} == {NOT_DIGIT}
    for written in signs + scribbles:
        assert normalise(Drawing(paint(written, SESSION)), shipped_finder()) is not None
