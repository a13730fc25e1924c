"""The errors of wrong settings."""

from watcher.errors import UserError


class ConfigError(UserError):
    """A mistake in the settings, as one line for the user."""


class ExpectedError(UserError):
    """A value is wrong; the text says what was expected."""
