"""Commands as a user can paste them into a shell."""

import shlex
import subprocess
import sys
from collections.abc import Sequence


def join(*commands: Sequence[str]) -> str:
    """Return the commands on one line, quoted for this system's shell."""
    quote = subprocess.list2cmdline if sys.platform == "win32" else shlex.join
    return "; ".join(quote(command) for command in commands)
