"""A person's own drawings: those whose digit they confirmed by putting them into its folder.

The watcher writes a row of status `corrected` for each. What the watcher filed by itself is no label,
however long it lies there; nor is a drawing that was edited or deleted since.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.data.errors import DatasetError
from training.data.examples import ABOUT, Examples, Split
from watcher.log.csv_injection import unescape_formula
from watcher.recognition import NOT_DIGIT, NotADrawingError, decode, normalise
from watcher.types import Reason, Status

LOG = "log.csv"

SOURCE = "yours"
"""What these examples are called among the sources of others."""

_HELD_BACK_OF = 4
"""One in so many is never trained on. Which ones depends on their bytes alone, so that no later
training sees them either."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A drawing and the class that a person chose: a digit or NOT_DIGIT; `sha256` (hex) of its bytes."""

    path: Path
    digit: int
    sha256: str

    @property
    def is_held_back(self) -> bool:
        return int(self.sha256[:8], 16) % _HELD_BACK_OF == 0


def read_corrections(outbox: Path) -> list[Confirmed]:
    """What people confirmed in `outbox`, by its log, oldest first; nothing where there is no log.

    The log's last word on a drawing counts, and of two drawings with the same bytes the later one.
    Raises `DatasetError` where the log cannot be read.
    """
    confirmed: dict[str, Confirmed] = {}
    for row in _last_rows(outbox / LOG).itertuples():
        path = outbox / unescape_formula(str(row.filed_as))
        label = _label_of(row)
        if label is not None and _has_bytes(path, str(row.sha256)):
            confirmed.pop(str(row.sha256), None)
            confirmed[str(row.sha256)] = Confirmed(path, label, str(row.sha256))
    return list(confirmed.values())


def corrected_examples(corrections: list[Confirmed]) -> Split:
    """The drawings as the watcher sees them: to learn from, and held back to check by."""
    held_back = [one for one in corrections if one.is_held_back]
    return Split(
        _examples([one for one in corrections if not one.is_held_back]), _examples(held_back)
    )


def _last_rows(log: Path) -> pd.DataFrame:
    columns = ["id", "status", "digit", "filed_as", "reason", "sha256"]
    try:
        table = pd.read_csv(log, usecols=columns, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        return pd.DataFrame(columns=columns)
    except (ValueError, pd.errors.ParserError) as error:
        raise DatasetError(
            f"{log}: not a log of this program ({error}); start the watcher once, it writes the log anew "
            "and keeps this one"
        ) from error
    return table.drop_duplicates("id", keep="last")


def _label_of(row: Any) -> int | None:
    """Return the class that a drawing's latest row says a person chose; None for no label."""
    if row.status != Status.CORRECTED:
        return None
    if row.reason == Reason.NOT_A_DIGIT:
        return NOT_DIGIT
    return int(row.digit) if row.digit else None


def _has_bytes(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _examples(corrections: list[Confirmed]) -> Examples:
    seen = []
    for one in corrections:
        try:
            drawing = decode(one.path.read_bytes())
        except (OSError, NotADrawingError) as error:
            print(f"{one.path}: not learned from, {error}")
            continue
        normalised = normalise(drawing)
        if normalised is not None:  # On a blank canvas there is nothing to learn.
            seen.append((normalised.image, one.digit, max(drawing.width, drawing.height)))
    about = [(SOURCE, "", "you", canvas, 0) for *_, canvas in seen]
    return Examples(
        np.array([image for image, *_ in seen], np.uint8).reshape(-1, 28, 28),
        np.array([digit for _, digit, _ in seen], np.uint8),
        pd.DataFrame(about, columns=list(ABOUT)),
    )
