"""The model's card, `card.json`: its name and its calibration."""

import json
from dataclasses import dataclass
from pathlib import Path

from watcher.recognition.litert import ModelError, brief


@dataclass(frozen=True, slots=True)
class Card:
    """What the watcher needs of a model's card.

    `temperature` (above 0) divides the logits to calibrate them. `min_confidence` (0 to 1) is the least
    calibrated probability at which a drawing is filed; `min_confidence_of_found_ink` is the same for a
    drawing whose ink the ink finder found.
    """

    name: str
    temperature: float
    min_confidence: float
    min_confidence_of_found_ink: float


# For the cards of models made before this threshold was calibrated.
_OF_FOUND_INK = 0.99


def read_card(path: Path) -> Card:
    """Read the card at `path`; raise `ModelError` if it is unreadable, incomplete or out of range."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: not a readable model card ({brief(error)})") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path}: not a model card")
    try:
        card = Card(
            str(content["name"]),
            float(content["temperature"]),
            float(content["min_confidence"]),
            float(content.get("min_confidence_of_found_ink", _OF_FOUND_INK)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: needs name, temperature and min_confidence") from error
    if not (card.temperature > 0 and 0 <= card.min_confidence <= 1):
        raise ModelError(f"{path}: needs a temperature above 0 and min_confidence from 0 to 1")
    return card
