"""What a person did in the outbox, told from what lies there and what the log knows of it. Pure.

A correction is a drawing that lies in another folder than the log has it in. Only a person moves one
there, so the digit's folder is a person's label; what the watcher filed by itself never is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from watcher.drawings import Row, Whereabouts
from watcher.names import as_text

BY_HAND = "by hand"
"""The reason in the row of a drawing that a person put into a digit's folder past the inbox."""

RENAMED = "renamed"
"""The reason in the row of a label whose file got another name: the last row says where a label lies."""


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

    drawing: Whereabouts
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


def digit_of(place: str) -> int | None:
    """The digit that a place stands for; None in unsure/ and rejected/."""
    folder = folder_of(place)
    return int(folder) if folder.isdigit() else None


def folder_of(place: str) -> str:
    return place.partition("/")[0]


def is_label(row: Row) -> bool:
    """Whether a drawing's last row is a person's word on what it is."""
    return row.status == "corrected" and row.digit is not None


def moved(last: Row, origin: str, place: str, time: str) -> Row | None:
    """The row of a drawing, whose last one is given, that went from one place to another; None if
    that says nothing about its digit."""
    if folder_of(origin) != folder_of(place):
        return corrected(last, place, digit_of(place), f"from {folder_of(origin)}", time)
    if is_label(last):
        return corrected(last, place, last.digit, RENAMED, time)
    return None


def corrected(last: Row, place: str, digit: int | None, reason: str, time: str) -> Row:
    """The row of a drawing that a person gave a digit, or took one from (None)."""
    return replace(
        last,
        time=time,
        status="corrected",
        digit=digit,
        confidence=None,
        second_digit=None,
        second_confidence=None,
        filed_as=as_text(place),
        reason=reason,
        seconds=None,
    )


def put_by_hand(
    id_: str, place: str, sha256: str, size: tuple[int | None, int | None], time: str
) -> Row:
    """The row of a drawing that never went through the inbox; `size` is its width and height. It
    names no model, for none read it."""
    return Row(
        id=id_,
        time=time,
        file=as_text(_name_of(place)),
        status="corrected",
        digit=digit_of(place),
        confidence=None,
        second_digit=None,
        second_confidence=None,
        filed_as=as_text(place),
        reason=BY_HAND,
        width=size[0],
        height=size[1],
        sha256=sha256,
        model="",
        seconds=None,
    )


def _name(original: Original) -> str:
    return _name_of(original.drawing.place)


def _name_of(place: str) -> str:
    return place.partition("/")[2]
