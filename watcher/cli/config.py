"""`config`: show the settings in force, each with its unit and origin."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher.config.kinds import Value
from watcher.config.settings import SETTINGS, LoadSettings, Origin, Settings
from watcher.config.toml_text import as_toml, line
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus
from watcher.fs import long_paths

SUMMARY = "show the settings in force, each with its unit and where it comes from"
EXAMPLE = "config"
SHARED: tuple[str, ...] = ("config", "inbox", "outbox")


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """A setting in force. `value` is None if it is unknown; `origin` is for a person to read."""

    section: str
    key: str
    value: Value | None
    unit: str
    origin: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Print the settings as TOML or JSON."""
    settings = load_settings()
    found = list(settings_in_force(settings, _model_threshold(settings, terminal)))
    file = None if settings.file is None else long_paths.plain(str(settings.file))
    if options.json:
        terminal.write(json.dumps(as_dict(found, file), indent=2))
    else:
        for text in as_lines(found, file):
            terminal.say(text)
    return ExitStatus.DONE


def _model_threshold(settings: Settings, terminal: Terminal) -> tuple[str, float] | None:
    """Return the model's name and its card's threshold; None where the settings have their own."""
    from watcher.config.model import model_in_use
    from watcher.recognition import ModelError

    if settings.decision.min_confidence is not None:
        return None
    try:
        recogniser = model_in_use(settings, terminal.warn).recogniser()
    except ModelError as error:
        terminal.warn(str(error))
        return None
    return recogniser.name, recogniser.min_confidence


def settings_in_force(
    settings: Settings, model: tuple[str, float] | None
) -> Iterator[SettingInForce]:
    """Yield all settings in the order of the file; `model` is a model's name and threshold."""
    for section, keys in SETTINGS.items():
        for key, setting in keys.items():
            value = settings.value(section, key)
            origin = _origin(settings, section, key)
            if (section, key) == ("decision", "min_confidence") and value is None:
                name, value = model or ("", None)
                origin = f"the card of model {name}" if model else "the model's card: no model"
            if isinstance(value, Path):
                value = long_paths.plain(str(value))
            yield SettingInForce(section, key, value, setting.kind.unit, origin)


def _origin(settings: Settings, section: str, key: str) -> str:
    origin = settings.origin(section, key)
    return settings.source if origin is Origin.FILE else str(origin)


def as_lines(found: Sequence[SettingInForce], file: str | None) -> Iterator[str]:
    """Yield TOML that could be a settings file, with the origins as comments."""
    yield (
        f"# The settings in force, from {file}"
        if file
        else "# The settings in force, without a file"
    )
    width = max(len(f"{one.key} = {as_toml(one.value)}") for one in found if one.value is not None)
    section = ""
    for one in found:
        if one.section != section:
            section = one.section
            yield from ("", f"[{section}]")
        unit = f"{one.unit}; " if one.unit else ""
        if one.value is None:
            yield f"# {one.key} is unset: {one.origin}"
        else:
            yield line(one.key, one.value, unit + one.origin, width)


def as_dict(found: Sequence[SettingInForce], file: str | None) -> dict[str, Any]:
    """Return `value`, `unit` and `origin` of each setting, by section and key."""
    sections: dict[str, dict[str, Any]] = {}
    for one in found:
        entry = {"value": one.value, "unit": one.unit or None, "origin": one.origin}
        sections.setdefault(one.section, {})[one.key] = entry
    return {"file": file, "settings": sections}
