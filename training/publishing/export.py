"""Export a fitted network as a model that the watcher can use, and check it against Keras."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.amounts import Amounts
from training.data.sources import origins
from training.network.calibrate import Calibration
from training.network.recipe import Epoch, Recipe
from watcher.recognition import ModelError, Recogniser
from watcher.recognition.normalise import SIDE
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE

if TYPE_CHECKING:
    import keras

# Bytes of the largest model that the program ships: it is in the wheel and in the repository.
LARGEST_MODEL = 2_000_000

# The network beside its export, from which a refresh starts; the watcher does not need it.
NETWORK_FILE = "digits.keras"

# Logits of LiteRT and Keras may differ by this: float32 sums in another order differ by some 1e-5.
_MAX_DIFFERENCE = 1e-3


def export(
    model: keras.Model, calibration: Calibration, about: Mapping[str, Any], folder: Path
) -> Path:
    """Write `digits.tflite`, `card.json` and `digits.keras` to `folder`, and load the first two as the
    watcher does.

    Raises `RuntimeError` where LiteRT answers differently from Keras.
    """
    from training.network.fit import predict

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / MODEL_FILE
    size = export_for_litert(model, target, LARGEST_MODEL)
    _save_network(model, folder / NETWORK_FILE)
    card = {
        "name": version_name(datetime.now(UTC)),
        "temperature": calibration.temperature,
        "min_confidence": calibration.min_confidence,
        "min_confidence_of_found_ink": calibration.min_confidence_of_found_ink,
        "calibration": asdict(calibration),
        "parameters": model.count_params(),
        "bytes": size,
        **about,
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    images = np.random.default_rng(0).integers(0, 256, (16, SIDE, SIDE)).astype(np.uint8)
    difference = np.abs(Recogniser.load(folder).logits(images) - predict(model, images)).max()
    if difference > _MAX_DIFFERENCE:
        raise RuntimeError(f"{target}: LiteRT's answers differ from Keras' by {difference:.2g}")
    return folder


def export_for_litert(network: keras.Model, target: Path, max_bytes: int) -> int:
    """Write a network to the file `target` for the watcher; return how many bytes it has.

    Raises `RuntimeError` where that is more than `max_bytes`.
    """
    network.export(str(target), format="litert", verbose=False)
    size = target.stat().st_size
    if size > max_bytes:
        raise RuntimeError(f"{target}: {size} bytes, more than {max_bytes}")
    return size


def _save_network(model: keras.Model, path: Path) -> None:
    from training.network.architecture import build

    # A fresh network has no optimizer, whose state is twice the size of the network.
    network = build()
    network.set_weights(model.get_weights())
    network.save(path)


def load_network(folder: Path) -> keras.Model:
    """Return the network of the model in `folder`; raises `ModelError` where there is none."""
    import keras

    path = folder / NETWORK_FILE
    try:
        return keras.saving.load_model(path, compile=False)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{path}: no network to start from; 'python -m training' trains one from nothing"
        ) from error


# The sections of a card that `describe_training` writes.
TRAINING = (
    "created",
    "code",
    "data",
    "amounts",
    "recipe",
    "training_seconds",
    "validation",
    "machine",
    "versions",
)


def describe_training(recipe: Recipe, amounts: Amounts, history: Sequence[Epoch]) -> dict[str, Any]:
    """Return what a card says of how its model was made."""
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": code_version(),
        "data": origins(),
        "amounts": asdict(amounts),
        "recipe": asdict(recipe),
        "training_seconds": round(sum(epoch.seconds for epoch in history)),
        "validation": history[-1].validation if history else {},
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "versions": {name: version(name) for name in ("tensorflow", "keras", "numpy")},
    }


def code_version() -> str:
    """Return the commit that training runs from ("-dirty" if changed), or the package's version."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return version("digit-watcher")
    return described.stdout.strip()


def version_name(now: datetime) -> str:
    """Return the name of a model made now; names sort by age."""
    return now.strftime("%Y%m%d-%H%M%S")
