"""The user's corrections: drawings that a person moved into a digit's folder, or called no digit.

The watcher writes a log row of status `corrected` for each. A drawing that it filed by itself has no
label, however long it stays there; nor has one that was edited or deleted since.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.data.errors import DatasetError
from training.data.examples import ABOUT, Examples, Split
from watcher.layout import DIGIT_FOLDERS, LOG_FILE
from watcher.log.csv_injection import unescape_formula
from watcher.log.dialect import STANDARD
from watcher.log.reader import dialect_in
from watcher.recognition import NOT_DIGIT, InkFinder, NotADrawingError, decode, normalise
from watcher.types import Reason, Status

# The `source` of these examples.
SOURCE = "yours"

# One in four is held back from training, to check the new model with. A drawing's bytes alone decide
# which, so that no later training sees them either.
_HELD_BACK_OF = 4

_COLUMNS = ["id", "status", "digit", "filed_as", "reason", "sha256"]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A drawing and the class that a person gave it: a digit, or NOT_DIGIT; `sha256` (hex) of its bytes."""

    path: Path
    digit: int
    sha256: str

    @property
    def is_held_back(self) -> bool:
        return int(self.sha256[:8], 16) % _HELD_BACK_OF == 0


def read_corrections(outbox: Path) -> list[Confirmed]:
    """Return the drawings in `outbox` that people confirmed by its log, oldest first.

    A drawing's last row counts, and of drawings with the same bytes the later one. A row whose digit is
    none is printed and left out. Raises `DatasetError` where the log cannot be read.
    """
    log = outbox / LOG_FILE
    confirmed: dict[str, Confirmed] = {}
    for row in _last_rows(log).itertuples():
        path, sha256 = outbox / unescape_formula(str(row.filed_as)), str(row.sha256)
        try:
            label = _label(row)
        except ValueError as error:
            print(f"{log}: {error} (row of {row.filed_as}); not trained on")
            continue
        if label is not None and _has_bytes(path, sha256):
            confirmed.pop(sha256, None)
            confirmed[sha256] = Confirmed(path, label, sha256)
    return list(confirmed.values())


def corrected_examples(corrections: list[Confirmed], finder: InkFinder) -> Split:
    """Return the drawings as the watcher sees them with `finder`, to train on and held back."""
    return Split(
        _examples([one for one in corrections if not one.is_held_back], finder),
        _examples([one for one in corrections if one.is_held_back], finder),
    )


def _last_rows(log: Path) -> pd.DataFrame:
    try:
        dialect = dialect_in(log) or STANDARD
        table = pd.read_csv(
            log, sep=dialect.separator, usecols=_COLUMNS, dtype=str, keep_default_na=False
        )
    except FileNotFoundError:
        return pd.DataFrame(columns=_COLUMNS)
    except OSError as error:
        raise DatasetError(
            f"{log}: cannot be read ({error.strerror}); nothing was changed"
        ) from error
    except (ValueError, pd.errors.ParserError) as error:
        reason = str(error).strip().splitlines()[0]
        raise DatasetError(
            f"{log}: not a log of this program ({reason}); start the watcher once: it keeps this file "
            "under another name and writes the log again"
        ) from error
    return table.drop_duplicates("id", keep="last")


def _label(row: Any) -> int | None:
    """Return the class that a person gave in `row`, or None; raise `ValueError` for another digit."""
    if row.status != Status.CORRECTED:
        return None
    if row.reason == Reason.NOT_A_DIGIT:
        return NOT_DIGIT
    # pandas and spreadsheets write a 7 in a column with gaps as 7.0.
    digit = str(row.digit).strip().removesuffix(".0")
    if not digit:
        return None
    if digit not in DIGIT_FOLDERS:
        raise ValueError(f'"{row.digit}" is no digit')
    return int(digit)


def _has_bytes(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _examples(corrections: list[Confirmed], finder: InkFinder) -> Examples:
    images, again, labels, about = [], [], [], []
    for one in corrections:
        try:
            drawing = decode(one.path.read_bytes())
        except (OSError, NotADrawingError) as error:
            print(f"{one.path}: not trained on, {error}")
            continue
        normalised = normalise(drawing, finder)
        if normalised is not None:  # a blank canvas shows no digit
            first, second = normalised.looks
            images.append(first)
            again.append(second)
            labels.append(one.digit)
            side = max(drawing.width, drawing.height)
            about.append((SOURCE, "", "you", side, 0, normalised.is_plain))
    return Examples(
        np.array(images, np.uint8).reshape(-1, 28, 28),
        np.array(again, np.uint8).reshape(-1, 28, 28),
        np.array(labels, np.uint8),
        pd.DataFrame(about, columns=list(ABOUT)),
    )
