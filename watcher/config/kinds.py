"""What defines a setting: the kind of its values with their check, its default and its description."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from watcher.config.errors import ExpectedError

# A value as TOML has it.
Value = str | float | tuple[str, ...]


class Kind(Protocol):
    """Which values a setting takes. Calling it checks a value of TOML and returns it."""

    @property
    def unit(self) -> str:
        """The value's unit, or "folder"; "" for a word."""
        ...

    @property
    def values(self) -> str:
        """Unit and range, or the choices, in a few words for `config.toml`."""
        ...

    @property
    def expected(self) -> str:
        """The values that are accepted, for the page of settings and for error messages."""
        ...

    def __call__(self, value: object) -> object:
        """Return `value` if it is accepted, raise ExpectedError otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder's path, absolute or relative to the folder of the settings file."""

    unit: str = "folder"
    values: str = "folder"
    expected: str = 'the path of a folder, such as "inbox"'

    def __call__(self, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise ExpectedError(self.expected)
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A number of `unit` from `low` to `high`, both included; a whole one if `is_whole`."""

    low: float
    high: float
    unit: str
    is_whole: bool = False

    @property
    def values(self) -> str:
        return f"{self.unit} from {self.low:.15g} to {self.high:.15g}"

    @property
    def expected(self) -> str:
        if self.unit == "probability":
            return f"a {self.values}"
        return f"a {'whole ' * self.is_whole}number of {self.values}"

    def __call__(self, value: object) -> float:
        is_number = isinstance(value, int if self.is_whole else int | float)
        number = cast(float, value)
        if not is_number or isinstance(value, bool) or not self.low <= number <= self.high:
            raise ExpectedError(self.expected)
        return number


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    choices: tuple[str, ...]
    unit: str = ""

    @property
    def values(self) -> str:
        return " or ".join(f'"{choice}"' for choice in self.choices)

    @property
    def expected(self) -> str:
        return self.values

    def __call__(self, value: object) -> str:
        if value not in self.choices:
            raise ExpectedError(self.expected)
        return str(value)


# A language, perhaps a script, and perhaps a region, as in BCP 47 and POSIX.
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|\d{3}))?")


@dataclass(frozen=True, slots=True)
class Locale:
    """A language and a region."""

    unit: str = ""
    values: str = "language and region"
    expected: str = 'a language and a region, such as "de_DE"'

    def __call__(self, value: object) -> str:
        if not isinstance(value, str) or not _LOCALE.fullmatch(value):
            raise ExpectedError(self.expected)
        return value


@dataclass(frozen=True, slots=True)
class Patterns:
    """A list of glob patterns for names."""

    unit: str = ""
    values: str = "list of names"
    expected: str = 'a list of names with * and ? for any characters, such as ["draft*", "*.xcf"]'

    def __call__(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(map(_is_name_pattern, value)):
            raise ExpectedError(self.expected)
        return tuple(value)


@dataclass(frozen=True, slots=True)
class Choices:
    """A list of some of a few words."""

    choices: tuple[str, ...]
    unit: str = ""
    values: str = "list of words"

    @property
    def expected(self) -> str:
        return f"a list of some of {', '.join(json.dumps(choice) for choice in self.choices)}"

    def __call__(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or any(one not in self.choices for one in value):
            raise ExpectedError(self.expected)
        return tuple(value)


@dataclass(frozen=True, slots=True)
class Command:
    """A program and its arguments."""

    unit: str = ""
    values: str = "list of words"
    expected: str = 'a program and its arguments, such as ["python3", "/home/me/notify.py"]'

    def __call__(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(map(_is_argument, value)) or value[:1] == [""]:
            raise ExpectedError(self.expected)
        return tuple(value)


def _is_argument(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_name_pattern(value: object) -> bool:
    """Return whether a pattern can match a name: those of paths never do."""
    return isinstance(value, str) and bool(value) and not set(value) & set("/\0")


@dataclass(frozen=True, slots=True)
class Setting:
    """The definition of one setting.

    `comment` says what it is, `advice` when to change it. A setting whose `default` is None may be
    unset: `if_unset` says what is used then, and `config.toml` shows `example` commented out.
    """

    kind: Kind
    default: Value | None
    comment: str
    advice: str
    if_unset: str = ""
    example: Value | None = None


def define(
    kind: Kind,
    default: Value | None,
    comment: str,
    advice: str,
    *,
    if_unset: str = "",
    example: Value | None = None,
) -> Any:
    """Return a dataclass field with the definition of a setting as its metadata."""
    setting = Setting(kind, default, comment, advice, if_unset, example)
    return field(metadata={"setting": setting})
