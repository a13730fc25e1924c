"""What the network learns from and is examined on: pictures, labels, and where they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ABOUT = ("source", "style", "writer", "canvas", "pen")
"""What is known of an example: a short name of where it comes from ("mnist", "pen", "omniglot", ...);
how it is written where that matters ("flagged 1"); by whom; the canvas's longer side and the pen's
width in pixels, 0 if not drawn here."""


@dataclass(frozen=True, slots=True)
class Examples:
    """`images`: uint8 (n, 28, 28), all 0 where the canvas came out blank; `labels`: uint8 (n,), 10 is
    "not a digit"; `about`: a table of n rows with the columns `ABOUT`."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    about: pd.DataFrame

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, chosen: NDArray[np.bool_]) -> "Examples":
        """Those for which `chosen` (bool, (n,)) is true."""
        return Examples(
            self.images[chosen], self.labels[chosen], self.about[chosen].reset_index(drop=True)
        )


@dataclass(frozen=True, slots=True)
class Split:
    """Training and validation examples; no writer, and no held-back alphabet, is in both."""

    training: Examples
    validation: Examples


def joined(parts: Sequence[Examples]) -> Examples:
    """All examples of `parts` in their order."""
    return Examples(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        pd.concat([part.about for part in parts], ignore_index=True),
    )


def about(count: int, source: str) -> pd.DataFrame:
    """The table of `count` examples of which only their source is known."""
    return pd.DataFrame(
        {"source": source, "style": "", "writer": "", "canvas": 0, "pen": 0}, index=range(count)
    )


def save(examples: Examples, path: Path) -> None:
    """Write `examples` to one compressed file."""
    # As text and numbers of fixed width: what NumPy reads again without unpickling.
    columns: dict[str, Any] = {
        f"about_{name}": np.array(examples.about[name].tolist()) for name in ABOUT
    }
    partial = path.with_name(path.name + ".partial.npz")
    np.savez_compressed(partial, images=examples.images, labels=examples.labels, **columns)
    partial.replace(path)


def load(path: Path) -> Examples:
    """Read what `save` wrote."""
    with np.load(path) as kept:
        table = pd.DataFrame({name: kept[f"about_{name}"] for name in ABOUT})
        return Examples(kept["images"], kept["labels"], table)
