"""What is drawn is seen as a watcher sees it, and labelled by what it found."""

import numpy as np

from training.data.strokes import Character
from training.drawing.render import Renderer
from training.drawing.scenes.kinds import KINDS
from watcher.recognition import NOT_DIGIT, InkFinder
from watcher.recognition.recogniser import SHIPPED

# An upright bar with a flag and a foot: whatever lies around it is no 1.
ONE = Character(
    (
        np.array([[0, 3], [4, 0], [4, 20]], np.float32),
        np.array([[0, 20], [8, 20]], np.float32),
    ),
    1,
    "somebody",
    "here",
)


class Blind(InkFinder):
    """Takes all that is light for ink."""

    def levels(self, view: np.ndarray) -> np.ndarray:
        found: np.ndarray = view[..., :3].mean(axis=2).astype(np.uint8)
        return found


def test_a_scene_is_the_same_for_the_same_seed_and_names_its_kind() -> None:
    render = Renderer(InkFinder.load(SHIPPED), "to test")
    first, again = (render.draw_scenes([ONE] * 6, 3, relabel=True) for _ in range(2))
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.again, again.again)
    assert set(first.about["style"]) <= set(KINDS)
    assert set(first.about["source"]) == {"scenes"}


def test_a_scene_that_is_looked_at_twice_is_an_example_by_both_looks() -> None:
    scenes = Renderer(InkFinder.load(SHIPPED), "to test").draw_scenes([ONE] * 24, 3, relabel=False)
    differs = (scenes.images != scenes.again).any(axis=(1, 2))
    assert not differs[scenes.about["is_plain"]].any()
    assert differs[~scenes.about["is_plain"]].any()


def test_where_other_ink_than_the_digits_was_found_the_scene_is_no_digit_to_train_on() -> None:
    blind = Blind.load(SHIPPED)
    trained, judged = (
        Renderer(blind, "to test").draw_scenes([ONE] * 40, 3, relabel=relabel)
        for relabel in (True, False)
    )
    assert (trained.labels[~trained.about["is_plain"]] == NOT_DIGIT).any()
    assert (judged.labels == 1).all()
