"""The errors of wrong settings."""

from watcher.errors import UserError
from watcher.exit_status import ExitStatus


class ConfigError(UserError):
    """A mistake in the settings, as one line for the user."""

    exit_status = ExitStatus.WRONG_SETTINGS


class ExpectedError(UserError):
    """A value is wrong; the text says what was expected."""
