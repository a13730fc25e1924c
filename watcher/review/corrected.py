"""The drawings that a person corrected, in memory: read once, and after that only the rows that are new."""

import threading

from watcher.journal.journal import Journal
from watcher.review.catalogue import ReviewedDrawing, drawing_from, with_latest


class CorrectedDrawings:
    """The drawings of one outbox that have a row `corrected`; for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._journal = ""
        self._last = 0
        self._drawings: dict[str, ReviewedDrawing] = {}

    def catch_up(self, journal: Journal) -> list[ReviewedDrawing]:
        """Return all of them as they are now. Raises what the journal does."""
        with self._lock:
            last = journal.rows.last_seq()
            # Rows are only ever appended; a rebuilt journal is another file.
            if journal.database.identity != self._journal or last < self._last:
                self._journal, self._last, self._drawings = journal.database.identity, 0, {}
            read: dict[str, ReviewedDrawing] = {}
            # What is appended meanwhile is read here and once more next time, which changes nothing.
            for row in journal.rows.of_corrected(self._last):
                known = read.get(row.id)
                read[row.id] = drawing_from(row, row) if known is None else with_latest(known, row)
            self._drawings |= read
            self._last = last
            return list(self._drawings.values())
