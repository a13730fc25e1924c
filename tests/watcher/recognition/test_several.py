"""Several digits in one drawing are none that can be filed, and are told as such."""

import numpy as np
import pytest

from tests.support.pictures import paint_digit, png
from watcher.recognition import Recogniser, Status, decide
from watcher.recognition.blots import shows_several


@pytest.mark.parametrize(("left", "right"), [(3, 8), (1, 2), (5, 0)])
def test_two_digits_are_unsure_with_that_reason(left: int, right: int) -> None:
    both = png(np.hstack([paint_digit(left), paint_digit(right)]))
    (seen,) = Recogniser.shipped().recognise([both])
    decision = decide(seen, 0.0)
    assert (decision.status, decision.reason) == (Status.UNSURE, "more than one digit")


def test_ink_beside_ink_is_several_only_where_both_are_tall() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 4:10] = 255
    assert not shows_several(image)
    image[20:24, 14:18] = 255
    assert not shows_several(image)
    image[12:24, 14:18] = 255
    assert shows_several(image)
