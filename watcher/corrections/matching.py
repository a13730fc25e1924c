"""What a person did in the outbox, told from what lies there and what the log knows of it. Pure.

A correction is a drawing that lies in another folder than the log has it in. Only a person moves one
there, so the digit's folder is a person's label; what the watcher filed by itself never is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from watcher.types import LoggedPlace


class Finding(Enum):
    """What a file in the outbox is, if it is not a drawing that was moved."""

    IN_PLACE = "a drawing of the log, where the log has it"
    COPY = "a copy of one: no label as long as the original lies in its place"
    EDITED = "a drawing of the log with other bytes: no label, nobody looked at those"
    STRANGER = "a file that the log knows nothing of"


@dataclass(frozen=True, slots=True)
class Original:
    """A drawing of the log with the bytes in question; `identity` is the file's last seen at its
    place, "" if none was. `is_there`: it still lies there."""

    drawing: LoggedPlace
    identity: str
    is_there: bool


def found(
    place: str, identity: str, originals: Sequence[Original], is_edited: bool
) -> Original | Finding:
    """What the file at `place` is: a drawing that was moved here, or one of the findings.

    By path first, then by content. Of several drawings with the same bytes it is the one that was the
    same file, else one of the same name, and the newest of these: what its user had filed again in its
    old place is no longer what it was before.
    """
    if any(original.drawing.place == place for original in originals):
        return Finding.IN_PLACE
    # A file that its user dragged back into the inbox was filed anew, and is no longer what it was.
    taken = {original.identity for original in originals if original.is_there}
    gone = [one for one in originals if not one.is_there and one.identity not in taken]
    if gone:
        return max(
            gone,
            # Ids begin with their time.
            key=lambda one: (
                one.identity == identity,
                _name(one) == _name_of(place),
                one.drawing.id,
            ),
        )
    if originals:
        return Finding.COPY
    return Finding.EDITED if is_edited else Finding.STRANGER


def _name(original: Original) -> str:
    return _name_of(original.drawing.place)


def _name_of(place: str) -> str:
    return place.partition("/")[2]
