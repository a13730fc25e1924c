"""The journal's file: opened, migrated to this version's format, and changed in durable commits."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

from watcher.errors import CorruptStateError, UserError
from watcher.fs import files
from watcher.journal.migrations import STEPS, VERSION

# How long to wait for another process that writes the journal; short, so that the watcher still ends
# within 2 s.
_BUSY_SECONDS = 1.0


class CorruptJournalError(CorruptStateError):
    """The journal cannot be read; `filing.session` sets it aside and rebuilds it."""


class NewerJournalError(UserError):
    """The journal was written by a newer version of this program."""


class Database:
    """One open journal file, for one thread. Raises CorruptJournalError and sqlite3.OperationalError.

    With `is_read_only` nothing is created or changed, not even the journal's format.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        self.path = path
        self._connection = sqlite3.connect(
            _read_only_uri(path) if is_read_only else path,
            uri=is_read_only,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
        )
        try:
            with naming_corruption(path):
                self._refuse_newer()
                if not is_read_only:
                    self._prepare()
        except BaseException:
            self._connection.close()
            raise
        self.identity = files.identity(path.stat())

    def is_in_place(self) -> bool:
        """Return whether the journal's name still leads to the open file."""
        return files.has_identity(self.path, self.identity)

    def close(self) -> None:
        self._connection.close()

    def format(self) -> int:
        """Return the version of its tables; older than this program's only where read-only."""
        return int(self.query("PRAGMA user_version")[0][0])

    def faults(self) -> list[str]:
        """Return what is wrong with the file, in SQLite's words. Reads all of it."""
        return [text for (text,) in self.query("PRAGMA quick_check") if text != "ok"]

    def query(self, sql: str, *values: object, **named: object) -> list[Any]:
        """Return the rows of a SELECT."""
        return list(self.stream(sql, *values, **named))

    def stream(self, sql: str, *values: object, **named: object) -> Iterator[Any]:
        """Yield the rows of a SELECT, however many they are; its values are all `named` or none is."""
        with naming_corruption(self.path):
            yield from self._connection.execute(sql, named or values)

    def define(self, name: str, function: Callable[[str], str]) -> None:
        """Let SELECTs call a pure function of one text."""
        self._connection.create_function(name, 1, function, deterministic=True)

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        """Run a statement within a commit."""
        return self._connection.execute(sql, values)

    def execute_many(self, sql: str, values: Iterable[tuple[object, ...]]) -> None:
        """Run a statement once for each tuple of values, within a commit."""
        self._connection.executemany(sql, values)

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Commit what the block executes, synced; hold no block open while reading files.

        Other processes cannot write meanwhile, and give up after a second.
        """
        with naming_corruption(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def commit_unsynced(self) -> Iterator[None]:
        """Commit without a sync: it survives a kill, but a power cut only after the next synced commit."""
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            with self.commit():
                yield
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def _refuse_newer(self) -> None:
        version = self.format()
        if version > VERSION:
            raise NewerJournalError(
                f"{self.path} was written by a newer version of this program (format {version}, "
                f"this one knows {VERSION}): install that version again"
            )

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        if self.format() < VERSION:
            with self.commit():
                # Read again under the lock: another process may have migrated it meanwhile.
                for statement in chain.from_iterable(STEPS[self.format() :]):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {VERSION}")


def _read_only_uri(path: Path) -> str:
    """Return the URI that makes SQLite open a journal without changing anything.

    Without a write-ahead log no process has it open, and the file itself holds everything. Opened as
    immutable, it gets no companion files, which would stay behind.
    """
    has_wal = path.with_name(path.name + "-wal").exists()
    name = quote(os.fsencode(path), safe="")
    return f"file:{name}?{'mode=ro' if has_wal else 'mode=ro&immutable=1'}"


@contextmanager
def naming_corruption(path: Path) -> Iterator[None]:
    """Raise CorruptJournalError for a damaged journal; let errors that may pass through."""
    try:
        yield
    except sqlite3.OperationalError as error:
        # A missing table is a damaged schema; other operational errors may pass: disk full, locked.
        if "no such table" not in str(error) and "no such column" not in str(error):
            raise
        raise CorruptJournalError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise CorruptJournalError(f"{path}: {error}") from error
