"""Opening the log to write, and the error of a log that another program holds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watcher.errors import TransientError

_O_BINARY: int = getattr(os, "O_BINARY", 0)


class LogHeldError(TransientError):
    """Another program holds the log open."""


def open_to_append(log: Path) -> int:
    """Return the descriptor of an existing log. Raises OSError."""
    return os.open(log, os.O_RDWR | os.O_APPEND | _O_BINARY)


@contextmanager
def naming_holder(log: Path) -> Iterator[None]:
    """Raise LogHeldError for a PermissionError of the block.

    On Windows a program such as Excel that has the log open lets no other program write it.
    """
    try:
        yield
    except PermissionError as error:
        raise LogHeldError(
            f"{log} cannot be written ({error.strerror}): close it in other programs; "
            "its rows wait in the journal"
        ) from error
