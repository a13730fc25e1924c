"""What the journal says, read without changing it: today's totals, the last message and correction."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from watcher.journal.database import (
    CorruptJournalError,
    Database,
    NewerJournalError,
    corruption_named,
)
from watcher.journal.migrations import ROW
from watcher.types import Message, Row

_MESSAGES_SINCE = 3
"""The journal's first format with messages."""


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
        with closing(_Recent(journal, is_read_only=True)) as recent:
            if recent.format() == 0:
                return Records("the journal is empty: nothing was filed here")
            return Records("", recent.today(since), recent.message(), recent.correction())
    except NewerJournalError as error:
        return Records(str(error))
    except sqlite3.OperationalError as error:
        return Records(f"the journal cannot be read now ({error})")
    except CorruptJournalError as error:
        return Records(
            f"the journal is damaged ({error}): the watcher keeps it, and makes a new one from the log"
        )


class _Recent(Database):
    """The journal, asked for what is newest in it."""

    def today(self, since: str) -> dict[str, int]:
        """Rows of each status back to the first older one: they lie in the order of their times, and
        to look through years of them would take seconds."""
        counts: dict[str, int] = {}
        with corruption_named(self.path):
            newest = self._database.execute("SELECT time, status FROM rows ORDER BY seq DESC")
            for time, status in newest:
                if time < since:
                    break
                counts[status] = counts.get(status, 0) + 1
        return counts

    def message(self) -> Message | None:
        if self.format() < _MESSAGES_SINCE:
            return None
        query = "SELECT level, text, first, last, count FROM messages ORDER BY last DESC LIMIT 1"
        return next((Message(*found) for found in self._all(query)), None)

    def correction(self) -> Row | None:
        query = f"SELECT {ROW} FROM rows WHERE status = 'corrected' ORDER BY seq DESC LIMIT 1"
        return next((Row(*found) for found in self._all(query)), None)
