"""Choose the model in use: the published one that `models/current` names, or the shipped one."""

from collections.abc import Callable
from pathlib import Path

from watcher.recognition import Limits, ModelError, Recogniser
from watcher.recognition.recogniser import CURRENT_FILE, SHIPPED
from watcher.recognition.samples import misread_samples

# Number of the ten samples that a model may misread: its user may write one of the digits differently.
MAX_MISREAD = 1


class ModelInUse:
    """The model in use. `warn` is called once for each published model that cannot be used.

    After a call of `recogniser`, `folder` is the folder of the model that it returned.
    """

    def __init__(self, models: Path, limits: Limits, warn: Callable[[str], None]) -> None:
        self.folder = SHIPPED
        self._models = models
        self._limits = limits
        self._warn = warn
        self._tried: str | None = None
        self._recogniser: Recogniser | None = None

    def suits(self, models: Path, limits: Limits) -> bool:
        """Return whether this was made for these settings; it can then be kept when others change."""
        return (models, limits) == (self._models, self._limits)

    def recogniser(self) -> Recogniser:
        """Return the model to use now: a newly published one if it can be loaded, else the last good one.

        Raise `ModelError` if even the shipped one cannot be loaded.
        """
        version = current_version(self._models)
        if self._recogniser is None or version != self._tried:
            is_new, self._tried = version != self._tried, version
            self._recogniser = self._loaded(version, is_new)
        return self._recogniser

    def _loaded(self, version: str | None, is_new: bool) -> Recogniser:
        if version is not None:
            try:
                published = _checked(Recogniser.load(self._models / version, self._limits))
            except ModelError as error:
                stays = "shipped one" if self._recogniser is None else "last good one"
                if is_new:
                    self._warn(f"{error}; the {stays} serves instead")
                if self._recogniser is not None:
                    return self._recogniser
            else:
                self.folder = self._models / version
                return published
        self.folder = SHIPPED
        return Recogniser.shipped(self._limits)


def _checked(recogniser: Recogniser) -> Recogniser:
    """Return `recogniser`; raise `ModelError` if it misreads more than `MAX_MISREAD` samples."""
    try:
        misread = misread_samples(recogniser)
    except (RuntimeError, ValueError) as error:
        raise ModelError(f"model {recogniser.name} cannot be run ({error})") from error
    if len(misread) > MAX_MISREAD:
        raise ModelError(
            f"model {recogniser.name} misreads {len(misread)} of the built-in sample digits"
        )
    return recogniser


def current_version(models: Path) -> str | None:
    """Return the name of the version that the file `current` in `models` gives, None if there is none."""
    try:
        text = (models / CURRENT_FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.strip() or None
