"""The settings' side of the model: where published ones are, and what they may read and decode.

Separate from `loading`, so that a command that reads no drawing does not import the recogniser.
"""

from collections.abc import Callable

from watcher.config.settings import Settings
from watcher.recognition import Limits
from watcher.recognition.model_in_use import ModelInUse


def limits_of(settings: Settings) -> Limits:
    """Return the largest file and picture that are read, as a recogniser takes them."""
    return Limits(settings.limits.max_bytes, settings.limits.max_pixels)


def model_in_use(settings: Settings, warn: Callable[[str], None]) -> ModelInUse:
    """Return the model in use under these settings; see `ModelInUse`."""
    return ModelInUse(settings.paths.models, limits_of(settings), warn)
