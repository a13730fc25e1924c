"""What defines a setting: the kind of its values with their check, its default and its description."""

import json
import re
from collections.abc import Callable, Sequence
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
class Text:
    """A text for which `accepts` returns something true."""

    values: str
    expected: str
    accepts: Callable[[str], object]
    unit: str = ""

    def __call__(self, value: object) -> str:
        if not isinstance(value, str) or not self.accepts(value):
            raise ExpectedError(self.expected)
        return value


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts for which `accepts` returns True."""

    values: str
    expected: str
    accepts: Callable[[Sequence[str]], bool]
    unit: str = ""

    def __call__(self, value: object) -> tuple[str, ...]:
        is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        texts = cast(list[str], value)
        if not is_list or not self.accepts(texts):
            raise ExpectedError(self.expected)
        return tuple(texts)


FOLDER = Text(
    "folder",
    'the path of a folder, such as "inbox"',
    lambda path: path.strip() and "\0" not in path,
    unit="folder",
)

# A language, perhaps a script, and perhaps a region, as in BCP 47 and POSIX.
LOCALE = Text(
    "language and region",
    'a language and a region, such as "de_DE"',
    re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|\d{3}))?").fullmatch,
)

# Patterns of paths would never match a name.
NAME_PATTERNS = Texts(
    "list of names",
    'a list of names with * and ? for any characters, such as ["draft*", "*.xcf"]',
    lambda patterns: all(one and not set(one) & set("/\0") for one in patterns),
)

COMMAND = Texts(
    "list of words",
    'a program and its arguments, such as ["python3", "/home/me/notify.py"]',
    lambda words: "\0" not in "".join(words) and words[:1] != [""],
)


def one_of(*words: str) -> Text:
    """Return the kind whose values are these words."""
    quoted = " or ".join(map(json.dumps, words))
    return Text(quoted, quoted, words.__contains__)


def some_of(*words: str) -> Texts:
    """Return the kind whose values are lists of some of these words."""
    quoted = ", ".join(map(json.dumps, words))
    return Texts("list of words", f"a list of some of {quoted}", set(words).issuperset)


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
