"""A fitted network becomes a model that the watcher can use: exported, checked, put in place."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.calibrate import Calibration
from training.fetch import MNIST, STROKES
from training.fit import Recipe, predict
from training.gather import Amounts
from watcher.recognition import Recogniser
from watcher.recognition.normalise import SIDE
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE

LARGEST_MODEL = 2_000_000
"""Bytes that a shipped model may have."""

CURRENT = "current"
"""The file in the models folder that names the version in use."""


def export(
    model: keras.Model, calibration: Calibration, about: dict[str, Any], folder: Path
) -> Path:
    """Write `digits.tflite` and `card.json` of `model` to `folder` and check them as the watcher would.

    Raises `RuntimeError` where LiteRT does not answer as Keras does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / MODEL_FILE
    model.export(str(target), format="litert", verbose=False)
    size = target.stat().st_size
    if size > LARGEST_MODEL:
        raise RuntimeError(f"{target}: {size} bytes, more than {LARGEST_MODEL}")
    card = {
        "name": folder.name,
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


def put_in_use(version_folder: Path) -> None:
    """Make `version_folder` the one that a watcher takes; atomic."""
    pointer = version_folder.parent / CURRENT
    partial = pointer.with_name(CURRENT + ".part")
    with partial.open("w", encoding="utf-8") as file:
        file.write(version_folder.name + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(pointer)
