"""Check that a model can be loaded and reads."""

from watcher.config.model import model_in_use
from watcher.config.settings import Settings
from watcher.doctor.findings import Finding, failed, fine, look
from watcher.recognition import ModelError
from watcher.recognition.model_in_use import MAX_MISREAD, current_version
from watcher.recognition.samples import STROKES, misread_samples


def model_reads(settings: Settings) -> Finding:
    """Check which model is in use and whether it reads the built-in samples."""
    warnings: list[str] = []
    try:
        recogniser = model_in_use(settings, warnings.append).recogniser()
    except ModelError as error:
        return failed(str(error), "install the watcher again, or train a model: python -m training")
    if warnings:
        return look(
            f"{warnings[0]} ({recogniser.name})",
            "python -m training rollback goes back to the model before it, python -m training rollback "
            "shipped to the one that came with the program",
        )
    misread = misread_samples(recogniser)
    if len(misread) > MAX_MISREAD:
        return failed(
            f"model {recogniser.name} misreads {len(misread)} of the {len(STROKES)} samples",
            "install the watcher again",
        )
    which = "published" if current_version(settings.paths.models) else "shipped"
    right = len(STROKES) - len(misread)
    return fine(f"{which} model {recogniser.name} reads {right} of {len(STROKES)} samples")
