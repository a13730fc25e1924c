"""A fitted network becomes a model that the watcher can use: exported, checked, put in place."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.data.fetch import MNIST, STROKES
from training.gather import Amounts
from training.network.calibrate import Calibration
from training.network.recipe import Recipe
from watcher.recognition import Recogniser
from watcher.recognition.normalise import SIDE
from watcher.recognition.recogniser import CARD_FILE, CURRENT_FILE, MODEL_FILE

if TYPE_CHECKING:
    import keras

LARGEST_MODEL = 2_000_000
"""Bytes that a shipped model may have."""


def export(
    model: keras.Model, calibration: Calibration, about: dict[str, Any], folder: Path
) -> Path:
    """Write `digits.tflite` and `card.json` of `model` to `folder` and check them as the watcher would.

    Raises `RuntimeError` where LiteRT does not answer as Keras does.
    """
    from training.network.fit import predict  # noqa: PLC0415 (TensorFlow takes seconds to import)

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / MODEL_FILE
    model.export(str(target), format="litert", verbose=False)
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


def about_training(recipe: Recipe, amounts: Amounts, seconds: float) -> dict[str, Any]:
    """What a card tells of how its model came about."""
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": code_version(),
        "data": {source.path: source.blob for source in (MNIST, *STROKES)},
        "amounts": asdict(amounts),
        "recipe": asdict(recipe),
        "training_seconds": round(seconds),
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


def publish(model: Path, models: Path) -> Path:
    """Copy the folder `model` to `models` as a version of its own and make it the one in use; atomic.

    A watcher sees either the version before or this one whole. Raises `ModelError` where `model`
    cannot be used.
    """
    name = Recogniser.load(model).name
    target = models / name
    if not target.exists():
        models.mkdir(parents=True, exist_ok=True)
        partial = models / f".{name}.part"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(model, partial)
        partial.rename(target)
    partial = models / f".{CURRENT_FILE}.part"
    with partial.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(models / CURRENT_FILE)
    return target


def read_card(folder: Path) -> dict[str, Any]:
    """The card of the model in `folder`; raises `ModelError` where the model cannot be used."""
    Recogniser.load(folder)
    card: dict[str, Any] = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    return card
