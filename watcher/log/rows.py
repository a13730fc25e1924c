"""What is recorded of a filing: its row of the log, and how its file looked. Pure."""

from dataclasses import replace

from watcher.fs.names import as_text
from watcher.types import Filing, OutboxEntry, Row

# The reason in the row of a drawing that a person put into a digit's folder past the inbox.
BY_HAND = "by hand"

# The reason in the row of a label whose file was renamed: the last row says where a label is.
RENAMED = "renamed"


def row_of(filing: Filing, now: float, time: str) -> Row:
    """The log's row of what was filed at `now`, in seconds; `time` is that in the log's form."""
    claim, verdict = filing.claim, filing.verdict
    return Row(
        id=claim.id,
        time=time,
        file=as_text(claim.name),
        status=verdict.status,
        digit=verdict.digit,
        confidence=_rounded(verdict.confidence, 4),
        second_digit=verdict.second_digit,
        second_confidence=_rounded(verdict.second_confidence, 4),
        filed_as=filing.destination,
        reason=as_text(verdict.reason),
        width=verdict.width,
        height=verdict.height,
        sha256=verdict.sha256,
        model=as_text(verdict.model),
        seconds=None if verdict.request else _rounded(max(0.0, now - claim.ready_at), 3),
    )


def outbox_entry_of(filing: Filing) -> OutboxEntry:
    """What lies in the outbox by it, as it was judged."""
    verdict = filing.verdict
    return OutboxEntry(
        filing.destination, verdict.sha256, verdict.size, verdict.mtime_ns, verdict.identity
    )


def folder_of(place: str) -> str:
    return place.partition("/")[0]


def digit_of(place: str) -> int | None:
    """The digit that a place stands for; None in unsure/ and rejected/."""
    folder = folder_of(place)
    return int(folder) if folder.isdigit() else None


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
        file=as_text(place.partition("/")[2]),
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


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
