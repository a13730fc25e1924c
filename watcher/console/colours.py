"""Colours, on terminals that support them and whose users want them."""

import os
import sys
from collections.abc import Mapping
from enum import Enum
from typing import TextIO


class Colour(Enum):
    """The colour of a line; values are the codes of ECMA-48 (SGR)."""

    PLAIN = ""
    YELLOW = "33"
    RED = "31"


def apply_colour(line: str, colour: Colour) -> str:
    """Return `line` with the escape sequences of `colour`."""
    return f"\x1b[{colour.value}m{line}\x1b[0m" if colour.value else line


def supports_colours(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether `stream` is a terminal that shows colours (no-color.org, TERM=dumb).

    Turns on escape sequences in a Windows console; consoles before Windows 10 refuse.
    """
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    try:
        return stream is not None and stream.isatty() and _enable_colours(stream)
    except (OSError, ValueError):  # It is closed.
        return False


if sys.platform == "win32":
    from watcher.fs import windows

    def _enable_colours(stream: TextIO) -> bool:
        return windows.enable_escape_sequences(stream)

else:

    def _enable_colours(_stream: TextIO) -> bool:
        return True
