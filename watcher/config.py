"""The settings: `config.toml` -> `Settings`; a mistake names the file, the key and what was expected."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from watcher import disk

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

    rescan_seconds: float = 2.0
    settle_seconds: float = 3.0
    outbox_seconds: float = 10.0
    subfolders: Subfolders = "ignore"
    batch_size: int = 64


@dataclass(frozen=True, slots=True)
class Deciding:
    """`min_confidence` is a probability, None for the model card's own."""

    min_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What is larger is rejected: bytes of the file, pixels of the picture."""

    max_bytes: int = 50 * 1024 * 1024
    max_pixels: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; `source` is the file it came from, for messages."""

    paths: Paths
    watch: Watch
    decision: Deciding
    limits: FileLimits
    source: str = "the defaults"


class _ExpectedError(Exception):
    """Says what a value should have been."""


Reader = Callable[[object], Any]


def _folder(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise _ExpectedError('the path of a folder, such as "inbox"')
    return value


def _number(low: float, high: float, unit: str) -> Reader:
    def read(value: object) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= cast(float, value) <= high:
            raise _ExpectedError(f"a number of {unit} from {low:g} to {high:g}")
        return float(cast(float, value))

    return read


def _whole(low: int, high: int, unit: str) -> Reader:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _ExpectedError(f"a whole number of {unit} from {low} to {high}")
        return value

    return read


def _one_of(*choices: str) -> Reader:
    def read(value: object) -> str:
        if value not in choices:
            raise _ExpectedError(" or ".join(f'"{choice}"' for choice in choices))
        return str(value)

    return read


READERS: Mapping[str, Mapping[str, Reader]] = {
    "paths": {"inbox": _folder, "outbox": _folder, "state": _folder, "models": _folder},
    "watch": {
        "rescan_seconds": _number(0.1, 3600, "seconds"),
        "settle_seconds": _number(0, 3600, "seconds"),
        "outbox_seconds": _number(0.1, 86_400, "seconds"),
        "subfolders": _one_of("ignore", "walk"),
        "batch_size": _whole(1, 1024, "files"),
    },
    "decision": {"min_confidence": _number(0, 1, "probability")},
    "limits": {
        "max_megabytes": _number(1, 1000, "megabytes"),
        "max_megapixels": _number(1, 1000, "megapixels"),
    },
}
"""Every setting, by section and key; a test holds it against config.toml."""


def load(
    file: Path | None = None, *, inbox: Path | None = None, outbox: Path | None = None
) -> Settings:
    """Reads `file` (None: config.toml of the working folder, or the defaults where there is none).

    `inbox` and `outbox` override the file and start at the working folder. Makes no folder.
    Raises ConfigError.
    """
    chosen = file if file is not None else Path(DEFAULT_FILE)
    given: Mapping[str, Mapping[str, Any]] = {}
    if file is not None or chosen.exists():
        given = _checked(_parsed(chosen), str(chosen))
    base = Path(os.path.abspath(chosen)).parent  # noqa: PTH100 - resolve() would follow links
    paths = _paths(given.get("paths", {}), base, inbox, outbox)
    limits = given.get("limits", {})
    settings = Settings(
        paths=paths,
        watch=Watch(**given.get("watch", {})),
        decision=Deciding(**given.get("decision", {})),
        limits=FileLimits(
            max_bytes=int(limits.get("max_megabytes", 50) * 1024 * 1024),
            max_pixels=int(limits.get("max_megapixels", 50) * 1_000_000),
        ),
        source=str(chosen) if given or chosen.exists() else "the defaults",
    )
    _refuse_overlap(settings)
    return settings


def make_folders(settings: Settings) -> None:
    """Makes inbox, outbox and state where they are missing; raises ConfigError where that fails."""
    for key in ("inbox", "outbox", "state"):
        folder: Path = getattr(settings.paths, key)
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
            except _ExpectedError as expected:
                raise ConfigError(f"{where}: expected {expected}, got {value!r}") from None
    return checked


def _paths(given: Mapping[str, str], base: Path, inbox: Path | None, outbox: Path | None) -> Paths:
    def folder(key: str, default: str, override: Path | None = None) -> Path:
        path = override or base / Path(given.get(key, default)).expanduser()
        return disk.extended(Path(os.path.abspath(path)))  # noqa: PTH100 - resolve() follows links

    outbox_folder = folder("outbox", "outbox", outbox)
    state = folder("state", "") if "state" in given else outbox_folder / ".watcher"
    return Paths(folder("inbox", "inbox", inbox), outbox_folder, state, folder("models", "models"))


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
