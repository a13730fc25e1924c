"""Step 6 of a filing: the row in the journal, then in the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watcher.clock import utc
from watcher.filing.outbox import Outbox
from watcher.journal.journal import Journal
from watcher.log.rows import outbox_entry_of, row_of
from watcher.log.writer import Log
from watcher.types import Filing, Row


@dataclass(frozen=True, slots=True)
class Notices:
    """Whom to notify: `filed` of each row once it is logged, `warn` of what a user should know, `left` of
    where in the inbox a ready file stays, and why (as `inbox.faults` says it)."""

    filed: Callable[[Row], None]
    warn: Callable[[str], None]
    left: Callable[[Path, str], None] = lambda _path, _fault: None


class Recorder:
    """Records what was published into one outbox. Raises OSError, sqlite3.Error and LogHeldError."""

    def __init__(
        self, outbox: Outbox, journal: Journal, log: Log, notices: Notices, now: Callable[[], float]
    ) -> None:
        self._outbox = outbox
        self._journal = journal
        self._log = log
        self._notices = notices
        self._now = now

    def record(self, filings: Sequence[Filing]) -> list[Row]:
        """Journal and log what was published, notify, and remove the claims' names; return the rows."""
        now = self._now()
        time = utc(now)
        rows = [row_of(filing, now, time) for filing in filings]
        if rows:
            fulfilled = [filing.verdict.request for filing in filings]
            self._journal.record(rows, [outbox_entry_of(filing) for filing in filings], fulfilled)
        self.log(rows)
        if filings:
            self._outbox.clear(filings)
        return rows

    def log(self, rows: Sequence[Row]) -> None:
        """Log rows that the journal has, and notify.

        The rows are durable in the journal; a log that is not durable yet is written from there again.
        """
        kept = self._log.write()
        if kept is not None:
            why = "was changed by another program" if kept.was_changed else "had another dialect"
            self._notices.warn(
                f"{self._log.path} {why}: it is kept as {kept.kept.name}, and a new "
                f"{self._log.path.name} was written from the journal"
            )
        for row in rows:
            self._notices.filed(row)
        self._log.confirm()
