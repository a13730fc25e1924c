"""Characters as pen strokes: what every dataset of strokes is read into."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# float32 (n, 2), n > 0: x to the right, y down, in the units of its source. Drawing scales it.
Stroke = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Character:
    """One character as somebody wrote it.

    `label`: 0 to 9, or `watcher.recognition.NOT_DIGIT`. `writer` is an id, unique over all datasets.
    `source` is the place in the dataset. `style` is how it is written where that matters
    ("flagged 1"), or "".
    """

    strokes: tuple[Stroke, ...]
    label: int
    writer: str
    source: str
    style: str = ""
