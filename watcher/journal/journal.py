"""The record of what was claimed, intended and filed: SQLite, a commit a step.

What others rely on lasts before they go on: intents and rows. A commit that nobody waits for lasts with the
next one that does; each says what a power cut leaves without it.

`claims` holds the work in hand: claimed, intended once it has a destination, recorded once it has its
row and only the claim's name is left to be removed. `rows` is what was published, in the log's order;
`log` says how much of that the log is known to hold; `messages` is what the watcher had to warn of. What
is seen in the outbox is in `outbox_index`.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from pathlib import Path

from watcher.fs.names import first_free, folded
from watcher.journal.database import CorruptJournalError, NewerJournalError, corruption_named
from watcher.journal.migrations import ROW
from watcher.journal.outbox_index import Observation, OutboxIndex
from watcher.types import Claim, Filing, LoggedPlace, Message, OutboxEntry, Row, Verdict

MAX_MESSAGES = 1000
"""About 200 kB."""

__all__ = [
    "CorruptJournalError",
    "Journal",
    "LogState",
    "NewerJournalError",
    "Observation",
    "set_aside",
]


@dataclass(frozen=True, slots=True)
class LogState:
    """How much of the journal the log is known to hold: its last row, length in bytes and identity."""

    rows: int
    length: int
    identity: str
    mtime_ns: int


class Journal(OutboxIndex):
    """One open journal; for one thread. Raises CorruptJournalError and sqlite3.OperationalError."""

    def claim(self, claims: Iterable[Claim], *, lasts: bool = True) -> None:
        """Step 1: these are going to be claimed; and whatever was intended for them holds no more.

        Where it need not last by itself, a power cut may leave a claim of which nothing is known here.
        """
        with self._commit() if lasts else self._commit_unsynced():
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
                "INSERT OR REPLACE INTO claims (id, name, path, ready_at, destination, verdict)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [(*_stored(f.claim), f.destination, _as_json(f.verdict)) for f in filings],
            )

    def record(
        self, rows: Sequence[Row], seen: Iterable[OutboxEntry] = (), fulfilled: Iterable[int] = ()
    ) -> None:
        """Step 5: these were published, and looked so; the log owes them a row. The requests with
        the numbers `fulfilled` are carried out by it."""
        with self._commit():
            self._add(rows)
            self._locate(LoggedPlace(row.id, row.filed_as, row.sha256) for row in rows)
            self._see(seen)
            self._database.executemany(
                "UPDATE claims SET is_recorded = 1 WHERE id = ?", [(row.id,) for row in rows]
            )
            self._fulfil(fulfilled)

    def clear(self, ids: Iterable[str]) -> None:
        """Of these that were recorded nothing is left to do. Until that lasts it is done again."""
        with self._commit_unsynced():
            self._database.executemany("DELETE FROM claims WHERE id = ?", [(i,) for i in ids])

    def confirm(self, state: LogState) -> None:
        """Step 6: the log holds this much on the disk.

        Until that lasts the log merely holds more than it is known to, which is sorted out at the
        start.
        """
        with self._commit_unsynced():
            self._database.execute(
                "UPDATE log SET rows = ?, length = ?, identity = ?, mtime_ns = ?",
                astuple(state),
            )

    def keep(self, messages: Iterable[Message]) -> None:
        """The watcher said these, besides those that it said before; the newest are kept."""
        with self._commit_unsynced():
            for message in messages:
                known = self._database.execute(
                    "UPDATE messages SET last = ?, count = count + ? WHERE text = ? AND level = ?",
                    (message.last, message.count, message.text, message.level),
                )
                if not known.rowcount:
                    self._database.execute(
                        "INSERT INTO messages (level, text, first, last, count)"
                        " VALUES (?, ?, ?, ?, ?)",
                        astuple(message),
                    )
            self._database.execute(
                """DELETE FROM messages WHERE seq NOT IN
                    (SELECT seq FROM messages ORDER BY last DESC, seq DESC LIMIT ?)""",
                (MAX_MESSAGES,),
            )

    def messages(self) -> list[Message]:
        """What the watcher said, the newest last."""
        query = "SELECT level, text, first, last, count FROM messages ORDER BY last, seq"
        return [Message(*values) for values in self._all(query)]

    def claims(self) -> list[tuple[Claim, Filing | None]]:
        """The work in hand that has no row yet, with its intent where there is one."""
        return self._claims("NOT is_recorded")

    def uncleared(self) -> list[Filing]:
        """What has its row, and perhaps its claim's name still."""
        return [filing for _, filing in self._claims("is_recorded") if filing is not None]

    def _claims(self, condition: str) -> list[tuple[Claim, Filing | None]]:
        found: list[tuple[Claim, Filing | None]] = []
        query = f"""SELECT id, name, path, ready_at, destination, verdict FROM claims
            WHERE {condition} ORDER BY id"""
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
        with corruption_named(self.path):
            query = f"SELECT {ROW} FROM rows WHERE seq > ? ORDER BY seq"
            for values in self._database.execute(query, (after,)):
                yield Row(*values)

    def newest_time(self) -> str:
        """The latest time that a row bears, in the log's form; "" without any."""
        return str(self._all("SELECT coalesce(max(time), '') FROM rows")[0][0])

    def holds_row(self, id_: str) -> bool:
        return bool(self._all("SELECT 1 FROM rows WHERE id = ? LIMIT 1", id_))

    def places_like(self, place: str) -> set[str]:
        """Where drawings were or will be filed whose place differs from this at most in case."""
        rows = self._all("SELECT filed_as FROM rows WHERE folded = ?", folded(place))
        return {str(filed_as) for (filed_as,) in rows}


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


def _stored(claim: Claim) -> tuple[str, bytes, bytes, float]:
    return claim.id, os.fsencode(claim.name), os.fsencode(claim.path), claim.ready_at
