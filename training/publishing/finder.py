"""A fitted ink finder as a file that the watcher can use, and what a model's card says of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.publishing.export import export_for_litert
from watcher.recognition import InkFinder
from watcher.recognition.ink_finder import FINDER_FILE
from watcher.recognition.recogniser import CARD_FILE, SHIPPED
from watcher.recognition.view import VIEW_CHANNELS, VIEW_SIDE

if TYPE_CHECKING:
    import keras

    from training.network.recipe import FinderEpoch, FinderRecipe

# Bytes that a shipped ink finder may have.
MAX_FINDER_BYTES = 500_000

# The section of a model's card on its ink finder; also the file of a run that holds it until there is a card.
CARD_SECTION = "ink_finder"
_CARD_PART = "ink_finder.json"


def export_finder(
    model: keras.Model, recipe: FinderRecipe, history: Sequence[FinderEpoch], folder: Path
) -> None:
    """Write `ink_finder.tflite` of `model` to `folder`, with what a card says of it.

    Raises `RuntimeError` where LiteRT does not answer as Keras does.
    """
    from training.network.fit_finder import find
    from training.network.ink_finder import build_finder

    folder.mkdir(parents=True, exist_ok=True)
    # A fresh network has no optimizer and no loss of our own, which cannot be exported.
    network = build_finder()
    network.set_weights(model.get_weights())
    target = folder / FINDER_FILE
    size = export_for_litert(network, target, MAX_FINDER_BYTES)
    view = np.random.default_rng(0).integers(0, 256, (VIEW_SIDE, VIEW_SIDE, VIEW_CHANNELS))
    cells = view.astype(np.uint8)
    wanted = 255 / (1 + np.exp(-find(network, cells[None])[0]))
    apart = float(np.abs(InkFinder.load(folder).levels(cells) - wanted).max())
    if apart > 2:
        raise RuntimeError(f"{target}: LiteRT's levels differ from Keras' by {apart:.1f} of 255")
    about = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": network.count_params(),
        "bytes": size,
        "recipe": asdict(recipe),
        "training_seconds": round(sum(epoch.seconds for epoch in history)),
        "overlap": history[-1].overlap if history else None,
    }
    (folder / _CARD_PART).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def choose_finder(fitted: Path, in_use: Path) -> Path:
    """Return the folder of the ink finder to read with.

    The one in `fitted`, else that of the model `in_use`, else the one that is shipped.
    """
    return next(folder for folder in (fitted, in_use, SHIPPED) if (folder / FINDER_FILE).is_file())


def add_finder(model: Path, fitted: Path, in_use: Path) -> dict[str, Any]:
    """Put the chosen ink finder beside the reader in the folder `model`; return what the card says of it."""
    source = choose_finder(fitted, in_use)
    model.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / FINDER_FILE, model / FINDER_FILE)
    if source == fitted:
        about: dict[str, Any] = json.loads((fitted / _CARD_PART).read_text(encoding="utf-8"))
        return about
    card = json.loads((source / CARD_FILE).read_text(encoding="utf-8"))
    return dict(card.get(CARD_SECTION, {}))
