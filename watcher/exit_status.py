"""What the watcher's process tells its caller when it ends."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit status of every command."""

    DONE = 0
    """Also when drawings were unsure or rejected."""
    FAILED = 1
    """An operation failed; nothing is lost."""
    WRONG_SETTINGS = 2
    """A mistake in the settings or on the command line."""
    NOT_RUNNING = 3
    """Said by `status`: no watcher runs."""
    ANOTHER_RUNS = 4
    """Another watcher holds the same folders."""
