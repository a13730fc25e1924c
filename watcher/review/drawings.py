"""The drawings of one outbox as the page needs them: listed, pictured, explained."""

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache

from watcher.clock import Clock, utc
from watcher.config.model import limits_of
from watcher.config.settings import Settings
from watcher.console.text import format_outcome
from watcher.errors import FileFaultError
from watcher.filing.reading import RecogniserProtocol, read
from watcher.journal.journal import Journal
from watcher.layout import JOURNAL_FILE, OUTBOX_FOLDERS
from watcher.recognition import InkFinder, ModelError
from watcher.recognition.ink_finder import shipped_finder
from watcher.review.catalogue import Filter, ReviewedDrawing, ReviewRule, Sort, drawing_from
from watcher.review.explanation import explain
from watcher.review.listing import Found, Listing
from watcher.review.thumbnails import Thumbnails, thumbnails
from watcher.types import Row

# Drawings whose pictures are kept, about 10 kB each.
_CACHED = 512

# A drawing that was filed longer ago has been seen by its user, or has not been missed.
_RECENT_SECONDS = 7 * 86_400


class NotThereError(FileFaultError):
    """A drawing is not, or no longer, what the log says; the message is a line for the user."""


@dataclass(frozen=True, slots=True)
class Details:
    """A drawing in full: the probabilities of 0 to 9 and "not a digit" as the model in use reads it
    (None if it reads nothing), why it is where it is, and its history as (time, event)."""

    drawing: ReviewedDrawing
    probabilities: Sequence[float] | None
    why: str
    history: Sequence[tuple[str, str]]


class Drawings:
    """Reads the drawings of one outbox; for several threads. Raises NotThereError and TRANSIENT_ERRORS."""

    def __init__(
        self, settings: Settings, recogniser: Callable[[], RecogniserProtocol], clock: Clock
    ) -> None:
        self._settings = settings
        self._recogniser = recogniser
        self._clock = clock
        self._journal_file = settings.paths.state / JOURNAL_FILE
        self._listing = Listing(settings.paths.outbox, self._journal_file)
        self._thumbnails = lru_cache(_CACHED)(self._read_thumbnails)

    def find(self, wanted: Filter, sort: Sort, postponed: Sequence[str], version: str) -> Found:
        """Return the drawings whose files are there and that a filter admits, as they are now.

        `version` is the one from before; `postponed` are the ids kept for later.
        """
        return self._listing.find(wanted, sort, self._rule(postponed), version)

    def histories(self, ids: Sequence[str]) -> dict[str, list[Row]]:
        """Return the rows of drawings by id; raises NotThereError if one has none."""
        with closing(Journal(self._journal_file)) as journal:
            found = {id_: journal.rows.history(id_) for id_ in ids}
        if not all(found.values()):
            raise NotThereError("no such drawing")
        return found

    def version(self) -> str:
        """Return a text that changes when the drawings may have changed."""
        if not self._journal_file.exists():
            return ""
        times = []
        for folder in OUTBOX_FOLDERS:
            with suppress(OSError):
                times.append((self._settings.paths.outbox / folder).stat().st_mtime_ns)
        with closing(Journal(self._journal_file)) as journal:
            return f"{journal.rows.last_seq()}-{hash(tuple(times)):x}"

    def thumbnails(self, id_: str) -> Thumbnails | None:
        """Return the pictures of a drawing; None if it is not a picture."""
        with closing(Journal(self._journal_file)) as journal:
            drawing = journal.outbox.drawing(id_)
        if drawing is None:
            raise NotThereError("no such drawing")
        return self._thumbnails(drawing.place, drawing.sha256)

    def details(self, id_: str) -> Details:
        """Return everything known about a drawing."""
        rows = self.histories([id_])[id_]
        with closing(Journal(self._journal_file)) as journal:
            logged = journal.outbox.drawing(id_)
        probabilities = None
        with suppress(ModelError, NotThereError):
            data = None if logged is None else self._read(logged.place)
            if data is not None:
                probabilities = self._recogniser().recognise([data])[0].probabilities
        drawing = drawing_from(rows[0], rows[-1])
        return Details(
            drawing,
            probabilities,
            explain(drawing),
            [(row.time, format_outcome(row.file, row)) for row in rows],
        )

    def _rule(self, postponed: Sequence[str]) -> ReviewRule:
        """Return which drawings are to review now."""
        since = utc(self._clock.now() - _RECENT_SECONDS)
        return ReviewRule(self._min_confidence(), since, tuple(postponed))

    def _min_confidence(self) -> float:
        chosen = self._settings.decision.min_confidence
        if chosen is not None:
            return chosen
        try:
            return self._recogniser().min_confidence
        except ModelError:  # The page works without a model, too.
            return 1.0

    def _finder(self) -> InkFinder:
        try:
            return self._recogniser().finder
        except ModelError:  # As above: it shows the ink all the same.
            return shipped_finder()

    def _read(self, place: str) -> bytes | None:
        try:
            return read(self._settings.paths.outbox / place, self._settings.limits.max_bytes).data
        except OSError as error:
            raise NotThereError(f"{place} cannot be read ({error.strerror})") from None

    def _read_thumbnails(self, place: str, sha256: str) -> Thumbnails | None:
        del sha256  # Part of the cache's key: other bytes have other pictures.
        data = self._read(place)
        return None if data is None else thumbnails(data, limits_of(self._settings), self._finder())
