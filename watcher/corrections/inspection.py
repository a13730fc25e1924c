"""What one file in the outbox is: read, looked up in the journal, and classified by `matching`.

The caller commits the observations. Only attempts to decode a file are stored here, as one may end the
process.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from watcher.clock import as_local, utc
from watcher.corrections.matching import Finding, Original, match
from watcher.filing.reading import read
from watcher.fs import files
from watcher.fs.files import Fingerprint, fingerprint_of
from watcher.journal.journal import Journal, Observation
from watcher.layout import OUTBOX_FOLDERS
from watcher.log.rows import (
    digit_of,
    may_be_read,
    name_of,
    needs_decoding,
    row_of_file_put_by_hand,
    row_of_move,
)
from watcher.recognition import Recognition
from watcher.types import JUDGED, LoggedPlace, OutboxEntry, Row, new_id

# A file in the inbox may end the process as often (`filing.recovery`).
_MAX_ATTEMPTS = 3

# A file written to within this time of its row is what a program still saved: it is filed again. A person
# takes longer to find a drawing in the outbox and to change it.
_LATE_SECONDS = 10.0

# Without a limit, a program that keeps writing would cause a row each time.
_MAX_FILED_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Contents:
    """A file in the outbox as it was read; `data` is None if it is too large to be read.

    `changed_at` is when it was last written to, in seconds of the wall clock.
    """

    entry: OutboxEntry
    data: bytes | None
    changed_at: float


class OutboxInspector:
    """Inspects the files of one outbox.

    `recognise` reads the bytes of one; `file_again` files the drawing at a place as a new one, by its name in
    the inbox.
    """

    def __init__(
        self,
        outbox: Path,
        journal: Journal,
        *,
        recognise: Callable[[bytes], Recognition],
        file_again: Callable[[str, str], object],
        max_bytes: int,
        warn: Callable[[str], None],
        now: Callable[[], float],
    ) -> None:
        self._outbox = outbox
        self._journal = journal
        self._recognise = recognise
        self._file_again = file_again
        self._filed_again: Counter[str] = Counter()
        self._max_bytes = max_bytes
        self._warn = warn
        self._now = now

    def read(self, listed: OutboxEntry) -> Contents | None:
        """Read a listed file; None if it is missing, or another program holds it."""
        try:
            reading = read(self._outbox / listed.place, self._max_bytes)
        except OSError:
            return None
        data = reading.data
        sha256 = "" if data is None else hashlib.sha256(data).hexdigest()
        # Size and time stay those of the listing, which the next listing is compared with.
        entry = replace(listed, sha256=sha256, identity=files.identity(reading.status))
        status = reading.status
        return Contents(entry, data, max(status.st_mtime, status.st_ctime))

    def inspect(self, contents: Contents, is_quiet: Callable[[], bool]) -> Observation | None:
        """Return what a new or changed file is; None if that is not known yet.

        Bytes that the log knows are complete; others may be half of a copy, and have to be quiet.
        """
        seen = contents.entry
        edited = self._edited(seen)
        finding = match(seen.place, seen.identity, self._originals(seen.sha256), edited is not None)
        if isinstance(finding, Original):
            return self._moved(contents, finding)
        if finding is not Finding.IN_PLACE and not is_quiet():
            return None
        if finding is Finding.STRANGER and digit_of(seen.place) is not None:
            return self._put_by_hand(contents)
        if finding is Finding.EDITED and edited is not None:
            if self._is_filed_again(contents, edited):
                return None
            return Observation(seen, drawing=replace(edited, place=seen.place))
        return Observation(seen)

    def inspect_again(self, seen: OutboxEntry) -> Observation | None:
        """Return what an unchanged file is that is not where the log has it; None if nothing is new.

        The original of a copy may be missing by now.
        """
        finding = match(seen.place, seen.identity, self._originals(seen.sha256), is_edited=False)
        if not isinstance(finding, Original):
            return None
        contents = self.read(seen)
        if contents is None or contents.entry.sha256 != seen.sha256:
            return None
        return self._moved(replace(contents, entry=seen), finding)

    def _moved(self, contents: Contents, original: Original) -> Observation:
        seen = contents.entry
        drawing = original.drawing
        history = self._journal.rows.history(drawing.id)
        digit = digit_of(seen.place)
        if digit is not None and needs_decoding(history[0]):
            recognition = self._decode(contents) if may_be_read(history[0]) else None
            digit = None if recognition is None or recognition.fault else digit
        row = row_of_move(history[-1], drawing.place, seen.place, digit, utc(self._now()))
        return Observation(seen, row, LoggedPlace(drawing.id, seen.place, drawing.sha256))

    def _is_filed_again(self, contents: Contents, drawing: LoggedPlace) -> bool:
        """File an edited drawing again if its program still saved it; return whether that was so."""
        place, identity = contents.entry.place, contents.entry.identity
        first, *later = self._journal.rows.history(drawing.id)
        if later or place != drawing.place or not self._was_still_saved(contents, first):
            return False
        if self._filed_again[identity] >= _MAX_FILED_AGAIN:
            return False
        self._filed_again[identity] += 1
        self._warn(f"{place} was written to after it was filed: it is filed again")
        self._file_again(place, first.file)
        return True

    def _was_still_saved(self, contents: Contents, row: Row) -> bool:
        """Return whether a file is the one that has this row, and was written to just after it."""
        seen, filed_at = contents.entry, as_local(row.time)
        before, _ = self._journal.outbox.entries([seen.place]).get(seen.place, (None, False))
        return (
            row.status in JUDGED
            and filed_at is not None
            and abs(contents.changed_at - filed_at.timestamp()) <= _LATE_SECONDS
            and before is not None
            and before.identity == seen.identity
        )

    def _decode(self, contents: Contents) -> Recognition | None:
        """Recognise a file; None if it is too large, or ended the process before."""
        seen = contents.entry
        if contents.data is None:
            return None
        if self._journal.outbox.attempts(seen) >= _MAX_ATTEMPTS:
            self._warn(
                f"the program ended {_MAX_ATTEMPTS} times while it read {seen.place} in the outbox: "
                "that is left as it is, and is no label"
            )
            return None
        self._journal.outbox.count_attempt(seen)
        return self._recognise(contents.data)

    def _put_by_hand(self, contents: Contents) -> Observation:
        seen, recognition = contents.entry, self._decode(contents)
        # Too large, no picture, or a blank one.
        if recognition is None or recognition.probabilities is None:
            return Observation(seen)
        id_ = f"{new_id(self._now())}-000"
        size = (recognition.width, recognition.height)
        row = row_of_file_put_by_hand(id_, seen.place, seen.sha256, size, utc(self._now()))
        return Observation(seen, row, LoggedPlace(id_, seen.place, seen.sha256))

    def _originals(self, sha256: str) -> list[Original]:
        drawings = self._journal.outbox.drawings_with(sha256) if sha256 else []
        return [self._original(drawing) for drawing in drawings]

    def _original(self, drawing: LoggedPlace) -> Original:
        entries = self._journal.outbox.entries([drawing.place])
        seen, _ = entries.get(drawing.place, (None, False))
        identity = "" if seen is None else seen.identity
        return Original(drawing, identity, self._is_there(drawing, seen))

    def _is_there(self, drawing: LoggedPlace, seen: OutboxEntry | None) -> bool:
        path = self._outbox / drawing.place
        try:
            status = files.regular_or_none(path)
        except OSError:  # It cannot be looked at now; a later survey sees more.
            return True
        if status is None:
            return False
        if (
            seen is not None
            and seen.sha256 == drawing.sha256
            and fingerprint_of(status) == Fingerprint(seen.identity, seen.size, seen.mtime_ns)
        ):
            return True
        if status.st_size > self._max_bytes:
            return False
        try:
            return files.sha256_of(path) == drawing.sha256
        except OSError:  # Another program holds it; a later survey sees more.
            return True

    def _edited(self, seen: OutboxEntry) -> LoggedPlace | None:
        """Return the drawing of the log whose file this is, with whatever bytes.

        It is in its place, or was moved since under its name. (The identity alone may be that of a
        deleted file, used again.)
        """
        here = self._journal.outbox.drawings_at(seen.place)
        if here:
            return here[0]
        name = name_of(seen.place)
        namesakes = self._journal.outbox.entries([f"{folder}/{name}" for folder in OUTBOX_FOLDERS])
        for place, (other, _) in namesakes.items():
            is_moved = other.identity == seen.identity
            if is_moved and not os.path.lexists(self._outbox / place):
                return next(iter(self._journal.outbox.drawings_at(place)), None)
        return None
