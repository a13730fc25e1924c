"""The record of what was claimed, intended and filed: SQLite, one durable commit a step but the last.

`claims` holds the work in hand (claimed, or intended once it has a destination); `rows` is what was
published, in the log's order; `log` says how much of that the log is known to hold.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from watcher import disk
from watcher.drawings import COLUMNS, Claim, Filing, Row, Verdict
from watcher.names import first_free, folded

FILE_NAME = "journal.sqlite3"

VERSION = 1

_BUSY_SECONDS = 1.0
"""How long a reader beside us may hold the journal; short, so that the watcher still ends within 2 s."""

_SCHEMA = f"""
CREATE TABLE claims (
    id TEXT PRIMARY KEY, name BLOB NOT NULL, path BLOB NOT NULL, ready_at REAL NOT NULL,
    destination TEXT, verdict TEXT
) WITHOUT ROWID;
CREATE TABLE rows (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, {", ".join(COLUMNS)}, folded TEXT NOT NULL
);
CREATE INDEX rows_by_id ON rows (id);
CREATE INDEX rows_by_place ON rows (folded);
CREATE TABLE log (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    rows INTEGER NOT NULL, length INTEGER NOT NULL, identity TEXT NOT NULL, mtime_ns INTEGER NOT NULL
);
INSERT INTO log VALUES (1, 0, 0, '', 0);
PRAGMA user_version = {VERSION};
"""

_ROW = ", ".join(COLUMNS)


class CorruptJournalError(Exception):
    """The journal cannot be read; `filing` sets it aside and rebuilds it."""


class NewerJournalError(Exception):
    """The journal was made by a newer version of this program; one line for the user."""


@dataclass(frozen=True, slots=True)
class LogState:
    """How much of the journal the log is known to hold: its last row, length in bytes and identity."""

    rows: int
    length: int
    identity: str
    mtime_ns: int


class Journal:
    """One open journal; for one thread. Raises CorruptJournalError and sqlite3.OperationalError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            with _corruption_named(path):
                self._prepare()
        except BaseException:
            self._database.close()
            raise
        self._identity = disk.identity(path.stat())

    def is_in_place(self) -> bool:
        """Whether the file that is open still bears the journal's name."""
        status = disk.look_at(self.path)
        return status is not None and disk.identity(status) == self._identity

    def close(self) -> None:
        self._database.close()

    def claim(self, claims: Iterable[Claim]) -> None:
        """Step 1: these are going to be claimed."""
        with self._commit():
            self._database.executemany(
                "INSERT OR REPLACE INTO claims (id, name, path, ready_at) VALUES (?, ?, ?, ?)",
                [(c.id, os.fsencode(c.name), os.fsencode(c.path), c.ready_at) for c in claims],
            )

    def forget(self, ids: Iterable[str]) -> None:
        """Their claims came to nothing: the files are back in the inbox or gone by the user's hand."""
        with self._commit():
            self._database.executemany("DELETE FROM claims WHERE id = ?", [(i,) for i in ids])

    def intend(self, filings: Iterable[Filing]) -> None:
        """Step 3: these verdicts, and where the files go."""
        with self._commit():
            self._database.executemany(
                "UPDATE claims SET destination = ?, verdict = ? WHERE id = ?",
                [(f.destination, _as_json(f.verdict), f.claim.id) for f in filings],
            )

    def record(self, rows: Sequence[Row]) -> None:
        """Step 5: these were published; the log owes them a row."""
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        with self._commit():
            self._database.executemany(
                f"INSERT INTO rows ({_ROW}, folded) VALUES ({marks})",
                [(*row.values(), folded(row.filed_as)) for row in rows],
            )
            self._database.executemany("DELETE FROM claims WHERE id = ?", [(r.id,) for r in rows])

    def confirm(self, state: LogState) -> None:
        """Step 6: the log holds this much on the disk.

        It survives a kill at once, a power cut with the next commit: until then the log merely holds
        more than it is known to, which is sorted out at the start.
        """
        self._database.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._commit():
                self._database.execute(
                    "UPDATE log SET rows = ?, length = ?, identity = ?, mtime_ns = ?",
                    astuple(state),
                )
        finally:
            self._database.execute("PRAGMA synchronous = FULL")

    def claims(self) -> list[tuple[Claim, Filing | None]]:
        """The work in hand, with its intent where there is one."""
        found: list[tuple[Claim, Filing | None]] = []
        query = "SELECT id, name, path, ready_at, destination, verdict FROM claims ORDER BY id"
        for id_, name, path, ready_at, destination, verdict in self._all(query):
            claim = Claim(id_, os.fsdecode(name), Path(os.fsdecode(path)), ready_at)
            filing = None
            if verdict is not None:
                filing = Filing(claim, Verdict(**json.loads(verdict)), destination)
            found.append((claim, filing))
        return found

    def log_state(self) -> LogState:
        return LogState(*self._all("SELECT rows, length, identity, mtime_ns FROM log")[0])

    def last_row(self) -> int:
        """The number of the newest row; 0 without any."""
        return int(self._all("SELECT coalesce(max(seq), 0) FROM rows")[0][0])

    def rows(self, after: int = 0) -> Iterator[Row]:
        """The rows with a number greater than `after`, in the log's order."""
        with _corruption_named(self.path):
            query = f"SELECT {_ROW} FROM rows WHERE seq > ? ORDER BY seq"
            for values in self._database.execute(query, (after,)):
                yield Row(*values)

    def holds_row(self, id_: str) -> bool:
        return bool(self._all("SELECT 1 FROM rows WHERE id = ? LIMIT 1", id_))

    def places_like(self, place: str) -> set[str]:
        """Where drawings were or will be filed whose place differs from this at most in case."""
        rows = self._all("SELECT filed_as FROM rows WHERE folded = ?", folded(place))
        return {str(filed_as) for (filed_as,) in rows}

    def _all(self, query: str, *values: object) -> list[Any]:
        with _corruption_named(self.path):
            return self._database.execute(query, values).fetchall()

    def _prepare(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise NewerJournalError(
                f"{self.path} was written by a newer version of this program (format {version}, "
                f"this one knows {VERSION}): install that version again"
            )
        if version == 0:
            self._database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")

    @contextmanager
    def _commit(self) -> Iterator[None]:
        with _corruption_named(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


_VERDICT = tuple(field.name for field in fields(Verdict))
_verdict_values = attrgetter(*_VERDICT)


def _as_json(verdict: Verdict) -> str:
    # `asdict` copies every value deeply, which took a fifth of a filing's time.
    return json.dumps(dict(zip(_VERDICT, _verdict_values(verdict), strict=True)))


def set_aside(path: Path, stamp: str) -> Path:
    """Renames a corrupt journal and its companions to `journal-<stamp>.sqlite3` or one like it."""
    name = first_free(
        f"journal-{stamp}.sqlite3", lambda name: os.path.lexists(path.with_name(name))
    )
    kept = path.with_name(name)
    # The journal itself first: without it, a companion that a crash leaves is known to be stale.
    for companion in ("", "-wal", "-shm"):
        source = path.with_name(path.name + companion)
        if source.exists():
            source.replace(kept.with_name(kept.name + companion))
    return kept


@contextmanager
def _corruption_named(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        # A missing table is a damaged schema; everything else operational may pass: full, locked.
        if "no such table" not in str(error) and "no such column" not in str(error):
            raise
        raise CorruptJournalError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise CorruptJournalError(f"{path}: {error}") from error
