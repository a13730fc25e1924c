"""What is recorded of a filing: its row of the log, and how its file looked. Pure."""

from watcher.drawings import Filing, Row, Seen
from watcher.names import as_text


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


def seen_of(filing: Filing) -> Seen:
    """What lies in the outbox by it, as it was judged."""
    verdict = filing.verdict
    return Seen(
        filing.destination, verdict.sha256, verdict.size, verdict.mtime_ns, verdict.identity
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
