"""What the journal knows of the outbox besides its filings: what was seen there, where the drawings of
the log lie now, and what a review wishes for them."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from watcher.fs.names import folded
from watcher.journal.database import Database, corruption_named
from watcher.journal.migrations import ROW
from watcher.types import COLUMNS, LoggedPlace, OutboxEntry, Request, Row

_SEEN = "place, sha256, size, mtime_ns, identity"


@dataclass(frozen=True, slots=True)
class Observation:
    """What was found at a place of the outbox, the row that it makes, if any, whose place it is now,
    and the number of the request that this carries out, 0 for none."""

    seen: OutboxEntry
    row: Row | None = None
    drawing: LoggedPlace | None = None
    request: int = 0


class OutboxIndex(Database):
    """The tables `whereabouts`, `looks` and `requests` of an open journal, and the rows by drawing."""

    def ask(self, id_: str, folder: str, digit: int | None, is_undo: bool) -> int:
        """A person's wish for a drawing; returns its number."""
        with self._commit():
            asked = self._database.execute(
                "INSERT INTO requests (id, folder, digit, is_undo) VALUES (?, ?, ?, ?)",
                (id_, folder, digit, is_undo),
            )
        return int(asked.lastrowid or 0)

    def requests(self) -> list[Request]:
        """The wishes that are not carried out yet, the oldest first."""
        query = "SELECT seq, id, folder, digit, is_undo FROM requests ORDER BY seq"
        return [
            Request(seq, id_, folder, digit, bool(is_undo))
            for seq, id_, folder, digit, is_undo in self._all(query)
        ]

    def drop(self, request: int) -> None:
        """A wish that cannot be carried out: the drawing is not there any more, or another."""
        with self._commit():
            self._fulfil([request])

    @contextmanager
    def inspector(self) -> Iterator[Callable[[Observation], None]]:
        """One commit of what the block says that a person did in the outbox; what it reads meanwhile
        holds what it said before."""

        def note(noticed: Observation) -> None:
            if noticed.row is not None:
                self._add([noticed.row])
            if noticed.drawing is not None:
                self._locate([noticed.drawing])
            self._see([noticed.seen])
            self._fulfil([noticed.request])

        with self._commit():
            yield note

    def looks(self, places: Sequence[str]) -> dict[str, tuple[OutboxEntry, bool]]:
        """What was last seen at these places (at most 500), and whether the log has it there."""
        marks = ", ".join("?" * len(places))
        found = self._all(
            f"""SELECT {_SEEN}, EXISTS (
                SELECT 1 FROM whereabouts AS w WHERE w.place = looks.place AND w.sha256 = looks.sha256
            ) FROM looks WHERE place IN ({marks})""",
            *[os.fsencode(place) for place in places],
        )
        return {
            os.fsdecode(place): (OutboxEntry(os.fsdecode(place), *look), bool(is_in_place))
            for place, *look, is_in_place in found
        }

    def drawings_with(self, sha256: str) -> list[LoggedPlace]:
        """The drawings of the log with these bytes, the oldest first."""
        return self._whereabouts("sha256 = ? ORDER BY id", sha256)

    def drawings_at(self, place: str) -> list[LoggedPlace]:
        """The drawings of the log that were last seen at a place; more than one if they were swapped."""
        return self._whereabouts("place = ? ORDER BY id", os.fsencode(place))

    def drawing(self, id_: str) -> LoggedPlace | None:
        """Where the log has a drawing; None if it has none of that id."""
        return next(iter(self._whereabouts("id = ?", id_)), None)

    def first_and_last(self) -> Iterator[tuple[Row, Row]]:
        """Of each drawing the row that it came with, and the one that holds now."""
        columns = ", ".join(f"{row}.{column}" for row in ("first", "last") for column in COLUMNS)
        query = f"""SELECT {columns} FROM (SELECT min(seq) AS a, max(seq) AS z FROM rows GROUP BY id)
            JOIN rows AS first ON first.seq = a JOIN rows AS last ON last.seq = z"""
        with corruption_named(self.path):
            for values in self._database.execute(query):
                yield Row(*values[: len(COLUMNS)]), Row(*values[len(COLUMNS) :])

    def story(self, id_: str) -> list[Row]:
        """The rows of one drawing, the oldest first."""
        query = f"SELECT {ROW} FROM rows WHERE id = ? ORDER BY seq"
        return [Row(*values) for values in self._all(query, id_)]

    def _whereabouts(self, condition: str, value: str | bytes) -> list[LoggedPlace]:
        found = self._all(f"SELECT id, place, sha256 FROM whereabouts WHERE {condition}", value)
        return [LoggedPlace(id_, os.fsdecode(place), sha256) for id_, place, sha256 in found]

    def _add(self, rows: Iterable[Row]) -> None:
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        self._database.executemany(
            f"INSERT INTO rows ({ROW}, folded) VALUES ({marks})",
            [(*row.values(), folded(row.filed_as)) for row in rows],
        )

    def _fulfil(self, requests: Iterable[int]) -> None:
        self._database.executemany(
            "DELETE FROM requests WHERE seq = ?", [(seq,) for seq in requests if seq]
        )

    def _locate(self, drawings: Iterable[LoggedPlace]) -> None:
        self._database.executemany(
            "INSERT OR REPLACE INTO whereabouts (id, place, sha256) VALUES (?, ?, ?)",
            [(d.id, os.fsencode(d.place), d.sha256) for d in drawings],
        )

    def _see(self, seen: Iterable[OutboxEntry]) -> None:
        self._database.executemany(
            f"INSERT OR REPLACE INTO looks ({_SEEN}) VALUES (?, ?, ?, ?, ?)",
            [(os.fsencode(s.place), s.sha256, s.size, s.mtime_ns, s.identity) for s in seen],
        )
