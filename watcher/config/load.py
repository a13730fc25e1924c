"""The settings: `config.toml` -> `Settings`; a mistake names the file, the key and what was expected."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from watcher.config.schema import SETTINGS, ExpectedError, Kind
from watcher.fs import long_paths
from watcher.fs.network import network_type

DEFAULT_FILE = "config.toml"

Subfolders = Literal["ignore", "walk"]


class ConfigError(Exception):
    """A mistake in the settings, in one line for the user."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders, all absolute."""

    inbox: Path
    outbox: Path
    state: Path
    models: Path


@dataclass(frozen=True, slots=True)
class Watch:
    """How inbox and outbox are watched; times in seconds, `batch_size` in files."""

    rescan_seconds: float
    settle_seconds: float
    outbox_seconds: float
    subfolders: Subfolders
    batch_size: int


@dataclass(frozen=True, slots=True)
class Deciding:
    """`min_confidence` is a probability, None for the model card's own."""

    min_confidence: float | None


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What is larger is rejected."""

    max_megabytes: float
    max_megapixels: float

    @property
    def max_bytes(self) -> int:
        return int(self.max_megabytes * 1024 * 1024)

    @property
    def max_pixels(self) -> int:
        return int(self.max_megapixels * 1_000_000)


class Origin(StrEnum):
    """Where the value of a setting comes from."""

    DEFAULT = "default"
    FILE = "file"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, under the names that the file has for it.

    `source` is the file it came from as the user calls it, for messages, and `file` its path, None where
    there is none; `origins` has by section and key where the values come from that are no default.
    """

    paths: Paths
    watch: Watch
    decision: Deciding
    limits: FileLimits
    source: str = field(default="the defaults", compare=False)
    file: Path | None = field(default=None, compare=False)
    origins: Mapping[tuple[str, str], Origin] = field(default_factory=dict, compare=False)

    def value(self, section: str, key: str) -> Any:
        """The value in force; folders are absolute."""
        return getattr(getattr(self, section), key)

    def origin(self, section: str, key: str) -> Origin:
        return self.origins.get((section, key), Origin.DEFAULT)


READERS: Mapping[str, Mapping[str, Kind]] = {
    section: {key: setting.kind for key, setting in settings.items()}
    for section, settings in SETTINGS.items()
}
"""What reads each setting, by section and key."""


def load(
    file: Path | None = None, *, inbox: Path | None = None, outbox: Path | None = None
) -> Settings:
    """Reads `file` (None: config.toml of the working folder, or the defaults where there is none).

    `inbox` and `outbox` override the file and start at the working folder. Makes no folder.
    Raises ConfigError.
    """
    chosen = file if file is not None else Path(DEFAULT_FILE)
    # Path.exists raises where this folder may not be looked into, before Python 3.14.
    is_there = file is not None or os.path.exists(chosen)  # noqa: PTH110
    given = _checked(_parsed(chosen), str(chosen)) if is_there else {}
    origins = {(section, key): Origin.FILE for section in given for key in given[section]}
    for key, override in (("inbox", inbox), ("outbox", outbox)):
        if override is not None:
            given.setdefault("paths", {})[key] = str(absolute(override))
            origins["paths", key] = Origin.COMMAND_LINE
    values: dict[str, dict[str, Any]] = {
        section: {
            key: given.get(section, {}).get(key, setting.default) for key, setting in of.items()
        }
        for section, of in SETTINGS.items()
    }
    path = absolute(chosen)
    settings = Settings(
        paths=_paths(values["paths"], path.parent, str(chosen)),
        watch=Watch(**values["watch"]),
        decision=Deciding(**values["decision"]),
        limits=FileLimits(**values["limits"]),
        source=str(chosen) if is_there else "the defaults",
        file=path if is_there else None,
        origins=origins,
    )
    _refuse_overlap(settings)
    return settings


def absolute(path: Path) -> Path:
    """`path` from the working folder on, links not followed. Raises ConfigError where that is gone."""
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() follows links
    except OSError as error:
        raise ConfigError(
            f"the folder that this was started in is not there any more ({error.strerror}): "
            "go to one that is, and start this again"
        ) from None


