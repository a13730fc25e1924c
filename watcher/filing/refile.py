"""A person's request for a drawing in the outbox, carried out by the same steps as a filing.

The review writes a request into the journal; the process that holds the folders' locks carries it out: a
running watcher, else the review itself. The intent names the request, and the commit that records the row
removes it, so that it is carried out once after a crash.
"""

from watcher.clock import utc
from watcher.filing.transaction import Filer
from watcher.fs import files
from watcher.journal.journal import Observation
from watcher.layout import REJECTED_FOLDER
from watcher.log.rows import folder_of, may_be_read, needs_decoding, row_of_correction
from watcher.types import Claim, LoggedPlace, OutboxEntry, Reason, Request, Row, Status, Verdict


def carry_out(filer: Filer) -> list[Row]:
    """Carry out all requests and return their rows; raise as `Filer`.

    A drawing that was moved or edited since is left alone.
    """
    rows: list[Row] = []
    for request in filer.journal.requests.pending():
        drawing = filer.journal.outbox.drawing(request.id)
        seen = None if drawing is None else _find_drawing(filer, drawing)
        if drawing is None or seen is None:
            filer.journal.requests.drop(request.seq)
        elif folder_of(drawing.place) == request.folder:
            rows.append(_confirm(filer, request, seen))
        else:
            rows += _move(filer, request, seen)
    return rows


def _find_drawing(filer: Filer, drawing: LoggedPlace) -> OutboxEntry | None:
    """Return the drawing's file in its place, None if that is another file by now."""
    path = filer.outbox.folder / drawing.place
    try:
        status = files.stat_or_none(path)
        if status is None or not drawing.sha256 or files.sha256_of(path) != drawing.sha256:
            return None
    except OSError:
        return None
    return OutboxEntry(
        drawing.place,
        drawing.sha256,
        status.st_size,
        files.mtime_ns(status),
        files.identity(status),
    )


def _confirm(filer: Filer, request: Request, seen: OutboxEntry) -> Row:
    """Record a label for a drawing that stays where it is."""
    last = filer.journal.rows.history(request.id)[-1]
    row = row_of_correction(last, seen.place, *_label(filer, request, seen), utc(filer.now()))
    drawing = LoggedPlace(request.id, seen.place, seen.sha256)
    filer.journal.observe([Observation(seen, row, drawing, request.seq)])
    filer.recorder.log([row])
    return row


def _move(filer: Filer, request: Request, seen: OutboxEntry) -> list[Row]:
    last = filer.journal.rows.history(request.id)[-1]
    digit, reason = _label(filer, request, seen)
    claim = Claim(request.id, last.file, filer.outbox.folder / seen.place, filer.now())
    verdict = Verdict(
        sha256=seen.sha256,
        size=seen.size,
        mtime_ns=seen.mtime_ns,
        identity=seen.identity,
        is_fresh=False,
        status=Status.CORRECTED,
        digit=digit,
        reason=reason,
        width=last.width,
        height=last.height,
        model=last.model,
        request=request.seq,
        chosen=request.folder,
    )
    published = filer.publisher.publish([(claim, verdict)])
    if not published.done:
        filer.journal.forget([request.id])
    if published.changed:
        filer.journal.requests.drop(request.seq)
    for _, fault in published.faults:
        filer.notices.warn(f"{seen.place} {fault}; the request for it waits")
    return filer.recorder.record(published.done)


def _label(filer: Filer, request: Request, seen: OutboxEntry) -> tuple[int | None, str]:
    """Return the digit and the reason of the request's row; a damaged file gets no label."""
    first = filer.journal.rows.history(request.id)[0]
    path = filer.outbox.folder / seen.place
    may_be_label = not needs_decoding(first) or (
        may_be_read(first) and filer.judge.is_picture(path)
    )
    digit = request.digit if may_be_label else None
    if request.is_undo:
        return digit, Reason.UNDONE
    # Only the review requests this folder, and only for what is not a digit.
    if request.folder == REJECTED_FOLDER and may_be_label:
        return digit, Reason.NOT_A_DIGIT
    return digit, f"from {folder_of(seen.place)}"
