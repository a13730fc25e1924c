"""The exit status of every command."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a command's exit status means."""

    # Also when drawings were unsure or rejected.
    DONE = 0
    # An operation failed; nothing is lost.
    FAILED = 1
    # A mistake in the settings or on the command line.
    WRONG_SETTINGS = 2
    # Only from `status`: no watcher runs.
    NOT_RUNNING = 3
    # Another watcher holds the same folders.
    ANOTHER_RUNS = 4
