"""`explain`: write the page that explains how the network reads a drawing."""

from pathlib import Path

from training.network.quiet import import_tensorflow
from training.publishing.versions import in_use
from watcher.config.settings import Settings
from watcher.errors import UserError
from watcher.recognition import Drawing, Limits, NotADrawingError, Recogniser, decode, normalise


def explain(
    file: Path, settings: Settings, models: Path | None, model: Path | None, pictures: Path | None
) -> Path:
    """Write the page on `file` to the working folder and return its path; raise `UserError` if none can be.

    `model` is read instead of the one in use among `models`, or among those of the settings. The page's
    pictures go to the folder `pictures`, too.
    """
    limits = Limits(settings.limits.max_bytes, settings.limits.max_pixels)
    drawing = _decode(file, limits)
    folder = model or in_use(models or settings.paths.models)
    recogniser = Recogniser.load(folder, limits)
    seen = normalise(drawing, recogniser.finder)
    if seen is None:
        raise UserError(f"{file}: the canvas is blank, there is nothing to explain")
    import_tensorflow()
    from training.explain.write import explain as explain_drawing
    from training.explain.write import render

    chosen = settings.decision.min_confidence
    threshold = recogniser.min_confidence if chosen is None else chosen
    explanation = explain_drawing(
        file.name, drawing, seen, folder, recogniser, min_confidence=threshold
    )
    page = Path(f"{file.stem}-explained.html")
    page.write_text(render(explanation), encoding="utf-8")
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        for figure in explanation.figures():
            figure.save(pictures)
    return page


def _decode(file: Path, limits: Limits) -> Drawing:
    try:
        return decode(file.read_bytes(), limits)
    except NotADrawingError as error:
        raise UserError(f"{file}: {error}, there is nothing to explain") from error
    except OSError as error:
        raise UserError(f"{file}: cannot be read, {error.strerror}") from error
