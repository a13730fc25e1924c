"""What the user reads on the terminal: a line a drawing, safe whatever a file is called."""

import sys
import unicodedata
from typing import Any, TextIO

from watcher import disk
from watcher.names import as_text

_UNSAFE = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])
"""Control characters could steer the terminal, marks of direction could disguise a name."""

_JOINERS = "\u200c\u200d"
"""Format characters that words in some scripts are written with."""


def shown(text: str) -> str:
    """`text` on one line with everything escaped that a terminal might obey, paths as users know them."""
    escaped = as_text(disk.plain(text))
    if escaped.isprintable():
        return escaped
    return "".join(
        character
        if unicodedata.category(character) not in _UNSAFE or character in _JOINERS
        else character.encode("unicode_escape").decode("ascii")
        for character in escaped
    )


def outcome(name: str, result: Any) -> str:
    """One drawing's line; `result` is a row of the log or a decision.

    `sept.png -> 7 (99.8%)`, `x.png -> unsure (best guess 3, 61.0%: ...)`, `a.png -> rejected (...)`,
    `sept.png -> 1 (corrected: from 7)`.
    """
    sure = "" if result.confidence is None else f"{result.confidence:.1%}"
    note = f": {result.reason}" if result.reason else ""
    if result.status == "corrected":
        folder = result.filed_as.partition("/")[0]
        return f"{shown(name)} -> {shown(folder)} (corrected{shown(note)})"
    if result.status == "filed":
        return f"{shown(name)} -> {result.digit} ({sure or 'recovered'}{shown(note)})"
    if result.digit is not None:
        return f"{shown(name)} -> unsure (best guess {result.digit}, {sure}{shown(note)})"
    return f"{shown(name)} -> {result.status} ({shown(result.reason)})"


class Terminal:
    """Writes whole lines; a terminal that is gone or cannot show a letter never stops the watcher."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out if out is not None else sys.stdout
        self._err = err if err is not None else sys.stderr

    def say(self, line: str) -> None:
        _write(self._out, line)

    def warn(self, line: str) -> None:
        _write(self._err, line)


def _write(stream: TextIO | None, line: str) -> None:
    if stream is None:  # pythonw and services have none.
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    safe = line.encode(encoding, "backslashreplace").decode(encoding)
    try:
        stream.write(safe + "\n")
        stream.flush()
    except (OSError, ValueError):
        return
