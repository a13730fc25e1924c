"""Requests of the review to file drawings again, from when they are made until they are carried out."""

from collections.abc import Iterable

from watcher.journal.database import Database
from watcher.types import Request


class Requests:
    """The table `requests`; its `seq` numbers them from 1."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, id_: str, folder: str, digit: int | None, is_undo: bool) -> int:
        """Store a request for the drawing `id_`; return its number."""
        with self._database.commit():
            inserted = self._database.execute(
                "INSERT INTO requests (id, folder, digit, is_undo) VALUES (?, ?, ?, ?)",
                id_,
                folder,
                digit,
                is_undo,
            )
        return int(inserted.lastrowid or 0)

    def pending(self) -> list[Request]:
        """Return the requests that are not carried out yet, the oldest first."""
        query = "SELECT seq, id, folder, digit, is_undo FROM requests ORDER BY seq"
        return [
            Request(seq, id_, folder, digit, bool(is_undo))
            for seq, id_, folder, digit, is_undo in self._database.query(query)
        ]

    def drop(self, request: int) -> None:
        """Remove a request that cannot be carried out: its drawing is missing or has other bytes."""
        with self._database.commit():
            self.delete([request])

    def delete(self, requests: Iterable[int]) -> None:
        """Remove the requests with these numbers, within a commit; 0 stands for none."""
        self._database.execute_many(
            "DELETE FROM requests WHERE seq = ?", ((seq,) for seq in requests if seq)
        )
