"""Another hand writes the same character differently, and not a different character."""

import numpy as np

from training.data.strokes import Character
from training.drawing.glyph_shapes import DIGIT_STYLES
from training.drawing.glyphs import written_digit
from training.drawing.warp import bend_slightly, by_another_hand


def crossed_seven() -> Character:
    return written_digit(np.random.default_rng(1), "crossed 7")


def test_the_same_numbers_lead_to_the_same_hand_and_others_to_another() -> None:
    seven = crossed_seven()
    one, again, other = (by_another_hand(np.random.default_rng(seed), seven) for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(one.strokes, again.strokes, strict=True))
    assert any(
        a.shape != b.shape or (a != b).any()
        for a, b in zip(one.strokes, other.strokes, strict=True)
    )


def test_label_writer_style_and_number_of_strokes_stay() -> None:
    rng = np.random.default_rng(1)
    for style in DIGIT_STYLES:
        written = written_digit(rng, style)
        for change in (by_another_hand, bend_slightly):
            changed = change(rng, written)
            assert (changed.label, changed.writer, changed.style) == (
                written.label,
                written.writer,
                written.style,
            )
            assert len(changed.strokes) == len(written.strokes)
            assert all(stroke.dtype == np.float32 and len(stroke) for stroke in changed.strokes)


def test_points_move_by_a_fraction_of_the_character() -> None:
    rng = np.random.default_rng(1)
    seven = crossed_seven()
    size = np.ptp(np.vstack(seven.strokes), axis=0).max()
    moved = [
        np.hypot(*(after - before).T).mean() / size
        for after, before in (
            (np.vstack(bend_slightly(rng, seven).strokes), np.vstack(seven.strokes))
            for _ in range(200)
        )
    ]
    assert 0.01 < np.mean(moved) < 0.1
    assert np.max(moved) < 0.2


def test_another_hand_moves_strokes_against_each_other_and_cuts_some_short() -> None:
    rng = np.random.default_rng(1)
    bow = np.stack([np.linspace(0, 10, 40), np.zeros(40)], axis=1).astype(np.float32)
    twice = Character((bow, bow), 1, "", "")
    changed = [by_another_hand(rng, twice).strokes for _ in range(50)]
    assert all(np.hypot(*(one.mean(0) - other.mean(0))) > 0 for one, other in changed)
    lengths = [len(stroke) for strokes in changed for stroke in strokes]
    assert 0.1 < np.mean([length < 40 for length in lengths]) < 0.5
    assert min(lengths) >= 36


def test_strokes_that_meet_still_meet_when_the_character_is_bent() -> None:
    rng = np.random.default_rng(1)
    fork = Character(
        tuple(np.array([[5, 5], end], np.float32) for end in ((0, 0), (10, 0), (5, 10))), 1, "", ""
    )
    for _ in range(20):
        ends = np.array([stroke[0] for stroke in bend_slightly(rng, fork).strokes])
        assert np.ptp(ends, axis=0).max() < 1e-4


def test_a_dot_has_another_hand_too() -> None:
    dot = Character((np.zeros((1, 2), np.float32),), 1, "", "")
    assert np.isfinite(by_another_hand(np.random.default_rng(1), dot).strokes[0]).all()
