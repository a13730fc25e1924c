"""The folders of the settings: made absolute, kept apart, made on disk."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from watcher.config.errors import ConfigError, ExpectedError
from watcher.config.settings import Paths, Settings
from watcher.fs import long_paths
from watcher.fs.network import network_type

# Environment variables, as a user may know them from a shell of either system; expandvars knows %NAME%
# on Windows only.
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]\w*\}?|%[A-Za-z_]\w*%")
_PERCENT = re.compile(r"%([A-Za-z_]\w*)%")

# SQLite takes paths of 512 bytes (MAX_PATHNAME of os_unix.c), of which the journal's name and those of its
# companions and its rebuilt copy need 40.
_MAX_STATE_BYTES = 470


def absolute(path: Path) -> Path:
    """Return `path` relative to the working folder, links not followed.

    Raises ConfigError if the working folder was deleted.
    """
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() follows links
    except OSError as error:
        raise ConfigError(
            f"the working folder does not exist any more ({error.strerror}): "
            "change to one that exists, and start this again"
        ) from None


def resolve_paths(values: Mapping[str, str | Path | None], base: Path, file: str) -> Paths:
    """Return the absolute folders of `values`, which are relative to `base`. Raises ConfigError.

    Variables and `~` are replaced in texts, which come from the file, but not in paths.
    """
    folders: dict[str, Path] = {}
    for key, value in values.items():
        if value is None:
            continue
        try:
            path = base / (expand_path(value) if isinstance(value, str) else value)
        except ExpectedError as expected:
            raise ConfigError(
                f"{file}: [paths] {key}: expected {expected}, got {value!r}"
            ) from None
        folders[key] = long_paths.extend_path(absolute(path))
    folders.setdefault("state", folders["outbox"] / ".watcher")
    return Paths(**folders)


def expand_path(value: str) -> Path:
    """Return a path with `~`, `$NAME`, `${NAME}` and `%NAME%` replaced. Raises ExpectedError.

    A variable that is not set is an error: `expandvars` leaves it as it is, and a folder of that name would
    be made. If there is such a folder already, that is meant.
    """
    expanded = os.path.expandvars(_PERCENT.sub(_replace_variable, value))
    if (unset := _VARIABLE.search(expanded)) and not _is_a_folders_name(expanded):
        raise ExpectedError(f"the environment variable {unset[0]} to be set")
    try:
        return Path(expanded).expanduser()
    except RuntimeError:
        raise ExpectedError("~ or the ~name of a user") from None


def _is_a_folders_name(path: str) -> bool:
    """Return whether the folder exists whose name is the last to look like a variable."""
    parts = Path(path).parts
    last = max(number for number, part in enumerate(parts) if _VARIABLE.search(part))
    return Path(*parts[: last + 1]).is_dir()


def _replace_variable(match: re.Match[str]) -> str:
    return os.environ.get(match[1], match[0])


def refuse_overlap(settings: Settings) -> None:
    """Raise ConfigError if the inbox contains, or is within, the outbox or the state folder."""
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


def make_folders(settings: Settings, before: Paths | None = None) -> None:
    """Make inbox, outbox and state if they are missing and differ from `before`.

    A folder that `before` has is not made again: its disk may not be mounted now. Raises ConfigError
    if a folder cannot be made or used, or if SQLite could not keep the journal safe.
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
    _refuse_state(settings)


def _refuse_state(settings: Settings) -> None:
    """Raise ConfigError if SQLite cannot keep the journal in the state folder."""
    state = settings.paths.state
    length = len(os.fsencode(state))
    if sys.platform != "win32" and length > _MAX_STATE_BYTES:
        raise ConfigError(
            f"{settings.source}: [paths] state: expected a path of at most {_MAX_STATE_BYTES} bytes, "
            f"for the journal, but {state} has {length}: "
            "set it to a shorter one, or move this folder"
        )
    kind = network_type(state)
    if kind is not None:
        raise ConfigError(
            f"{settings.source}: [paths] state: expected a folder on a disk of this machine, but "
            f"{state} is on a network file system ({kind}): "
            'set it to a folder here, such as state = "watcher-state"'
        )


def _is_within(inner: Path, outer: Path) -> bool:
    """Return whether `inner` is `outer` or inside it, links resolved, whatever the case of letters."""
    inner, outer = inner.resolve(), outer.resolve()
    if inner.is_relative_to(outer):
        return True
    if not outer.exists():
        return False
    return any(parent.exists() and parent.samefile(outer) for parent in (inner, *inner.parents))
