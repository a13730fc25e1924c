"""A model's card in words: what it is for, its limits, its data, and how to make it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from training.wording import join_words, percent, plural, source_title


@dataclass(frozen=True, slots=True)
class Dataset:
    """A public dataset that models are trained on."""

    name: str
    writers: str
    licence: str


# The datasets by their folder below `data/`, which the paths in a card begin with.
DATASETS = {
    "mnist-jpg": Dataset(
        "MNIST-JPG",
        "some 250 Americans, on paper: census staff and pupils",
        "none stated; usually CC BY-SA 3.0",
    ),
    "pendigits": Dataset(
        "UCI pendigits", "44 people at a Turkish university, with a pen on a tablet", "CC BY 4.0"
    ),
    "omniglot": Dataset("Omniglot", "20 people online, with a mouse; letters only", "MIT"),
    "uji": Dataset("UJI Pen Characters v2", "60 Spaniards, with a pen on a tablet PC", "CC BY 4.0"),
    "unipen": Dataset(
        "UNIPEN (train_r01_v07)",
        "people in America, Quebec and Spain, with a pen on a tablet",
        "CC BY 4.0",
    ),
}

INTENDED_USE = (
    "Reads one handwritten digit in a drawing made with a mouse, pen or finger, so that the drawing can be "
    "filed; it says when it is not sure. It runs on the user's own machine and sends nothing anywhere."
)

LIMITS = (
    "One digit in a drawing: two digits are not read as a number. Its writers were few and mostly "
    "American, Turkish and Spanish: digits written as elsewhere (Arabic-Indic or Chinese ones, say) are "
    "not known to it. Some letters and signs look like a digit and are filed as one. Do not use it where a "
    "wrong digit costs more than a file in a wrong folder: sums, doses, addresses, exams."
)


def datasets(card: Mapping[str, Any]) -> list[Dataset]:
    """Return the datasets that the model of `card` was trained on."""
    folders = dict.fromkeys(path.split("/")[0] for path in card.get("data", {}))
    return [DATASETS.get(folder, Dataset(folder, "unknown", "unknown")) for folder in folders]


def origin(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return how the model of `card` was made, as pairs of subject and text; only what is known."""
    corrections, recipe = card.get("corrections", {}), card.get("recipe", {})
    calibration, versions = card.get("calibration", {}), card.get("versions", {})
    seconds = card.get("training_seconds")
    mixture = [
        f"{count:,} {source_title(name)}" for name, count in card.get("calibrated_on", {}).items()
    ]
    lines = {
        "Name": card.get("name"),
        "Made on": _moment(card.get("created", "")),
        "Started from": card.get("goes_on_from") and f"the model {card['goes_on_from']}",
        "Command": card.get("command"),
        "Training": recipe
        and f"{plural(recipe['epochs'], 'epoch')} in batches of {recipe['batch']}, seed {recipe['seed']}"
        + (f"; took {plural(max(1, round(seconds / 60)), 'minute')}" if seconds else ""),
        "Your corrections": corrections
        and f"{plural(corrections['learned_from'], 'drawing')} learned from, "
        f"{corrections['held_back']:,} held back to check by",
        "Size": card.get("parameters")
        and f"{card['parameters']:,} parameters, {card['bytes'] / 1e6:.1f} MB",
        "Threshold": calibration
        and f"{percent(calibration['min_confidence'])}, chosen from "
        f"{plural(calibration['drawings'], 'drawing')} by {plural(calibration['writers'], 'writer')}"
        + (f" ({join_words(mixture)})" if mixture else ""),
        "Machine": card.get("machine"),
        "Program": card.get("code"),
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    return [(subject, str(text)) for subject, text in lines.items() if text]


def _moment(iso: str) -> str:
    """Return "23 November 2026, 06:18 UTC"; `iso` itself where it is no time."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".strip()
