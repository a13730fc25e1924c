"""What one file in the outbox is: read, looked up in the journal, and told apart by `corrections`."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from watcher import disk
from watcher.claims import new_batch
from watcher.corrections import Finding, Original, digit_of, found, moved, put_by_hand
from watcher.drawings import Seen, Whereabouts
from watcher.journal import Journal, Noticed
from watcher.judging import Recognising, read
from watcher.log import utc
from watcher.outbox import FOLDERS


class Noticing:
    """Looks at the files of one outbox; `recogniser` says whether bytes are a drawing at all."""

    def __init__(
        self,
        outbox: Path,
        journal: Journal,
        recogniser: Callable[[], Recognising],
        max_bytes: int,
        now: Callable[[], float],
    ) -> None:
        self._outbox = outbox
        self._journal = journal
        self._recogniser = recogniser
        self._max_bytes = max_bytes
        self._now = now

    def at_first(self, listed: Seen, is_quiet: Callable[[], bool]) -> Noticed | None:
        """What a file is that was not seen like this before; None if that cannot be told yet.

        Bytes that the log knows are whole; others may be half of a copy, and have to be quiet.
        """
        try:
            reading = read(self._outbox / listed.place, self._max_bytes)
        except OSError:  # Another program holds it, or it is gone again.
            is_quiet()
            return None
        content = reading.data
        sha256 = "" if content is None else hashlib.sha256(content).hexdigest()
        # Size and time stay those of the listing, which the next one is compared with.
        seen = replace(listed, sha256=sha256, identity=disk.identity(reading.status))
        edited = self._edited(seen)
        finding = found(seen.place, seen.identity, self._originals(sha256), edited is not None)
        if isinstance(finding, Original):
            return self._moved(seen, finding)
        if finding is not Finding.IN_PLACE and not is_quiet():
            return None
        if finding is Finding.STRANGER and content is not None and digit_of(seen.place) is not None:
            return self._put_by_hand(seen, content)
        if finding is Finding.EDITED and edited is not None:
            return Noticed(seen, drawing=replace(edited, place=seen.place))
        return Noticed(seen)

    def again(self, seen: Seen) -> Noticed | None:
        """What a file is that looks as before, but is not where the log has it: the original of a
        copy may be gone by now. None if nothing is new."""
        finding = found(seen.place, seen.identity, self._originals(seen.sha256), is_edited=False)
        return self._moved(seen, finding) if isinstance(finding, Original) else None

    def _moved(self, seen: Seen, original: Original) -> Noticed:
        drawing = original.drawing
        last = self._journal.story(drawing.id)[-1]
        row = moved(last, drawing.place, seen.place, utc(self._now()))
        return Noticed(seen, row, Whereabouts(drawing.id, seen.place, drawing.sha256))

    def _put_by_hand(self, seen: Seen, content: bytes) -> Noticed:
        (recognition,) = self._recogniser().recognise([content])
        if recognition.probabilities is None:  # No picture, or a blank one.
            return Noticed(seen)
        id_ = f"{new_batch(self._now())}-000"
        size = (recognition.width, recognition.height)
        row = put_by_hand(id_, seen.place, seen.sha256, size, utc(self._now()))
        return Noticed(seen, row, Whereabouts(id_, seen.place, seen.sha256))

    def _originals(self, sha256: str) -> list[Original]:
        drawings = self._journal.drawings_with(sha256) if sha256 else []
        return [self._original(drawing) for drawing in drawings]

    def _original(self, drawing: Whereabouts) -> Original:
        seen, _ = self._journal.looks([drawing.place]).get(drawing.place, (None, False))
        identity = "" if seen is None else seen.identity
        return Original(drawing, identity, self._is_there(drawing, seen))

    def _is_there(self, drawing: Whereabouts, seen: Seen | None) -> bool:
        path = self._outbox / drawing.place
        status = disk.look_at(path)
        if status is None or not disk.is_regular(status):
            return False
        if (
            seen is not None
            and seen.sha256 == drawing.sha256
            and (status.st_size, status.st_mtime_ns) == (seen.size, seen.mtime_ns)
            and disk.identity(status) == seen.identity
        ):
            return True
        if status.st_size > self._max_bytes:
            return False
        try:
            return disk.sha256_of(path) == drawing.sha256
        except OSError:  # Held by another program: it is told at a later survey.
            return True

    def _edited(self, seen: Seen) -> Whereabouts | None:
        """The drawing of the log whose file this is with other bytes: in its place, or moved since
        under its name. (The identity alone may be that of a deleted file, used again.)"""
        here = self._journal.drawings_at(seen.place)
        if here:
            return here[0]
        name = seen.place.partition("/")[2]
        for place, (other, _) in self._journal.looks([f"{f}/{name}" for f in FOLDERS]).items():
            if other.identity == seen.identity and disk.look_at(self._outbox / place) is None:
                return next(iter(self._journal.drawings_at(place)), None)
        return None
