"""Examples for the network: pictures, labels, and where they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Columns that describe an example: a short name of its source ("mnist", "pen", "omniglot", ...); its
# style where that matters ("flagged 1"); its writer; the canvas's longer side and the pen's width in
# pixels, 0 where it was not drawn here; whether its ink was found without the ink finder.
ABOUT = ("source", "style", "writer", "canvas", "pen", "is_plain")


@dataclass(frozen=True, slots=True)
class Examples:
    """`images`: uint8 (n, 28, 28), all 0 where the canvas came out blank; `again`: the same as a second
    look at the canvas shows them, equal to `images` where there was one look; `labels`: uint8 (n,), 10 is
    "not a digit"; `about`: a table of n rows with the columns `ABOUT`."""

    images: NDArray[np.uint8]
    again: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    about: pd.DataFrame

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, chosen: NDArray[np.bool_]) -> "Examples":
        """Return the examples for which `chosen` (bool, (n,)) is true."""
        return Examples(
            self.images[chosen],
            self.again[chosen],
            self.labels[chosen],
            self.about[chosen].reset_index(drop=True),
        )


@dataclass(frozen=True, slots=True)
class Split:
    """Training and validation examples; no writer, and no held-back alphabet, is in both."""

    training: Examples
    validation: Examples


def concatenate(parts: Sequence[Examples]) -> Examples:
    """Return all examples of `parts` in their order."""
    return Examples(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.again for part in parts]),
        np.concatenate([part.labels for part in parts]),
        pd.concat([part.about for part in parts], ignore_index=True),
    )


def source_table(count: int, source: str) -> pd.DataFrame:
    """Return the table of `count` examples whose source alone is known."""
    return pd.DataFrame(
        {"source": source, "style": "", "writer": "", "canvas": 0, "pen": 0, "is_plain": True},
        index=range(count),
    )


def save(examples: Examples, path: Path) -> None:
    """Write `examples` to one compressed file."""
    # Text and numbers of fixed width, which NumPy reads without unpickling.
    columns: dict[str, Any] = {
        f"about_{name}": np.array(examples.about[name].tolist()) for name in ABOUT
    }
    partial = path.with_name(path.name + ".partial.npz")
    np.savez_compressed(
        partial, images=examples.images, again=examples.again, labels=examples.labels, **columns
    )
    partial.replace(path)


def load(path: Path) -> Examples:
    """Return the examples that `save` wrote to `path`."""
    with np.load(path) as arrays:
        table = pd.DataFrame({name: arrays[f"about_{name}"] for name in ABOUT})
        return Examples(arrays["images"], arrays["again"], arrays["labels"], table)
