"""Colours: only on a terminal that shows them, and only where its user wants them."""

import os
import sys
from collections.abc import Mapping
from enum import Enum
from typing import TextIO


class Colour(Enum):
    """What a line is to look like; values are the codes of ECMA-48 (SGR)."""

    PLAIN = ""
    YELLOW = "33"
    RED = "31"


def painted(line: str, colour: Colour) -> str:
    return f"\x1b[{colour.value}m{line}\x1b[0m" if colour.value else line


def shows_colours(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `stream` is a terminal that shows colours (no-color.org, TERM=dumb).

    A Windows console is told to obey them; one before Windows 10 refuses.
    """
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    try:
        return stream is not None and stream.isatty() and _obeys_colours(stream)
    except (OSError, ValueError):  # It is closed.
        return False


if sys.platform == "win32":
    from watcher.fs import windows

    def _obeys_colours(stream: TextIO) -> bool:
        return windows.enable_escape_sequences(stream)

else:

    def _obeys_colours(_stream: TextIO) -> bool:
        return True
