"""What a person does on the page: choices, the requests that they become, and how they are undone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.layout import DIGIT_FOLDERS, REJECTED_FOLDER, UNSURE_FOLDER
from watcher.review.catalogue import NOT_A_DIGIT, ReviewedDrawing

# Keep for later; say that the guess is right.
LATER = UNSURE_FOLDER
CONFIRM = "confirm"

CHOICES = (*DIGIT_FOLDERS, REJECTED_FOLDER, LATER, CONFIRM)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to file a drawing again, and its label: a digit or None."""

    id: str
    folder: str
    digit: int | None
    is_undo: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """One choice for some drawings: `before` is how they were, `text` what happened."""

    choice: str
    text: str
    before: Sequence[ReviewedDrawing]


def target_of(drawing: ReviewedDrawing, choice: str) -> Target | None:
    """Return what a choice asks for; None if the drawing stays as it is."""
    if choice == CONFIRM:
        if drawing.label == NOT_A_DIGIT:
            return None
        if drawing.folder in DIGIT_FOLDERS:
            choice = drawing.folder
        elif drawing.digit is not None:
            choice = str(drawing.digit)
        else:
            return None
    if choice == LATER and drawing.folder == UNSURE_FOLDER and not drawing.label:
        return None
    return Target(drawing.id, choice, int(choice) if choice in DIGIT_FOLDERS else None)


def undo_of(drawing: ReviewedDrawing) -> Target:
    """Return the target that restores a drawing as it was."""
    if drawing.label == NOT_A_DIGIT:
        return Target(drawing.id, REJECTED_FOLDER, None)
    digit = int(drawing.label) if drawing.label else None
    return Target(drawing.id, drawing.folder, digit, is_undo=True)


def describe(choice: str, before: Sequence[ReviewedDrawing]) -> str:
    """Return what a choice did, in words."""
    single = before[0] if len(before) == 1 else None
    name = single.file if single else f"{len(before)} drawings"
    if choice == CONFIRM or (single and choice == single.folder and choice != LATER):
        target = target_of(single, choice) if single else None
        return f"{name} confirmed" + (f" as {target.folder}" if target else "")
    if choice == REJECTED_FOLDER:
        return f"{name} moved to rejected: not a digit"
    if choice == LATER:
        return f"{name} kept for later"
    return f"{name} moved to {choice}"
