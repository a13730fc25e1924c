"""Published models: a folder a version, and the file `current` that names the one in use."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from training.wording import percent, plural, source_title
from watcher.recognition import ModelError, Recogniser
from watcher.recognition.recogniser import CARD_FILE, CURRENT_FILE, SHIPPED

# The name of the model that comes with the program, beside the published ones.
SHIPPED_VERSION = "shipped"


@dataclass(frozen=True, slots=True)
class Version:
    """A usable model: its folder and card, and whether a watcher uses it now."""

    name: str
    folder: Path
    card: dict[str, Any]
    in_use: bool


def publish(model: Path, models: Path) -> Path:
    """Copy the folder `model` to `models` as a new version and put it in use, atomically.

    A watcher sees either the version before or all of this one. Raises `ModelError` where `model`
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
    _use(name, models)
    return target


def in_use(models: Path) -> Path:
    """Return the folder of the model in use: the one that `current` names, else the shipped one."""
    try:
        name = (models / CURRENT_FILE).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return SHIPPED
    return models / name if name and (models / name / CARD_FILE).exists() else SHIPPED


def versions(models: Path) -> list[Version]:
    """Return the shipped model and the published ones by age; unusable ones are left out and named."""
    current = in_use(models)
    found = [Version(SHIPPED_VERSION, SHIPPED, read_card(SHIPPED), current == SHIPPED)]
    for card in sorted(models.glob(f"[!.]*/{CARD_FILE}")):
        folder = card.parent
        try:
            found.append(Version(folder.name, folder, read_card(folder), folder == current))
        except ModelError as error:
            print(f"{folder.name}: cannot be used, {error}")
    return found


def roll_back(models: Path, name: str | None) -> Version:
    """Put the version `name` in use, or without a name the one before the version in use.

    Raises `ModelError` and changes nothing where there is no such version.
    """
    known = versions(models)
    if name is None:
        at = next(number for number, version in enumerate(known) if version.in_use)
        if at == 0:
            raise ModelError("the shipped model is in use; there is none before it")
        chosen = known[at - 1]
    else:
        named = [version for version in known if version.name == name]
        if not named:
            names = ", ".join(version.name for version in known)
            raise ModelError(f"{models}: no version {name}; there are {names}")
        chosen = named[0]
    if chosen.folder == SHIPPED:
        (models / CURRENT_FILE).unlink(missing_ok=True)
    else:
        _use(chosen.name, models)
    return chosen


def describe(version: Version) -> str:
    """Return one line on `version` for people; * marks the one in use."""
    card = version.card
    made = _local(str(card.get("created", "")))
    filed = f"files at a confidence of {percent(card['min_confidence'])} or more"
    corrections = int(card.get("corrections", {}).get("learned_from", 0))
    parts = [f"made on {made}" if made else "", filed, _validation(card)]
    parts.append(f"learned {plural(corrections, 'correction')} of yours" if corrections else "")
    mark = "*" if version.in_use else " "
    return f"{mark} {version.name:16} {'; '.join(part for part in parts if part)}"


def _local(iso: str) -> str:
    """Return a time as local time with its offset from UTC; a text that is no time as it is."""
    try:
        return datetime.fromisoformat(iso).astimezone().isoformat(" ", "minutes")
    except (ValueError, OverflowError, OSError):
        return iso


def _validation(card: Mapping[str, Any]) -> str:
    shares = {
        source_title(name): percent(share)
        for name, share in card.get("validation", {}).items()
        if name != "all"
    }
    named = ", ".join(f"{percentage} of {title}" for title, percentage in shares.items())
    return f"read right of drawings kept back: {named}" if named else ""


def read_card(folder: Path) -> dict[str, Any]:
    """Return the card of the model in `folder`; raises `ModelError` where the model is unusable."""
    Recogniser.load(folder)
    card: dict[str, Any] = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    return card


def _use(name: str, models: Path) -> None:
    partial = models / f".{CURRENT_FILE}.part"
    with partial.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(models / CURRENT_FILE)
