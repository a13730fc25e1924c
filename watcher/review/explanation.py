"""Why a drawing was decided as it was, in sentences for a person. Pure."""

from watcher.layout import UNSURE_FOLDER
from watcher.review.catalogue import NOT_A_DIGIT, ReviewedDrawing
from watcher.types import Reason

# What the reasons of the log mean, by how they begin.
_SENTENCES = {
    "does not look like a digit": "It looks more like a letter, a sign or a scribble than like any digit.",
    "blank canvas": "Nothing was found on the canvas.",
    "too small to be read": "The ink is less than 5 pixels high and wide.",
    "a straight line across the canvas": "It is one straight line from edge to edge of the canvas.",
    "not a PNG": "The file is not a picture that can be read.",
    "damaged": "The picture is damaged: it was cut off, or bytes are wrong.",
    "empty file": "The file has no content.",
    "larger than": "The file is larger than the settings allow.",
    Reason.RECOVERED: "It was found without a row in the log when the journal was rebuilt.",
    Reason.BY_HAND: "A person put it there without the inbox.",
}


# The reason that names the threshold, with which a drawing was judged.
_BELOW = "confidence below "


def explain(drawing: ReviewedDrawing) -> str:
    """Return why a drawing is where it is."""
    return " ".join(filter(None, (_reading(drawing), _label(drawing))))


def _reading(drawing: ReviewedDrawing) -> str:
    for beginning, sentence in _SENTENCES.items():
        if drawing.reason.startswith(beginning):
            return sentence
    if drawing.confidence is None or drawing.digit is None:
        return f"It was not read: {drawing.reason}." if drawing.reason else ""
    guess = f"The best guess is {drawing.digit}, with {drawing.confidence:.1%}"
    if drawing.reason.startswith(_BELOW):
        threshold = drawing.reason.removeprefix(_BELOW).partition(";")[0]
        return f"{guess}. Below {threshold} a drawing is not filed by itself."
    second = ""
    if drawing.second_digit is not None and drawing.second_confidence:
        second = f"; {drawing.second_digit} has {drawing.second_confidence:.1%}"
    return f"{guess}{second}."


def _label(drawing: ReviewedDrawing) -> str:
    if drawing.label == NOT_A_DIGIT:
        return "A person said that it is not a digit."
    if drawing.label:
        return f"A person said that it is a {drawing.label}."
    return "Nobody has said what it is." if drawing.folder == UNSURE_FOLDER else ""
