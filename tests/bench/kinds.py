"""How long reading takes where the ink has to be looked for: the kinds of picture that training draws."""

import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import cv2
import numpy as np

from tests.bench import inputs
from tests.bench.table import Bar, Row
from tests.support.pictures import png
from watcher.recognition import Recogniser
from watcher.recognition.types import as_uint8

if TYPE_CHECKING:
    from tests.bench.measures import Bench

# Of each kind.
_PICTURES = 5


def kinds(bench: "Bench") -> Iterator[Row]:
    """The median and the slowest kind, each by the median of its pictures, in every round."""
    recogniser, drawn = Recogniser.shipped(), _pictures()
    rounds = [
        {name: _milliseconds(recogniser, pictures) for name, pictures in drawn.items()}
        for _ in range(bench.amounts.rounds)
    ]
    by_kind = {name: statistics.median(one[name] for one in rounds) for name in drawn}
    slowest = max(by_kind, key=by_kind.__getitem__)
    middle = [statistics.median(one.values()) for one in rounds]
    yield Row(f"reading one of {inputs.PAINT}, median kind", "ms", {"program": middle})
    yield Row(
        f"reading one of {inputs.PAINT}, slowest kind ({slowest})",
        "ms",
        {"program": [one[slowest] for one in rounds]},
        (Bar(20),),
    )


def _pictures() -> dict[str, list[bytes]]:
    """PNGs of every kind, stretched to the size of Paint's canvas."""
    # The other measures do without what training needs.
    from training.drawing.glyphs import DIGIT_STYLES, written_digit
    from training.drawing.scenes.kinds import KINDS, Kind, draw_kind

    def picture(kind: Kind, seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        digit = written_digit(rng, str(rng.choice(list(DIGIT_STYLES))))
        size = inputs.PAINT.width, inputs.PAINT.height
        return png(as_uint8(cv2.resize(draw_kind(rng, digit, kind).pixels, size)))

    return {
        name: [picture(kind, seed) for seed in range(_PICTURES)] for name, kind in KINDS.items()
    }


def _milliseconds(recogniser: Recogniser, pictures: list[bytes]) -> float:
    taken = []
    for picture in pictures:
        started = time.perf_counter()
        recogniser.recognise([picture])
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)
