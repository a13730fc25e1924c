"""The record of what was claimed, intended and filed: SQLite, each step one durable commit.

`claims` holds the work in hand (claimed, or intended once it has a destination); `rows` is what was
published, in the log's order; `log` says how much of that the log is known to hold; `whereabouts` and
`looks` are what was last seen in the outbox, by drawing and by place.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from watcher import disk
from watcher.drawings import COLUMNS, Claim, Filing, Request, Row, Seen, Verdict, Whereabouts
from watcher.names import folded
from watcher.schema import STEPS, VERSION

FILE_NAME = "journal.sqlite3"

_BUSY_SECONDS = 1.0
"""How long a reader beside us may hold the journal; short, so that the watcher still ends within 2 s."""

_ROW = ", ".join(COLUMNS)
_SEEN = "place, sha256, size, mtime_ns, identity"


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


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was found at a place of the outbox, the row that it makes, if any, whose place it is now,
    and the number of the request that this carries out, 0 for none."""

    seen: Seen
    row: Row | None = None
    drawing: Whereabouts | None = None
    request: int = 0


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
                [_stored(claim) for claim in claims],
            )

    def forget(self, ids: Iterable[str]) -> None:
        """Their claims came to nothing: the files are back in the inbox or gone by the user's hand."""
        with self._commit():
            self._database.executemany("DELETE FROM claims WHERE id = ?", [(i,) for i in ids])

    def intend(self, filings: Iterable[Filing]) -> None:
        """Step 3: these verdicts, and where the files go. What a person wished was never claimed."""
        with self._commit():
            self._database.executemany(
                "INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (*_stored(f.claim), f.destination, json.dumps(asdict(f.verdict)))
                    for f in filings
                ],
            )

    def record(
        self, rows: Sequence[Row], seen: Iterable[Seen] = (), fulfilled: Iterable[int] = ()
    ) -> None:
        """Step 5: these were published, and looked so; the log owes them a row. The requests with
        the numbers `fulfilled` are carried out by it."""
        with self._commit():
            self._add(rows)
            self._locate(Whereabouts(row.id, row.filed_as, row.sha256) for row in rows)
            self._see(seen)
            self._database.executemany("DELETE FROM claims WHERE id = ?", [(r.id,) for r in rows])
            self._fulfil(fulfilled)

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
    def noticing(self) -> Iterator[Callable[[Noticed], None]]:
        """One commit of what the block says that a person did in the outbox; what it reads meanwhile
        holds what it said before."""

        def note(noticed: Noticed) -> None:
            if noticed.row is not None:
                self._add([noticed.row])
            if noticed.drawing is not None:
                self._locate([noticed.drawing])
            self._see([noticed.seen])
            self._fulfil([noticed.request])

        with self._commit():
            yield note

    def confirm(self, state: LogState) -> None:
        """Step 6: the log holds this much on the disk."""
        with self._commit():
            self._database.execute(
                "UPDATE log SET rows = ?, length = ?, identity = ?, mtime_ns = ?",
                astuple(state),
            )

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

    def looks(self, places: Sequence[str]) -> dict[str, tuple[Seen, bool]]:
        """What was last seen at these places (at most 500), and whether the log has it there."""
        marks = ", ".join("?" * len(places))
        found = self._all(
            f"""SELECT {_SEEN}, EXISTS (
                SELECT 1 FROM whereabouts AS w WHERE w.place = looks.place AND w.sha256 = looks.sha256
            ) FROM looks WHERE place IN ({marks})""",
            *[os.fsencode(place) for place in places],
        )
        return {
            os.fsdecode(place): (Seen(os.fsdecode(place), *look), bool(is_in_place))
            for place, *look, is_in_place in found
        }

    def drawings_with(self, sha256: str) -> list[Whereabouts]:
        """The drawings of the log with these bytes, the oldest first."""
        return self._whereabouts("sha256 = ? ORDER BY id", sha256)

    def drawings_at(self, place: str) -> list[Whereabouts]:
        """The drawings of the log that were last seen at a place; more than one if they were swapped."""
        return self._whereabouts("place = ? ORDER BY id", os.fsencode(place))

    def drawing(self, id_: str) -> Whereabouts | None:
        """Where the log has a drawing; None if it has none of that id."""
        return next(iter(self._whereabouts("id = ?", id_)), None)

    def first_and_last(self) -> Iterator[tuple[Row, Row]]:
        """Of each drawing the row that it came with, and the one that holds now."""
        columns = ", ".join(f"{row}.{column}" for row in ("first", "last") for column in COLUMNS)
        query = f"""SELECT {columns} FROM (SELECT min(seq) AS a, max(seq) AS z FROM rows GROUP BY id)
            JOIN rows AS first ON first.seq = a JOIN rows AS last ON last.seq = z"""
        with _corruption_named(self.path):
            for values in self._database.execute(query):
                yield Row(*values[: len(COLUMNS)]), Row(*values[len(COLUMNS) :])

    def story(self, id_: str) -> list[Row]:
        """The rows of one drawing, the oldest first."""
        query = f"SELECT {_ROW} FROM rows WHERE id = ? ORDER BY seq"
        return [Row(*values) for values in self._all(query, id_)]

    def _whereabouts(self, condition: str, value: str | bytes) -> list[Whereabouts]:
        found = self._all(f"SELECT id, place, sha256 FROM whereabouts WHERE {condition}", value)
        return [Whereabouts(id_, os.fsdecode(place), sha256) for id_, place, sha256 in found]

    def _add(self, rows: Iterable[Row]) -> None:
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        self._database.executemany(
            f"INSERT INTO rows ({_ROW}, folded) VALUES ({marks})",
            [(*row.values(), folded(row.filed_as)) for row in rows],
        )

    def _fulfil(self, requests: Iterable[int]) -> None:
        self._database.executemany(
            "DELETE FROM requests WHERE seq = ?", [(seq,) for seq in requests if seq]
        )

    def _locate(self, drawings: Iterable[Whereabouts]) -> None:
        self._database.executemany(
            "INSERT OR REPLACE INTO whereabouts (id, place, sha256) VALUES (?, ?, ?)",
            [(d.id, os.fsencode(d.place), d.sha256) for d in drawings],
        )

    def _see(self, seen: Iterable[Seen]) -> None:
        self._database.executemany(
            f"INSERT OR REPLACE INTO looks ({_SEEN}) VALUES (?, ?, ?, ?, ?)",
            [(os.fsencode(s.place), s.sha256, s.size, s.mtime_ns, s.identity) for s in seen],
        )

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
        if version < VERSION:
            with self._commit():
                # Read again under the lock: another process may have brought it up meanwhile.
                version = self._database.execute("PRAGMA user_version").fetchone()[0]
                for statement in chain.from_iterable(STEPS[version:]):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {VERSION}")

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


def set_aside(path: Path, stamp: str) -> Path:
    """Renames a corrupt journal and its companions to `journal-<stamp>.sqlite3`; returns that."""
    kept = path.with_name(f"journal-{stamp}.sqlite3")
    # The journal itself first: without it, a companion that a crash leaves is known to be stale.
    for companion in ("", "-wal", "-shm"):
        source = path.with_name(path.name + companion)
        if source.exists():
            source.replace(kept.with_name(kept.name + companion))
    return kept


def _stored(claim: Claim) -> tuple[str, bytes, bytes, float]:
    return claim.id, os.fsencode(claim.name), os.fsencode(claim.path), claim.ready_at


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
