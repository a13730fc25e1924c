"""Reading the settings: `config.toml` -> `Settings`; a mistake names file, key and expectation."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from watcher.config.errors import ConfigError, ExpectedError
from watcher.config.folders import absolute, refuse_overlap, resolve_paths
from watcher.config.settings import (
    SETTINGS,
    DecisionSettings,
    FileLimits,
    LogSettings,
    Notify,
    Origin,
    Paths,
    Settings,
    Watch,
)

DEFAULT_FILE = "config.toml"


def load(
    file: Path | None = None, *, inbox: Path | None = None, outbox: Path | None = None
) -> Settings:
    """Read `file`; None means config.toml of the working folder, or the defaults if it is missing.

    `inbox` and `outbox` override the file and are relative to the working folder. Makes no folder.
    Raises ConfigError.
    """
    chosen = file if file is not None else Path(DEFAULT_FILE)
    # Path.exists raises if this folder may not be searched, before Python 3.14.
    exists = file is not None or os.path.exists(chosen)  # noqa: PTH110
    given = _check(_parse(chosen), str(chosen)) if exists else {}
    origins = {(section, key): Origin.FILE for section in given for key in given[section]}
    for key, override in (("inbox", inbox), ("outbox", outbox)):
        if override is not None:
            given.setdefault("paths", {})[key] = absolute(override)
            origins["paths", key] = Origin.COMMAND_LINE
    values: dict[str, dict[str, Any]] = {
        section: {
            key: given.get(section, {}).get(key, setting.default) for key, setting in of.items()
        }
        for section, of in SETTINGS.items()
    }
    path = absolute(chosen)
    settings = Settings(
        paths=resolve_paths(values["paths"], path.parent, str(chosen)),
        watch=Watch(**values["watch"]),
        decision=DecisionSettings(**values["decision"]),
        limits=FileLimits(**values["limits"]),
        notify=Notify(**values["notify"]),
        log=LogSettings(**values["log"]),
        source=str(chosen) if exists else "the defaults",
        file=path if exists else None,
        origins=origins,
    )
    refuse_overlap(settings)
    return settings


def load_paths(
    file: Path | None = None, *, inbox: Path | None = None, outbox: Path | None = None
) -> Paths | None:
    """Return the folders of a file with mistakes, as far as its lines can be read; None if they cannot.

    A running watcher keeps the settings from before the mistake, mostly with the same folders.
    """
    chosen = file if file is not None else Path(DEFAULT_FILE)
    values: dict[str, Any] = {key: setting.default for key, setting in SETTINGS["paths"].items()}
    try:
        values |= dict(_readable_paths(chosen))
        for key, override in (("inbox", inbox), ("outbox", outbox)):
            if override is not None:
                values[key] = str(absolute(override))
        return resolve_paths(values, absolute(chosen).parent, str(chosen))
    except (ConfigError, OSError):
        return None


def _readable_paths(file: Path) -> Iterator[tuple[str, object]]:
    """Yield the settings of [paths] whose own line is right."""
    section = ""
    for line in file.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        if line.lstrip().startswith("["):
            section = line.strip().partition("]")[0].strip("[ ")
        elif section == "paths":
            with suppress(tomllib.TOMLDecodeError, ExpectedError, KeyError):
                for key, value in tomllib.loads(line).items():
                    yield key, SETTINGS["paths"][key].kind(value)


def _parse(file: Path) -> dict[str, object]:
    try:
        # Notepad may put a byte order mark in front, which TOML does not know.
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: expected a settings file: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: expected UTF-8 text") from None
    try:
        return tomllib.loads(text)
    # Besides TOMLDecodeError: numbers of over 4,300 digits, and nesting that is too deep.
    except (ValueError, RecursionError) as error:
        hint = "; write Windows paths in 'single quotes'" if "\\" in text else ""
        raise ConfigError(f"{file}: expected valid TOML: {error}{hint}") from None


def _check(sections: Mapping[str, object], file: str) -> dict[str, dict[str, Any]]:
    checked: dict[str, dict[str, Any]] = {}
    for section, values in sections.items():
        known = SETTINGS.get(section)
        if known is None:
            names = ", ".join(f"[{name}]" for name in SETTINGS)
            raise ConfigError(f"{file}: [{section}]: unknown section, expected one of {names}")
        if not isinstance(values, Mapping):
            raise ConfigError(f"{file}: {section}: expected a section [{section}], not a value")
        checked[section] = {}
        for key, value in values.items():
            where = f"{file}: [{section}] {key}"
            if key not in known:
                raise ConfigError(f"{where}: unknown key, expected one of {', '.join(known)}")
            try:
                checked[section][key] = known[key].kind(value)
            except ExpectedError as expected:
                raise ConfigError(f"{where}: expected {expected}, got {value!r}") from None
    return checked
