"""The record of what was claimed, intended and filed: SQLite, one commit a step.

Steps that others rely on are synced before they return: intents and rows. The others are synced with
the next commit that is; each says what a power cut leaves without it.

The table `claims` holds the work in progress: claimed; intended once it has a destination; recorded once
it has its row and only the claim's name remains to be removed. `rows` holds what was published, in the
log's order, and `log` how much of that the log is known to hold.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from pathlib import Path

from watcher.fs.names import first_free
from watcher.journal.database import Database
from watcher.journal.deaths import RUN, DeathCounts
from watcher.journal.messages import Messages
from watcher.journal.outbox_index import OutboxIndex
from watcher.journal.requests import Requests
from watcher.journal.rows import Rows
from watcher.types import Claim, Filing, LoggedPlace, OutboxEntry, Row, Verdict


@dataclass(frozen=True, slots=True)
class LogState:
    """How much of the journal the log is known to hold: its last row, length in bytes and identity.

    `dialect` as `log.dialect` writes it as text.
    """

    rows: int
    length: int
    identity: str
    mtime_ns: int
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A file seen in the outbox and what follows from it: a row, a drawing's new place, and the number
    of the request that it carries out, 0 for none."""

    seen: OutboxEntry
    row: Row | None = None
    drawing: LoggedPlace | None = None
    request: int = 0


class Journal:
    """One open journal, for one thread. Raises CorruptJournalError and sqlite3.OperationalError."""

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        self.path = path
        self.database = Database(path, is_read_only=is_read_only)
        self.rows = Rows(self.database)
        self.outbox = OutboxIndex(self.database)
        self.requests = Requests(self.database)
        self.messages = Messages(self.database)
        self.deaths = DeathCounts(self.database)

    def close(self) -> None:
        self.database.close()

    def claim(
        self, claims: Iterable[Claim], *, is_synced: bool = True, is_judged: bool = True
    ) -> None:
        """Store claims before they are taken (step 1); void what was intended for them.

        `is_judged`: if the process dies now, that counts as a death of the claim; see `deaths`.

        Without a sync, a power cut may leave a claim that the journal does not know.
        """
        with self.database.commit() if is_synced else self.database.commit_unsynced():
            self.database.execute_many(
                "INSERT OR REPLACE INTO claims (id, name, path, ready_at, run) VALUES (?, ?, ?, ?, ?)",
                ((*_claim_values(claim), RUN if is_judged else "") for claim in claims),
            )

    def forget(self, ids: Iterable[str]) -> None:
        """Remove claims whose files are back in the inbox or were taken by the user."""
        with self.database.commit():
            self._delete_claims(ids)

    def intend(self, filings: Iterable[Filing]) -> None:
        """Store verdicts and destinations (step 3); filings for a request were never claimed."""
        with self.database.commit():
            self.database.execute_many(
                "INSERT OR REPLACE INTO claims (id, name, path, ready_at, destination, verdict)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                ((*_claim_values(f.claim), f.destination, _to_json(f.verdict)) for f in filings),
            )

    def record(
        self, rows: Sequence[Row], seen: Iterable[OutboxEntry] = (), fulfilled: Iterable[int] = ()
    ) -> None:
        """Store the rows of what was published (step 6), how its files look, and that the requests
        numbered `fulfilled` are carried out."""
        with self.database.commit():
            self.rows.insert(rows)
            self.outbox.set_drawings(LoggedPlace(r.id, r.filed_as, r.sha256) for r in rows)
            self.outbox.set_entries(seen)
            self.database.execute_many(
                "UPDATE claims SET is_recorded = 1 WHERE id = ?", ((row.id,) for row in rows)
            )
            self.requests.delete(fulfilled)

    def clear(self, ids: Iterable[str]) -> None:
        """Remove recorded claims whose names are removed; after a power cut that is done again."""
        with self.database.commit_unsynced():
            self._delete_claims(ids)

    def confirm(self, state: LogState) -> None:
        """Store how much the log holds on the disk (step 6).

        After a power cut the log may hold more than the journal knows, which the next start sorts out.
        """
        with self.database.commit_unsynced():
            self.database.execute(
                "UPDATE log SET rows = ?, length = ?, identity = ?, mtime_ns = ?, dialect = ?",
                *astuple(state),
            )

    def observe(self, observations: Sequence[Observation]) -> None:
        """Store what a person changed in the outbox, in one commit."""
        with self.database.commit():
            self.rows.insert(o.row for o in observations if o.row)
            self.outbox.set_drawings(o.drawing for o in observations if o.drawing)
            self.outbox.set_entries(o.seen for o in observations)
            self.requests.delete(o.request for o in observations)

    def claims(self) -> list[tuple[Claim, Filing | None]]:
        """Return the claims without a row, each with its intent if it has one."""
        return self._claims("NOT is_recorded")

    def uncleared(self) -> list[Filing]:
        """Return the filings that have a row and perhaps still their claim's name."""
        return [filing for _, filing in self._claims("is_recorded") if filing is not None]

    def log_state(self) -> LogState:
        # A journal of an earlier format that is only read has no dialect.
        _, *state = self.database.query("SELECT * FROM log")[0]
        return LogState(*state)

    def _claims(self, condition: str) -> list[tuple[Claim, Filing | None]]:
        found: list[tuple[Claim, Filing | None]] = []
        query = f"""SELECT id, name, path, ready_at, destination, verdict FROM claims
            WHERE {condition} ORDER BY id"""
        for id_, name, path, ready_at, destination, verdict in self.database.query(query):
            claim = Claim(id_, os.fsdecode(name), Path(os.fsdecode(path)), ready_at)
            filing = None
            if verdict is not None:
                filing = Filing(claim, Verdict(**json.loads(verdict)), destination)
            found.append((claim, filing))
        return found

    def _delete_claims(self, ids: Iterable[str]) -> None:
        self.database.execute_many("DELETE FROM claims WHERE id = ?", ((id_,) for id_ in ids))


def set_aside(path: Path, stamp: str) -> Path:
    """Rename a corrupt journal and its companions to `journal-<stamp>.sqlite3`, numbered if taken."""
    name = first_free(
        f"journal-{stamp}.sqlite3", lambda name: os.path.lexists(path.with_name(name))
    )
    kept = path.with_name(name)
    # The journal itself first: a companion that a crash leaves without it is known to be stale.
    for companion in ("", "-wal", "-shm"):
        source = path.with_name(path.name + companion)
        if source.exists():
            source.replace(kept.with_name(kept.name + companion))
    return kept


def _claim_values(claim: Claim) -> tuple[str, bytes, bytes, float]:
    return claim.id, os.fsencode(claim.name), os.fsencode(claim.path), claim.ready_at


_VERDICT = tuple(field.name for field in fields(Verdict))
_verdict_values = attrgetter(*_VERDICT)


def _to_json(verdict: Verdict) -> str:
    # `asdict` copies every value deeply, which took a fifth of a filing's time.
    return json.dumps(dict(zip(_VERDICT, _verdict_values(verdict), strict=True)))
