"""A fitted network becomes a model that the watcher can use: exported, and checked against Keras."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.data.fetch import MNIST, STROKES
from training.dataset import Amounts
from training.network.calibrate import Calibration
from training.network.recipe import Epoch, Recipe
from watcher.recognition import ModelError, Recogniser
from watcher.recognition.normalise import SIDE
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE

if TYPE_CHECKING:
    import keras

LARGEST_MODEL = 2_000_000
"""Bytes that a shipped model may have."""

NETWORK_FILE = "digits.keras"
"""The network beside its export, from which a later training goes on; the watcher does not need it."""


def export(
    model: keras.Model, calibration: Calibration, about: dict[str, Any], folder: Path
) -> Path:
    """Write `digits.tflite`, `card.json` and `digits.keras` of `model` to `folder`, and check the first
    two as the watcher would.

    Raises `RuntimeError` where LiteRT does not answer as Keras does.
    """
    from training.network.fit import predict

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / MODEL_FILE
    model.export(str(target), format="litert", verbose=False)
    _save_network(model, folder / NETWORK_FILE)
    size = target.stat().st_size
    if size > LARGEST_MODEL:
        raise RuntimeError(f"{target}: {size} bytes, more than {LARGEST_MODEL}")
    card = {
        "name": version_name(datetime.now(UTC)),
        "temperature": calibration.temperature,
        "min_confidence": calibration.min_confidence,
        "calibration": asdict(calibration),
        "parameters": model.count_params(),
        "bytes": size,
        **about,
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    images = np.random.default_rng(0).integers(0, 256, (16, SIDE, SIDE)).astype(np.uint8)
    apart = np.abs(Recogniser.load(folder).logits(images) - predict(model, images)).max()
    if apart > 1e-3:
        raise RuntimeError(f"{target}: LiteRT's answers differ from Keras' by {apart:.2g}")
    return folder


def _save_network(model: keras.Model, path: Path) -> None:
    from training.network.architecture import build

    # A fresh one has no optimizer, whose state is twice the size of the network.
    network = build()
    network.set_weights(model.get_weights())
    network.save(path)


def load_network(folder: Path) -> keras.Model:
    """The network of the model in `folder`, to go on from; raises `ModelError` where it is not there."""
    import keras

    path = folder / NETWORK_FILE
    try:
        return keras.saving.load_model(path, compile=False)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{path}: no network to go on from; 'python -m training' trains one from nothing"
        ) from error


def about_training(recipe: Recipe, amounts: Amounts, history: Sequence[Epoch]) -> dict[str, Any]:
    """What a card tells of how its model came about."""
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": code_version(),
        "data": {source.path: source.blob for source in (MNIST, *STROKES)},
        "amounts": asdict(amounts),
        "recipe": asdict(recipe),
        "training_seconds": round(sum(epoch.seconds for epoch in history)),
        "validation": history[-1].validation if history else {},
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "versions": {name: version(name) for name in ("tensorflow", "keras", "numpy")},
    }


def code_version() -> str:
    """The commit that training runs from ("-dirty" with changes to it), or the package's version."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return version("digit-watcher")
    return found.stdout.strip()


def version_name(now: datetime) -> str:
    """The name of a model version: when it was made, so that names sort by age."""
    return now.strftime("%Y%m%d-%H%M%S")
