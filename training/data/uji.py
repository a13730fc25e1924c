"""UJI Pen Characters v2: the digits of 60 Spanish writers, each written twice on a tablet PC."""

import json
from pathlib import Path

import numpy as np

from training.data.errors import FETCH, DatasetError
from training.data.strokes import Character

# Each writer wrote every digit in two sessions, which stand side by side in the file.
_SESSIONS = 2


def read_uji(path: Path) -> list[Character]:
    """Return the digits in `path` (JSON), ordered by digit and writer; y points down there already.

    Raises `DatasetError` where the file is missing or damaged.
    """
    try:
        samples = json.loads(path.read_text(encoding="utf-8"))["rawData"]
        return [
            Character(
                tuple(np.array(stroke, np.float32).reshape(-1, 2) for stroke in strokes),
                int(digit),
                f"uji/{number // _SESSIONS:02}",
                f"uji/{digit}/{number}",
            )
            for digit in sorted(samples)
            for number, strokes in enumerate(samples[digit])
        ]
    except FileNotFoundError as error:
        raise DatasetError(f"{path}: missing; {FETCH}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path}: damaged ({error}); remove it and {FETCH}") from error
