"""Every setting, defined once: what `config.toml` says of it, what is read, and what holds without it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast


class ExpectedError(Exception):
    """Says what a value should have been."""


class Kind(Protocol):
    """Which values a setting takes. Called with one, it gives it back or raises ExpectedError."""

    @property
    def unit(self) -> str:
        """What a value is a number of, or "folder"; "" for a word."""
        ...

    @property
    def values(self) -> str:
        """Unit and range, or the choices, in a few words."""
        ...

    def __call__(self, value: object) -> object: ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder's path, absolute or from the folder of the settings' file."""

    unit: str = "folder"

    @property
    def values(self) -> str:
        return self.unit

    def __call__(self, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise ExpectedError('the path of a folder, such as "inbox"')
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A number of `unit` from `low` to `high`, both included; `is_whole` if it has no fraction."""

    low: float
    high: float
    unit: str
    is_whole: bool = False

    @property
    def values(self) -> str:
        return f"{self.unit} ({self.low:.15g} to {self.high:.15g})"

    def __call__(self, value: object) -> float:
        is_number = isinstance(value, int if self.is_whole else int | float)
        number = cast(float, value)
        if not is_number or isinstance(value, bool) or not self.low <= number <= self.high:
            whole = "whole " if self.is_whole else ""
            raise ExpectedError(
                f"a {whole}number of {self.unit} from {self.low:.15g} to {self.high:.15g}"
            )
        return number


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    choices: tuple[str, ...]
    unit: str = ""

    @property
    def values(self) -> str:
        return " or ".join(f'"{choice}"' for choice in self.choices)

    def __call__(self, value: object) -> str:
        if value not in self.choices:
            raise ExpectedError(self.values)
        return str(value)


Value = str | float
"""As TOML has it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `default` None: it may be unset, `comment` says what holds then, and `example` is
    what the file shows behind a `#`."""

    kind: Kind
    default: Value | None
    comment: str
    example: Value | None = None


SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    "paths": {
        "inbox": Setting(Folder(), "inbox", "drawings saved here are filed"),
        "outbox": Setting(Folder(), "outbox", "<digit>/, unsure/, rejected/ and log.csv come here"),
        "state": Setting(
            Folder(),
            None,
            "journal, lock, heartbeat and messages; on a disk of this machine, not on a share",
            "outbox/.watcher",
        ),
        "models": Setting(
            Folder(), "models", "published models; without one the shipped model serves"
        ),
    },
    "watch": {
        "rescan_seconds": Setting(
            Number(0.1, 3600, "seconds"),
            2.0,
            "look into the inbox this often even if nothing was reported",
        ),
        "settle_seconds": Setting(
            Number(0, 3600, "seconds"),
            3.0,
            "an incomplete file this long unchanged is taken as it is",
        ),
        "outbox_seconds": Setting(
            Number(0.1, 86_400, "seconds"),
            10.0,
            "look for drawings moved in the outbox this often, or less if it is large",
        ),
        "subfolders": Setting(
            Choice(("ignore", "walk")), "ignore", "what to do with folders in the inbox"
        ),
        "batch_size": Setting(
            Number(1, 1024, "files", is_whole=True), 128, "at most this many are filed in one step"
        ),
    },
    "decision": {
        "min_confidence": Setting(
            Number(0, 1, "probability"),
            None,
            "below it a drawing goes to unsure/; unset: as the model's card says",
            0.95,
        ),
    },
    "limits": {
        "max_megabytes": Setting(
            Number(1, 1000, "megabytes"), 50, "a larger file is rejected unread"
        ),
        "max_megapixels": Setting(
            Number(1, 1000, "megapixels"), 50, "a larger picture is rejected undecoded"
        ),
    },
}
"""Every setting, by section and key. The fields of `config.Settings` bear the same names."""

HEAD = r"""# Every setting with its default. A line that is missing or commented out keeps the default.
# Relative paths start at this file's folder. On Windows write paths in single quotes: 'C:\Drawings\inbox'
# A running watcher takes a change within seconds; one that is wrong it refuses, and says why.
"""

_WIDTH = 30
"""The comments of `config.toml` stand behind this column."""


def line(key: str, value: Value, comment: str, width: int = _WIDTH) -> str:
    """A line of TOML with its comment behind column `width`."""
    return f"{f'{key} = {as_toml(value)}':<{width}} # {comment}"


def as_toml(value: Value) -> str:
    """A value as TOML writes it: text with a backslash, such as a path on Windows, in single quotes."""
    if not isinstance(value, str):
        return str(value)
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def default_file() -> str:
    """The text of `config.toml` as the program writes it on its first run."""
    return HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    for section, settings in SETTINGS.items():
        yield f"\n[{section}]\n"
        for key, setting in settings.items():
            comment = f"{setting.kind.values}: {setting.comment}"
            if setting.default is not None:
                yield line(key, setting.default, comment) + "\n"
            elif setting.example is not None:
                yield line(f"# {key}", setting.example, comment) + "\n"
