"""Read today's totals, the last message and the last correction from the journal, without changing it."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from watcher.journal.database import (
    CorruptJournalError,
    Database,
    NewerJournalError,
)
from watcher.journal.migrations import ROW
from watcher.types import Message, Row, Status

# The journal's first format with messages.
_MESSAGES_SINCE = 3


@dataclass(frozen=True, slots=True)
class Records:
    """`fault` says why the journal cannot be read; `today` counts the rows of each status."""

    fault: str = ""
    today: Mapping[str, int] = field(default_factory=dict)
    message: Message | None = None
    correction: Row | None = None


def read_records(journal: Path, since: str) -> Records:
    """Return what a journal holds; `since` is when today began, in the log's form."""
    if not journal.exists():
        return Records("there is no journal yet: nothing was filed here")
    try:
        with closing(Database(journal, is_read_only=True)) as database:
            if database.format() == 0:
                return Records("the journal is empty: nothing was filed here")
            return Records("", _today(database, since), _message(database), _correction(database))
    except NewerJournalError as error:
        return Records(str(error))
    except sqlite3.OperationalError as error:
        return Records(f"the journal cannot be read now ({error})")
    except CorruptJournalError as error:
        return Records(
            f"the journal is damaged ({error}): the watcher keeps it and rebuilds it from the log"
        )


def _today(database: Database, since: str) -> dict[str, int]:
    """Count the rows of each status back to the first older one; reading years of rows takes seconds."""
    counts: Counter[str] = Counter()
    for time, status in database.stream("SELECT time, status FROM rows ORDER BY seq DESC"):
        if time < since:
            break
        counts[status] += 1
    return counts


def _message(database: Database) -> Message | None:
    if database.format() < _MESSAGES_SINCE:
        return None
    query = "SELECT level, text, first, last, count FROM messages ORDER BY last DESC LIMIT 1"
    return next((Message(*found) for found in database.query(query)), None)


def _correction(database: Database) -> Row | None:
    query = f"SELECT {ROW} FROM rows WHERE status = ? ORDER BY seq DESC LIMIT 1"
    return next((Row(*found) for found in database.query(query, Status.CORRECTED)), None)
