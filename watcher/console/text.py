"""Text for a terminal: one line, safe whatever a file is called."""

import unicodedata
from typing import Any

from watcher.console.colours import Colour
from watcher.fs import long_paths
from watcher.fs.names import as_text
from watcher.types import Reason, Status

# Control characters could steer the terminal, direction marks could disguise a name.
_UNSAFE = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])

# Format characters that words in some scripts are written with.
_JOINERS = "\u200c\u200d"


def escape_for_terminal(text: str) -> str:
    """Return `text` on one line, without characters that control a terminal, paths as users know them."""
    escaped = as_text(long_paths.plain(text))
    if escaped.isprintable():
        return escaped
    return "".join(
        character
        if unicodedata.category(character) not in _UNSAFE or character in _JOINERS
        else character.encode("unicode_escape").decode("ascii")
        for character in escaped
    )


def plural(count: int, noun: str) -> str:
    """Return `1 row` or `2 rows`."""
    return f"{count} {noun}{'s' * (count != 1)}"


def format_outcome(name: str, result: Any) -> str:
    """Return the line of one drawing; `result` is a row of the log or a decision.

    `sept.png -> 7 (99.8%)`, `x.png -> unsure (best guess 3, 61.0%: ...)`, `a.png -> rejected (...)`,
    `sept.png -> 1 (corrected: from 7)`.
    """
    drawing, reason = escape_for_terminal(name), escape_for_terminal(result.reason)
    sure = "" if result.confidence is None else f"{result.confidence:.1%}"
    note = f": {reason}" if reason else ""
    if result.status == Status.CORRECTED:
        folder = escape_for_terminal(result.filed_as.partition("/")[0])
        return f"{drawing} -> {folder} (corrected{note})"
    if result.status == Status.FILED:
        return f"{drawing} -> {result.digit} ({sure or Reason.RECOVERED}{note})"
    if result.digit is not None:
        return f"{drawing} -> unsure (best guess {result.digit}, {sure}{note})"
    return f"{drawing} -> {result.status} ({reason})"


# Outcomes that a person may want to look at stand out.
_COLOURS: dict[str, Colour] = {Status.UNSURE: Colour.YELLOW, Status.REJECTED: Colour.RED}


def colour_of(status: str) -> Colour:
    """Return the colour of an outcome's line."""
    return _COLOURS.get(status, Colour.PLAIN)
