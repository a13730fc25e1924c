"""Rows of the log, made from filings and from corrections. Pure."""

from dataclasses import replace

from watcher.fs.files import wrap_int64
from watcher.fs.names import as_text
from watcher.layout import DIGIT_FOLDERS
from watcher.types import Filing, OutboxEntry, Reason, Row, Status


def row_of(filing: Filing, now: float, time: str) -> Row:
    """Return the row of a filing at `now`, in seconds; `time` is `now` in the log's form."""
    claim, verdict = filing.claim, filing.verdict
    return Row(
        id=claim.id,
        time=time,
        file=as_text(claim.name),
        status=verdict.status,
        digit=verdict.digit,
        confidence=_round(verdict.confidence, 4),
        second_digit=verdict.second_digit,
        second_confidence=_round(verdict.second_confidence, 4),
        filed_as=filing.destination,
        reason=as_text(verdict.reason),
        width=verdict.width,
        height=verdict.height,
        sha256=verdict.sha256,
        model=as_text(verdict.model),
        seconds=None if verdict.request else _round(max(0.0, now - claim.ready_at), 3),
    )


def outbox_entry_of(filing: Filing) -> OutboxEntry:
    """Return how a filing's file in the outbox looks: as it was judged."""
    verdict = filing.verdict
    # A verdict that an older version journalled may have a date beyond 64 bits.
    mtime_ns = wrap_int64(verdict.mtime_ns)
    return OutboxEntry(filing.destination, verdict.sha256, verdict.size, mtime_ns, verdict.identity)


def folder_of(place: str) -> str:
    """Return `7` for the place `7/sept.png`."""
    return place.partition("/")[0]


def name_of(place: str) -> str:
    """Return `sept.png` for the place `7/sept.png`."""
    return place.partition("/")[2]


def digit_of(place: str) -> int | None:
    """Return the digit that a place stands for; None in unsure/ and rejected/."""
    folder = folder_of(place)
    return int(folder) if folder in DIGIT_FOLDERS else None


def is_label(row: Row) -> bool:
    """Return whether a drawing's latest row says what a person labelled it."""
    return row.status == Status.CORRECTED and row.digit is not None


def is_not_a_digit(row: Row) -> bool:
    """Return whether a drawing's latest row says that a person labelled it as not a digit."""
    return row.status == Status.CORRECTED and row.reason == Reason.NOT_A_DIGIT


# The beginning of the reason of a file that is not read again.
ENDED = "the program ended"


def may_be_read(first: Row) -> bool:
    """Return whether a drawing with this first row may be read: not if it ended the program."""
    return not first.reason.startswith(ENDED)


def needs_decoding(first: Row) -> bool:
    """Return whether a drawing with this first row has to be decoded before it may be labelled.

    A rejected file could not be decoded, and nobody tried to decode a recovered one.
    """
    return first.status == Status.REJECTED or first.reason == Reason.RECOVERED


def row_of_move(last: Row, origin: str, place: str, digit: int | None, time: str) -> Row | None:
    """Return the row of a drawing moved from one place to another, where it is labelled `digit`.

    `last` is its latest row. None if the move says nothing about its digit.
    """
    if folder_of(origin) != folder_of(place):
        return row_of_correction(last, place, digit, f"from {folder_of(origin)}", time)
    if is_label(last):
        return row_of_correction(last, place, last.digit, Reason.RENAMED, time)
    if is_not_a_digit(last):
        return row_of_correction(last, place, None, Reason.NOT_A_DIGIT, time)
    return None


def row_of_correction(last: Row, place: str, digit: int | None, reason: str, time: str) -> Row:
    """Return the row of a drawing that a person gave a digit, or took one from (None)."""
    return replace(
        last,
        time=time,
        status=Status.CORRECTED,
        digit=digit,
        confidence=None,
        second_digit=None,
        second_confidence=None,
        filed_as=as_text(place),
        reason=reason,
        seconds=None,
    )


def row_of_file_put_by_hand(
    id_: str, place: str, sha256: str, size: tuple[int | None, int | None], time: str
) -> Row:
    """Return the row of a drawing that never was in the inbox; `size` is its width and height.

    It names no model, since none read it.
    """
    return Row(
        id=id_,
        time=time,
        file=as_text(name_of(place)),
        status=Status.CORRECTED,
        digit=digit_of(place),
        filed_as=as_text(place),
        reason=Reason.BY_HAND,
        width=size[0],
        height=size[1],
        sha256=sha256,
    )


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
