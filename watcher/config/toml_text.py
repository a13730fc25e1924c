"""Settings written as TOML: values, lines with comments, and the whole `config.toml`."""

import json
from collections.abc import Iterator

from watcher.config.kinds import Value
from watcher.config.settings import SETTINGS

_HEAD = r"""# Every setting with its default. A line that is missing or commented out keeps the default.
# Relative paths start at this file's folder. On Windows write paths in single quotes: 'C:\Drawings\inbox'
# A running watcher applies a change within seconds; it refuses a wrong one, and says why.
"""

# The column of the comments in `config.toml`: the longest default fits before it.
_WIDTH = 30


def line(key: str, value: Value, comment: str, width: int = _WIDTH) -> str:
    """Return a line of TOML with its comment at column `width`."""
    return f"{f'{key} = {as_toml(value)}':<{width}} # {comment}"


def as_toml(value: Value) -> str:
    """Return `value` as TOML; text with a backslash, such as a Windows path, in single quotes."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    if not isinstance(value, str):
        return str(value)
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def default_file() -> str:
    """Return the text of `config.toml` as the first run writes it."""
    return _HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    for section, settings in SETTINGS.items():
        yield f"\n[{section}]\n"
        for key, setting in settings.items():
            comment = f"{setting.kind.values}: {setting.comment}"
            if setting.default is not None:
                yield line(key, setting.default, comment) + "\n"
            elif setting.example is not None:
                yield line(f"# {key}", setting.example, comment) + "\n"
