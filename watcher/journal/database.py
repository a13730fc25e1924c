"""The journal's file: opened, brought to this version's format, and changed in durable commits."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

from watcher.fs import files
from watcher.journal.migrations import STEPS, VERSION

_BUSY_SECONDS = 1.0
"""How long a reader beside us may hold the journal; short, so that the watcher still ends within 2 s."""


class CorruptJournalError(Exception):
    """The journal cannot be read; `filing.session` sets it aside and rebuilds it."""


class NewerJournalError(Exception):
    """The journal was made by a newer version of this program; one line for the user."""


class Database:
    """One open journal; for one thread. Raises CorruptJournalError and sqlite3.OperationalError.

    `is_read_only`: nothing is made or changed, also not the journal's format.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        self.path = path
        self._database = sqlite3.connect(
            _unwritable(path) if is_read_only else path,
            uri=is_read_only,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
        )
        try:
            with corruption_named(path):
                self._refuse_newer()
                if not is_read_only:
                    self._prepare()
        except BaseException:
            self._database.close()
            raise
        self._identity = files.identity(path.stat())

    def is_in_place(self) -> bool:
        """Whether the file that is open still bears the journal's name."""
        status = files.stat_or_none(self.path)
        return status is not None and files.identity(status) == self._identity

    def close(self) -> None:
        self._database.close()

    def format(self) -> int:
        """Which version of the tables it has; older than this program's only where read-only."""
        return int(self._all("PRAGMA user_version")[0][0])

    def faults(self) -> list[str]:
        """What is wrong with the file, in SQLite's words; nothing in a sound one. Reads all of it."""
        return [text for (text,) in self._all("PRAGMA quick_check") if text != "ok"]

    def _all(self, query: str, *values: object) -> list[Any]:
        with corruption_named(self.path):
            return self._database.execute(query, values).fetchall()

    def _refuse_newer(self) -> None:
        version = self.format()
        if version > VERSION:
            raise NewerJournalError(
                f"{self.path} was written by a newer version of this program (format {version}, "
                f"this one knows {VERSION}): install that version again"
            )

    def _prepare(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        if self.format() < VERSION:
            with self._commit():
                # Read again under the lock: another process may have brought it up meanwhile.
                version = self._database.execute("PRAGMA user_version").fetchone()[0]
                for statement in chain.from_iterable(STEPS[version:]):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _commit_unsynced(self) -> Iterator[None]:
        """A commit that survives a kill at once, a power cut with the next commit."""
        self._database.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._commit():
                yield
        finally:
            self._database.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def _commit(self) -> Iterator[None]:
        with corruption_named(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _unwritable(path: Path) -> str:
    """The address of a journal that is not to be changed, for SQLite.

    Without a write-ahead log nobody has it open, and all is in the file itself: read as immutable, it
    does not get companions, which would stay.
    """
    has_log = path.with_name(path.name + "-wal").exists()
    name = quote(os.fsencode(path), safe="")
    return f"file:{name}?{'mode=ro' if has_log else 'mode=ro&immutable=1'}"


@contextmanager
def corruption_named(path: Path) -> Iterator[None]:
    """Tells a damaged journal, which is rebuilt, from one that cannot be used for a while."""
    try:
        yield
    except sqlite3.OperationalError as error:
        # A missing table is a damaged schema; everything else operational may pass: full, locked.
        if "no such table" not in str(error) and "no such column" not in str(error):
            raise
        raise CorruptJournalError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise CorruptJournalError(f"{path}: {error}") from error
