"""What the journal knows of the files in the outbox: how each looked, and where each drawing is now."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from watcher.journal.database import Database
from watcher.types import LoggedPlace, OutboxEntry

_ENTRY = "place, sha256, size, mtime_ns, identity"


class OutboxIndex:
    """The tables `looks`, one row a file, and `whereabouts`, one row a drawing of the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, places: Sequence[str]) -> dict[str, tuple[OutboxEntry, bool]]:
        """Return the files last seen at these places (at most 500), each with whether the log has that
        drawing there."""
        marks = ", ".join("?" * len(places))
        found = self._database.query(
            f"""SELECT {_ENTRY}, EXISTS (
                SELECT 1 FROM whereabouts AS w WHERE w.place = looks.place AND w.sha256 = looks.sha256
            ) FROM looks WHERE place IN ({marks})""",
            *[os.fsencode(place) for place in places],
        )
        return {
            os.fsdecode(place): (OutboxEntry(os.fsdecode(place), *look), bool(is_in_place))
            for place, *look, is_in_place in found
        }

    def drawings_with(self, sha256: str) -> list[LoggedPlace]:
        """Return the drawings of the log with these bytes, the oldest first."""
        return self._drawings("sha256 = ? ORDER BY id", sha256)

    def drawings_at(self, place: str) -> list[LoggedPlace]:
        """Return the drawings of the log last seen at a place; several if files were swapped."""
        return self._drawings("place = ? ORDER BY id", os.fsencode(place))

    def drawing(self, id_: str) -> LoggedPlace | None:
        """Return where a drawing of the log is; None if the log has none with that id."""
        return next(iter(self._drawings("id = ?", id_)), None)

    def count(self) -> int:
        """Return how many drawings the log has."""
        return int(self._database.query("SELECT count(*) FROM whereabouts")[0][0])

    def places(self) -> Iterator[bytes]:
        """Yield the places of all drawings of the log in order, in the system's encoding.

        Decoding a million of them takes half a second.
        """
        query = "SELECT place FROM whereabouts ORDER BY place"
        return chain.from_iterable(self._database.stream(query))

    def set_entries(self, entries: Iterable[OutboxEntry]) -> None:
        """Store how files look, within a commit."""
        self._database.execute_many(
            f"INSERT OR REPLACE INTO looks ({_ENTRY}) VALUES (?, ?, ?, ?, ?)",
            ((os.fsencode(e.place), e.sha256, e.size, e.mtime_ns, e.identity) for e in entries),
        )

    def set_drawings(self, drawings: Iterable[LoggedPlace]) -> None:
        """Store where drawings are, within a commit."""
        self._database.execute_many(
            "INSERT OR REPLACE INTO whereabouts (id, place, sha256) VALUES (?, ?, ?)",
            ((d.id, os.fsencode(d.place), d.sha256) for d in drawings),
        )

    def attempts(self, seen: OutboxEntry) -> int:
        """Return how often these bytes were about to be decoded at this place, and never were."""
        entry, _ = self.entries([seen.place]).get(seen.place, (None, False))
        return -entry.size if entry and entry.size < 0 and entry.sha256 == seen.sha256 else 0

    def count_attempt(self, seen: OutboxEntry) -> None:
        """Store that a file is about to be decoded, which may end the process."""
        # A negative size makes the file look changed to the next survey, until it is observed.
        size = -1 - self.attempts(seen)
        with self._database.commit_unsynced():
            self.set_entries([replace(seen, size=size)])

    def _drawings(self, condition: str, value: str | bytes) -> list[LoggedPlace]:
        query = f"SELECT id, place, sha256 FROM whereabouts WHERE {condition}"
        found = self._database.query(query, value)
        return [LoggedPlace(id_, os.fsdecode(place), sha256) for id_, place, sha256 in found]
