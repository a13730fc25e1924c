"""The journal's rows: everything that was filed or corrected, in the log's order."""

from collections.abc import Iterable, Iterator

from watcher.fs.names import fold_name
from watcher.journal.database import Database
from watcher.journal.migrations import ROW
from watcher.types import COLUMNS, Row, RowOutcome, Status

_OUTCOMES = f"""SELECT time, filed_as, CASE status WHEN '{Status.FILED}' THEN confidence END,
    CASE status WHEN '{Status.CORRECTED}' THEN reason END
    FROM rows WHERE seq <= ? AND time >= ? ORDER BY seq"""


class Rows:
    """The table `rows`; its `seq` numbers them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def insert(self, rows: Iterable[Row]) -> None:
        """Append rows, within a commit."""
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        self._database.execute_many(
            f"INSERT INTO rows ({ROW}, folded) VALUES ({marks})",
            ((*row.values(), fold_name(row.filed_as)) for row in rows),
        )

    def after(self, seq: int = 0) -> Iterator[Row]:
        """Yield the rows numbered above `seq`, in the log's order."""
        query = f"SELECT {ROW} FROM rows WHERE seq > ? ORDER BY seq"
        return (Row(*values) for values in self._database.stream(query, seq))

    def of_corrected(self, seq: int = 0) -> Iterator[Row]:
        """Yield all rows of the drawings with a row `corrected` that is numbered above `seq`, in order."""
        query = f"""SELECT {ROW} FROM rows WHERE id IN
            (SELECT id FROM rows WHERE seq > ? AND status = '{Status.CORRECTED}') ORDER BY seq"""
        return (Row(*values) for values in self._database.stream(query, seq))

    def outcomes(self, last: int, since: str = "") -> Iterator[RowOutcome]:
        """Yield what a summary takes of each row up to number `last`, since a time in the log's form.

        A million whole rows take three times as long.
        """
        return self._database.stream(_OUTCOMES, last, since)

    def last_seq(self) -> int:
        """Return the number of the newest row; 0 without any."""
        return int(self._database.query("SELECT coalesce(max(seq), 0) FROM rows")[0][0])

    def newest_time(self, last: int | None = None) -> str:
        """Return the latest time of any row up to number `last`, in the log's form; "" without any."""
        query = "SELECT coalesce(max(time), '') FROM rows WHERE seq <= ?"
        return str(self._database.query(query, self.last_seq() if last is None else last)[0][0])

    def has(self, id_: str) -> bool:
        """Return whether a drawing has a row."""
        return bool(self._database.query("SELECT 1 FROM rows WHERE id = ? LIMIT 1", id_))

    def history(self, id_: str) -> list[Row]:
        """Return the rows of one drawing, the oldest first."""
        query = f"SELECT {ROW} FROM rows WHERE id = ? ORDER BY seq"
        return [Row(*values) for values in self._database.query(query, id_)]

    def places_like(self, place: str) -> set[str]:
        """Return the places of rows that differ from this one at most in case or composition."""
        found = self._database.query("SELECT filed_as FROM rows WHERE folded = ?", fold_name(place))
        return {str(filed_as) for (filed_as,) in found}
