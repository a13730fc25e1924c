"""A digit gets the style that its source has too few of, unless it is written so already."""

import numpy as np

from training.data.strokes import Character
from training.drawing.styles import (
    add_bar,
    add_dot,
    add_flag,
    add_foot,
    add_slash,
    is_straight,
    named,
    use_rare_style,
    varied,
)

STEM = np.array([[20, -90], [20, -10]], np.float32)
RING = np.array([[0, 50], [50, 0], [100, 50], [50, 100], [0, 50]], np.float32)


def character(label: int, *strokes: np.ndarray) -> Character:
    return Character(strokes, label, "writer", "source")


def test_styles_add_what_their_names_say() -> None:
    rng = np.random.default_rng(1)
    one = character(1, STEM)
    assert is_straight(one)
    for _ in range(100):
        flagged = add_flag(rng, one)
        assert not is_straight(flagged)
        assert named(flagged).style == "flagged 1"
        foot = (flagged if len(flagged.strokes) == 2 else add_foot(rng, flagged)).strokes[-1]
        assert abs(foot[:, 1].mean() - STEM[1, 1]) < 10
        assert foot[0, 0] < STEM[1, 0] < foot[1, 0]
    for style, label in ((add_slash, 0), (add_dot, 0), (add_bar, 7)):
        styled = style(rng, one)
        assert len(styled.strokes) == len(one.strokes) + 1
        assert styled.style.endswith(str(label))


def test_a_digit_already_in_its_style_is_left_as_it_is() -> None:
    rng = np.random.default_rng(1)
    once = use_rare_style(rng, character(1, STEM))
    assert use_rare_style(rng, once) is once or use_rare_style(rng, once).strokes == once.strokes


def test_a_0_that_its_writer_slashed_is_named_so_and_gets_no_second_slash() -> None:
    slash = np.array([[0, 100], [50, 52], [100, 0]], np.float32)
    zero = character(0, RING, slash)
    for seed in range(50):
        drawn = varied(np.random.default_rng(seed), zero)
        assert (len(drawn.strokes), drawn.style) == (2, "slashed 0")
    assert named(character(0, RING)).style == ""
    assert named(character(0, RING[:3], RING[2:])).style == ""
