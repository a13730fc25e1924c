"""Classifies a file in the outbox, given what the log knows of it. Pure.

A correction is a drawing in another folder than the log has it in. Only a person moves one there, so the
digit's folder is a person's label; where the watcher filed a drawing never is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from watcher.log.rows import name_of
from watcher.types import LoggedPlace


class Finding(Enum):
    """What a file in the outbox is, unless it is a drawing that was moved."""

    IN_PLACE = "a drawing of the log, where the log has it"
    COPY = "a copy of one: no label while the original is in its place"
    EDITED = "a drawing of the log with other bytes: no label, nobody looked at those"
    STRANGER = "a file unknown to the log"


@dataclass(frozen=True, slots=True)
class Original:
    """A drawing of the log with the bytes in question.

    `identity` is that of the file last seen at its place, "" for none; `is_there`: it is still there.
    """

    drawing: LoggedPlace
    identity: str
    is_there: bool


def match(
    place: str, identity: str, originals: Sequence[Original], is_edited: bool
) -> Original | Finding:
    """Return the drawing that was moved to `place`, or one of the findings.

    By path first, then by content. Of several missing drawings with the same bytes, the one that was the
    same file wins, then one of the same name, then the newest: a drawing that its user had filed again in
    its old place is no longer the old drawing.
    """
    if any(original.drawing.place == place for original in originals):
        return Finding.IN_PLACE
    # A file dragged back into the inbox was filed again, and is no longer the old drawing.
    taken = {original.identity for original in originals if original.is_there}
    missing = [one for one in originals if not one.is_there and one.identity not in taken]
    if missing:
        return max(
            missing,
            # Ids begin with their time.
            key=lambda one: (
                one.identity == identity,
                name_of(one.drawing.place) == name_of(place),
                one.drawing.id,
            ),
        )
    if originals:
        return Finding.COPY
    return Finding.EDITED if is_edited else Finding.STRANGER
