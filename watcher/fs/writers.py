"""Whether a program still has a file open for writing, where the system can tell."""

import sys
from contextlib import suppress

if sys.platform == "linux":
    import fcntl
    import signal


def is_being_written(descriptor: int) -> bool | None:
    """Return whether any program has the file of a read-only descriptor open for writing, None if unknown.

    Linux grants a read lease on a file only if nobody has it open for writing (fcntl(2)); it refuses one on
    other users' files and on shares. A lease makes another program's `open` for writing wait, so that it
    is given back at once. Windows would not have opened the file (`files.open_to_read`).
    """
    if sys.platform == "win32":
        return False
    if sys.platform != "linux":
        return None
    try:
        # The signal of a broken lease would end the process, SIGIO being unhandled; SIGURG is ignored.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
