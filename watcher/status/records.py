"""What the journal says, read without changing it: today's totals, the last message and correction."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from watcher.database import unwritable
from watcher.drawings import Row
from watcher.repeats import Message
from watcher.schema import ROW, VERSION

_BUSY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Records:
    """`fault` says why nothing can be told, or not all; `today` counts the rows of each status."""

    fault: str = ""
    today: Mapping[str, int] = field(default_factory=dict)
    message: Message | None = None
    correction: Row | None = None


def records(journal: Path, since: str) -> Records:
    """What a journal holds; `since` is when today began, in the log's form."""
    if not journal.exists():
        return Records("there is no journal yet: nothing was filed here")
    try:
        connection = sqlite3.connect(unwritable(journal), uri=True, timeout=_BUSY_SECONDS)
        with closing(connection) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                return Records(
                    f"the journal was written by a newer version of this program (format {version}, "
                    f"this one knows {VERSION}): install that version again"
                )
            if version == 0:
                return Records("the journal is empty: nothing was filed here")
            return Records("", _today(database, since), _message(database), _correction(database))
    except sqlite3.OperationalError as error:
        return Records(f"the journal cannot be read now ({error})")
    except sqlite3.DatabaseError as error:
        return Records(
            f"the journal is damaged ({error}): the watcher keeps it, and makes a new one from the log"
        )


def _today(database: sqlite3.Connection, since: str) -> dict[str, int]:
    """The newest rows back to the first older one: the rows lie in the order of their times, and to
    look through years of them would take seconds."""
    counts: dict[str, int] = {}
    for time, status in database.execute("SELECT time, status FROM rows ORDER BY seq DESC"):
        if time < since:
            break
        counts[status] = counts.get(status, 0) + 1
    return counts


def _message(database: sqlite3.Connection) -> Message | None:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'messages'"
    if database.execute(query).fetchone() is None:  # As before format 3.
        return None
    query = "SELECT level, text, first, last, count FROM messages ORDER BY last DESC LIMIT 1"
    found = database.execute(query).fetchone()
    return None if found is None else Message(*found)


def _correction(database: sqlite3.Connection) -> Row | None:
    query = f"SELECT {ROW} FROM rows WHERE status = 'corrected' ORDER BY seq DESC LIMIT 1"
    found = database.execute(query).fetchone()
    return None if found is None else Row(*found)
