"""Extended paths, which lift Windows' limits on paths (Microsoft, "Naming Files").

Other systems have no such limits: there both functions return what they get.
"""

import sys
from pathlib import Path

_EXTENDED, _EXTENDED_SHARE = "\\\\?\\", "\\\\?\\UNC\\"


def extend_path(path: Path) -> Path:
    """Return an absolute path that may exceed 260 characters, be called `nul` or end in a dot."""
    if sys.platform != "win32" or str(path).startswith(_EXTENDED):
        return path
    text = str(path)
    return Path(_EXTENDED_SHARE + text[2:] if text.startswith("\\\\") else _EXTENDED + text)


def plain(text: str) -> str:
    """Return `text` with each extended path as users know it."""
    if sys.platform != "win32":
        return text
    return text.replace(_EXTENDED_SHARE, "\\\\").replace(_EXTENDED, "")