def make_folders(settings: Settings, before: Paths | None = None) -> None:
    """Makes inbox, outbox and state where they are missing and not as `before`: those may be on a disk
    that is not there now.

    Raises ConfigError where that fails, or where SQLite could not keep the journal safe.
    """
    for key in ("inbox", "outbox", "state"):
        folder: Path = getattr(settings.paths, key)
        if before is not None and folder == getattr(before, key):
            continue
        expected = f"{settings.source}: [paths] {key}: expected a folder that can be"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"{expected} made, but {folder}: {error.strerror}") from None
        try:
            with os.scandir(folder):
                pass
        except OSError as error:
            raise ConfigError(f"{expected} read, but {folder}: {error.strerror}") from None
        if not os.access(folder, os.W_OK | os.X_OK):
            raise ConfigError(f"{expected} written to, but {folder}: Permission denied")
    kind = network_type(settings.paths.state)
    if kind is not None:
        raise ConfigError(
            f"{settings.source}: [paths] state: expected a folder on a disk of this machine, but "
            f"{settings.paths.state} is on a network file system ({kind}): "
            'set it to a folder here, such as state = "watcher-state"'
        )


def _parsed(file: Path) -> dict[str, object]:
    try:
        # Notepad may put a byte order mark in front, which TOML does not know.
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: expected a settings file: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: expected UTF-8 text") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = "; write Windows paths in 'single quotes'" if "\\" in text else ""
        raise ConfigError(f"{file}: expected valid TOML: {error}{hint}") from None


def _checked(sections: Mapping[str, object], file: str) -> dict[str, dict[str, Any]]:
    checked: dict[str, dict[str, Any]] = {}
    for section, values in sections.items():
        readers = READERS.get(section)
        if readers is None:
            names = ", ".join(f"[{name}]" for name in READERS)
            raise ConfigError(f"{file}: [{section}]: unknown section, expected one of {names}")
        if not isinstance(values, Mapping):
            raise ConfigError(f"{file}: {section}: expected a section [{section}], not a value")
        checked[section] = {}
        for key, value in values.items():
            where = f"{file}: [{section}] {key}"
            if key not in readers:
                raise ConfigError(f"{where}: unknown key, expected one of {', '.join(readers)}")
            try:
                checked[section][key] = readers[key](value)
            except ExpectedError as expected:
                raise ConfigError(f"{where}: expected {expected}, got {value!r}") from None
    return checked


def _paths(values: Mapping[str, str | None], base: Path, file: str) -> Paths:
    folders: dict[str, Path] = {}
    for key, value in values.items():
        if value is None:
            continue
        try:
            path = base / Path(value).expanduser()
        except RuntimeError:
            raise ConfigError(
                f"{file}: [paths] {key}: expected ~ or the ~name of a user, got {value!r}"
            ) from None
        folders[key] = long_paths.extended(absolute(path))
    folders.setdefault("state", folders["outbox"] / ".watcher")
    return Paths(**folders)


def _refuse_overlap(settings: Settings) -> None:
    paths = settings.paths
    for key, folder in (("outbox", paths.outbox), ("state", paths.state)):
        try:
            overlaps = _is_within(folder, paths.inbox) or _is_within(paths.inbox, folder)
        except (OSError, RuntimeError) as error:
            raise ConfigError(f"{settings.source}: [paths] {key}: {folder}: {error}") from None
        if overlaps:
            raise ConfigError(
                f"{settings.source}: [paths] inbox and {key}: expected two separate folders, "
                f"got {paths.inbox} and {folder}"
            )


def _is_within(inner: Path, outer: Path) -> bool:
    """Whether `inner` is `outer` or lies in it, links resolved and whatever the case."""
    inner, outer = inner.resolve(), outer.resolve()
    if inner.is_relative_to(outer):
        return True
    if not outer.exists():
        return False
    return any(parent.exists() and parent.samefile(outer) for parent in (inner, *inner.parents))
