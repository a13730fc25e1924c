"""Writes `outbox/log.csv` from the journal, and never over what a user did to it."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watcher.clock import stamp
from watcher.fs import files, fsync, no_replace
from watcher.fs.names import first_free
from watcher.journal.journal import Journal, LogState
from watcher.layout import LOG_FILE, LOG_PART_FILE
from watcher.log import content
from watcher.log.access import naming_holder, open_to_append
from watcher.log.comparison import is_as_left, valid_length
from watcher.log.dialect import STANDARD, Dialect


@dataclass(frozen=True, slots=True)
class SetAside:
    """A log was kept under another name: `was_changed` by another program, or in another dialect."""

    kept: Path
    was_changed: bool


class Log:
    """The log of one outbox, in one dialect; `now` is the wall clock, in seconds."""

    def __init__(
        self,
        outbox: Path,
        journal: Journal,
        now: Callable[[], float] = time.time,
        link: no_replace.Link = no_replace.hard_link,
        dialect: Dialect = STANDARD,
    ) -> None:
        self.path = outbox / LOG_FILE
        self._part = outbox / LOG_PART_FILE
        self._journal = journal
        self._now = now
        self._link = link
        self._dialect = dialect
        self._unconfirmed: LogState | None = None

    def write(self) -> SetAside | None:
        """Write what the journal holds and the log does not.

        A log that another program changed, or that is in another dialect, is kept under another name, and
        a new one is written from the journal. Takes the same time however long the log is, unless another
        program touched it. Raises LogHeldError and OSError; the rows wait in the journal then.
        """
        state = self._journal.log_state()
        last = self._journal.rows.last_seq()
        status = files.stat_or_none(self.path)
        if status is None:
            if last:
                self._start_new(last)
            return None
        is_ours = is_as_left(status, state)
        if is_ours and state.dialect == self._dialect.as_text():
            if last > state.rows:
                self._append(content.unconfirmed(self._journal, state), last, state.length)
            return None
        # A crash may have left the part file as a second name of the log.
        self._part.unlink(missing_ok=True)
        was_changed = not is_ours and self._valid_length(status, state) is None
        if state.dialect != self._dialect.as_text():
            # None of it is confirmed: a crash may have left a new log, or the start of one.
            state = LogState(0, 0, "", 0, self._dialect.as_text())
        valid = self._valid_length(status, state)
        if valid is None:
            kept = self._set_aside()
            self._start_new(last)
            return SetAside(kept, was_changed)
        owed = _after(content.unconfirmed(self._journal, state), valid - state.length)
        self._append(owed, last, valid)
        return None

    def confirm(self) -> None:
        """Sync what was written, and store in the journal that the log holds it. Raises OSError."""
        state, self._unconfirmed = self._unconfirmed, None
        if state is None:
            return
        try:
            descriptor = open_to_append(self.path)
        except (FileNotFoundError, PermissionError):
            return  # Another program has it by now: the next `write` finds out what it did.
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._journal.confirm(state)

    def _valid_length(self, status: os.stat_result, state: LogState) -> int | None:
        """Return `valid_length` of the log, which has this status."""
        if not files.is_regular(status):
            return None
        return valid_length(self.path, self._journal, state)

    def _append(self, chunks: Iterable[bytes], last: int, length: int) -> None:
        with naming_holder(self.path):
            descriptor = open_to_append(self.path)
        try:
            if os.fstat(descriptor).st_size > length:
                os.ftruncate(descriptor, length)
            for chunk in chunks:
                _write(descriptor, chunk)
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        self._set_unconfirmed(last, status)

    def _start_new(self, last: int) -> None:
        self._part.unlink(missing_ok=True)
        with self._part.open("xb") as file:
            for chunk in content.whole(self._journal, self._dialect):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        try:
            no_replace.move(self._part, self.path, self._link)
        finally:
            self._part.unlink(missing_ok=True)
        fsync.sync_folder(self.path.parent)
        self._set_unconfirmed(last, self.path.stat())

    def _set_unconfirmed(self, last: int, status: os.stat_result) -> None:
        # The status as of now: a change by another program before the confirmation shows later.
        self._unconfirmed = LogState(
            last,
            status.st_size,
            files.identity(status),
            files.mtime_ns(status),
            self._dialect.as_text(),
        )

    def _set_aside(self) -> Path:
        folder = self.path.parent
        # A crash may have left the log with its other name, too.
        status = self.path.lstat()
        same = (one for one in folder.glob("log-*.csv") if os.path.samestat(one.lstat(), status))
        kept = next(same, None)
        with naming_holder(self.path):
            if kept is not None:
                self.path.unlink()
            else:
                name = first_free(
                    f"log-{stamp(self._now())}.csv", lambda name: os.path.lexists(folder / name)
                )
                kept = folder / name
                no_replace.move(self.path, kept, self._link)
        fsync.sync_folder(folder)
        return kept


def _write(descriptor: int, lines: bytes) -> None:
    """Write whole rows in one call; after a partial write the next call raises the disk's error."""
    written = os.write(descriptor, lines)
    while written < len(lines):
        written += os.write(descriptor, lines[written:])


def _after(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Yield what follows the first `length` bytes of the chunks."""
    for chunk in chunks:
        if rest := chunk[length:]:
            yield rest
        length = max(0, length - len(chunk))
