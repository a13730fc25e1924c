"""`config`: the settings in force, each with its unit and where it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher.config.kinds import Value
from watcher.config.settings import SETTINGS, Origin, Settings
from watcher.config.toml_text import as_toml, line
from watcher.fs import long_paths


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting in force. `value` is None if none can be said; `origin` in words for a person."""

    section: str
    key: str
    value: Value | None
    unit: str
    origin: str


def in_force(settings: Settings, model: tuple[str, float] | None) -> Iterator[InForce]:
    """All settings in the order of the file; `model` is the name of the one that serves and its card's
    threshold, None without any."""
    for section, keys in SETTINGS.items():
        for key, setting in keys.items():
            value = settings.value(section, key)
            origin = _origin(settings, section, key)
            if (section, key) == ("decision", "min_confidence") and value is None:
                name, value = model or ("", None)
                origin = f"the card of model {name}" if model else "the model's card: no model"
            if isinstance(value, Path):
                value = long_paths.plain(str(value))
            yield InForce(section, key, value, setting.kind.unit, origin)


def _origin(settings: Settings, section: str, key: str) -> str:
    origin = settings.origin(section, key)
    return settings.source if origin is Origin.FILE else str(origin)


def as_lines(found: Sequence[InForce], file: str | None) -> Iterator[str]:
    """TOML that could be a settings file, the origins behind it as comments; `file` is theirs, if any."""
    yield (
        f"# The settings in force, by {file}" if file else "# The settings in force, without a file"
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


def as_dict(found: Sequence[InForce], file: str | None) -> dict[str, Any]:
    """The same as an object: by section and key `value`, `unit` and `origin`."""
    sections: dict[str, dict[str, Any]] = {}
    for one in found:
        entry = {"value": one.value, "unit": one.unit or None, "origin": one.origin}
        sections.setdefault(one.section, {})[one.key] = entry
    return {"file": file, "settings": sections}
