"""The name under which the program was started, for usage, errors and hints."""

import sys
from pathlib import Path

SCRIPT = "digit-watcher"


def command_line(command: str = "", *, started_as: str | None = None) -> str:
    """Return what a user types to run `command` (its words), in the way this program was started.

    `started_as` is the program's path; None for this process's own.
    """
    path = Path(sys.argv[0] if started_as is None else started_as)
    # On Windows the script ends in .exe, or in -script.py.
    is_script = path.stem.removesuffix("-script") == SCRIPT
    name = SCRIPT if is_script else "python -m watcher"
    return f"{name} {command}".rstrip()
