"""Compares the log with what the journal says it holds."""

import os
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path

from watcher.fs import files
from watcher.fs.files import Fingerprint, fingerprint_of
from watcher.journal.journal import Journal, LogState
from watcher.log import content
from watcher.log.access import naming_holder, open_to_append
from watcher.log.dialect import from_text
from watcher.log.reader import read_log


class Condition(Enum):
    """How the log differs from the journal; the next filing repairs it in any case."""

    AS_LEFT = "as it was left"
    MISSING = "missing, though there are rows"
    TORN = "torn at its end"
    CHANGED = "changed by another program"


def log_condition(log: Path, journal: Journal) -> Condition:
    """Return how the log is, without changing it. Raises LogHeldError and OSError."""
    state = journal.log_state()
    status = files.stat_or_none(log)
    if status is None:
        return Condition.MISSING if journal.rows.last_seq() else Condition.AS_LEFT
    if not files.is_regular(status):
        return Condition.CHANGED
    with naming_holder(log):
        os.close(open_to_append(log))
    if is_as_left(status, state):
        return Condition.AS_LEFT
    valid = valid_length(log, journal, state)
    if valid is None:
        return Condition.CHANGED
    if valid < status.st_size or not _ends_a_row(log, valid):
        return Condition.TORN
    return Condition.AS_LEFT


def is_as_left(status: os.stat_result, state: LogState) -> bool:
    """Return whether a log with this status is the file that was confirmed last."""
    return fingerprint_of(status) == Fingerprint(state.identity, state.length, state.mtime_ns)


def rows_held(log: Path, journal: Journal) -> int | None:
    """Return the number of the last row that the log holds, if it holds the journal's rows and nothing else.

    Return None if only reading the log would show that: it was edited or is being written.
    """
    state = journal.log_state()
    status = files.stat_or_none(log)
    return state.rows if status is not None and is_as_left(status, state) else None


def valid_length(log: Path, journal: Journal, state: LogState) -> int | None:
    """Return how many of the log's bytes are ours and complete, at least the confirmed ones.

    None if the log holds anything that we did not write. After a power cut zeros may follow the
    confirmed length in place of our bytes: they are ours, and can be cut. Raises LogHeldError.
    """
    with naming_holder(log), log.open("rb") as file:
        for chunk in _first(content.whole(journal, from_text(state.dialect)), state.length):
            if file.read(len(chunk)) != chunk:
                return None
        length = state.length
        for chunk in content.unconfirmed(journal, state):
            tail = file.read(len(chunk))
            if tail != chunk:
                same = _common_length(tail, chunk)
                differing = zip(tail[same:], chunk[same:], strict=False)
                is_ours = all(found in (0, written) for found, written in differing)
                return length + same if is_ours and not file.read(1).strip(b"\0") else None
            length += len(chunk)
        return None if file.read(1) else length


def holds_more(log: Path, journal: Journal) -> bool:
    """Return whether the log holds all rows of the journal, and then more.

    They are compared by rows: the log may be in another dialect than when the journal knew it last.
    Raises LogHeldError and OSError.
    """
    status = files.regular_or_none(log)
    if status is None:
        return False
    # The log holds only what was confirmed: it was touched, not changed.
    if status.st_size == journal.log_state().length:
        return False
    known = journal.rows.after()
    with naming_holder(log):
        for logged in read_log(log):
            row = next(known, None)
            if row != logged:
                return row is None
    return False


def _ends_a_row(log: Path, length: int) -> bool:
    with log.open("rb") as file:
        file.seek(max(0, length - 1))
        return file.read(1) == b"\n"


def _first(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Yield the first `length` bytes of the chunks."""
    for chunk in chunks:
        if length <= 0:
            return
        yield chunk[:length]
        length -= len(chunk)


def _common_length(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
