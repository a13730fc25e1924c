"""`outbox/log.csv`: written from the journal, never over what a user did to it."""

import csv
import io
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from pathlib import Path

from watcher.clock import stamp
from watcher.errors import TransientError
from watcher.fs import files, fsync, no_replace
from watcher.fs.names import first_free
from watcher.journal.journal import Journal, LogState
from watcher.layout import LOG_FILE, LOG_PART_FILE
from watcher.log.csv_injection import escape_formula
from watcher.types import COLUMNS, Row

_O_BINARY: int = getattr(os, "O_BINARY", 0)

_ROWS_A_CHUNK = 1000
"""About 250 kB: rebuilding a log of any length stays small in memory."""


class LogHeldError(TransientError):
    """Another program holds the log; one line for the user."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A log that was not as we left it was kept under another name."""

    kept: Path


class Condition(Enum):
    """How the log stands to the journal; the next filing mends whatever it is."""

    AS_LEFT = "as it was left"
    GONE = "gone, though there are rows"
    TORN = "torn at its end"
    CHANGED = "changed by another program"


def rendered(rows: Iterable[Row]) -> bytes:
    """Rows as lines of the log."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(map(_field, COLUMNS, row.values()) for row in rows)
    return text.getvalue().encode("utf-8")


HEADER = (",".join(COLUMNS) + "\n").encode("utf-8")


class Log:
    """The log of one outbox; `now` is the wall clock, in seconds."""

    def __init__(
        self,
        outbox: Path,
        journal: Journal,
        now: Callable[[], float] = time.time,
        link: no_replace.Link = no_replace.hard_link,
    ) -> None:
        self.path = outbox / LOG_FILE
        self._part = outbox / LOG_PART_FILE
        self._journal = journal
        self._now = now
        self._link = link
        self._unconfirmed: LogState | None = None

    def catch_up(self) -> SetAside | None:
        """`write` and `confirm`."""
        aside = self.write()
        self.confirm()
        return aside

    def confirm(self) -> None:
        """Syncs what was written, and has the journal know that the log holds it. Raises OSError."""
        state, self._unconfirmed = self._unconfirmed, None
        if state is None:
            return
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | _O_BINARY)
        except (FileNotFoundError, PermissionError):
            return  # Somebody has it by now: the next `write` finds out what became of it.
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._journal.confirm(state)

    def write(self) -> SetAside | None:
        """Writes what the journal holds and the log does not.

        What is there must be what was left there; if not, it is kept under another name and a new
        log is written from the journal. Costs the same however long the log is, unless somebody
        touched it. Raises LogHeldError and OSError; the rows wait in the journal then.
        """
        state = self._journal.log_state()
        last = self._journal.rows.last_seq()
        status = files.stat_or_none(self.path)
        if status is None:
            if last:
                self._start_new(last)
            return None
        if _is_as_left(status, state):
            if last > state.rows:
                self._append(self._owed(state), last, state.length)
            return None
        self._part.unlink(missing_ok=True)  # A crash may have left it when it had its name already.
        held = self._length_held(state) if files.is_regular(status) else None
        if held is None:
            kept = self._set_aside()
            self._start_new(last)
            return SetAside(kept)
        self._append(_without(self._owed(state), held - state.length), last, held)
        return None

    def condition(self) -> Condition:
        """How the log is, without touching it. Raises LogHeldError and OSError."""
        state = self._journal.log_state()
        status = files.stat_or_none(self.path)
        if status is None:
            return Condition.GONE if self._journal.rows.last_seq() else Condition.AS_LEFT
        if not files.is_regular(status):
            return Condition.CHANGED
        with _naming_the_holder(self.path):
            os.close(os.open(self.path, os.O_RDWR | os.O_APPEND | _O_BINARY))
        if _is_as_left(status, state):
            return Condition.AS_LEFT
        held = self._length_held(state)
        if held is None:
            return Condition.CHANGED
        if held < status.st_size or not self._ends_a_row(held):
            return Condition.TORN
        return Condition.AS_LEFT

    def goes_on(self) -> bool:
        """Whether it holds all that the journal does, and then more. Raises OSError."""
        status = files.stat_or_none(self.path)
        if status is None or not files.is_regular(status):
            return False
        if _is_as_left(status, self._journal.log_state()):
            return False
        with self.path.open("rb") as file:
            is_ours = all(file.read(len(chunk)) == chunk for chunk in self._expected(after=0))
            return is_ours and bool(file.read(1))

    def _ends_a_row(self, length: int) -> bool:
        with self.path.open("rb") as file:
            file.seek(max(0, length - 1))
            return file.read(1) == b"\n"

    def _length_held(self, state: LogState) -> int | None:
        """How many of the file's bytes are ours and whole, at least the confirmed ones.

        None if the file holds anything that we did not write. Beyond the confirmed length a power
        cut may leave zeros where our bytes were to be: they are ours, and are cut.
        """
        with _naming_the_holder(self.path), self.path.open("rb") as file:
            for chunk in _capped(self._expected(after=0), state.length):
                if file.read(len(chunk)) != chunk:
                    return None
            held = state.length
            for chunk in self._owed(state):
                tail = file.read(len(chunk))
                if tail != chunk:
                    same = _common_length(tail, chunk)
                    rest = zip(tail[same:], chunk[same:], strict=False)
                    is_ours = all(found in (0, wanted) for found, wanted in rest)
                    return held + same if is_ours and not file.read(1).strip(b"\0") else None
                held += len(chunk)
            return None if file.read(1) else held

    def _owed(self, state: LogState) -> Iterator[bytes]:
        """What comes after the confirmed length."""
        return self._expected(after=state.rows, header=not state.length)

    def _expected(self, after: int, header: bool = True) -> Iterator[bytes]:
        if header:
            yield HEADER
        rows = self._journal.rows.after(after)
        while chunk := list(islice(rows, _ROWS_A_CHUNK)):
            yield rendered(chunk)

    def _append(self, chunks: Iterable[bytes], last: int, length: int) -> None:
        with _naming_the_holder(self.path):
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | _O_BINARY)
        try:
            if os.fstat(descriptor).st_size > length:
                os.ftruncate(descriptor, length)
            for chunk in chunks:
                _write(descriptor, chunk)
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        self._written(last, status)

    def _written(self, last: int, status: os.stat_result) -> None:
        # As it is now: what another program does to it until it is confirmed shows later.
        self._unconfirmed = LogState(
            last, status.st_size, files.identity(status), status.st_mtime_ns
        )

    def _start_new(self, last: int) -> None:
        self._part.unlink(missing_ok=True)
        with self._part.open("xb") as file:
            for chunk in self._expected(after=0):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        try:
            no_replace.move(self._part, self.path, self._link)
        finally:
            self._part.unlink(missing_ok=True)
        fsync.sync_folder(self.path.parent)
        self._written(last, self.path.stat())

    def _set_aside(self) -> Path:
        folder = self.path.parent
        name = first_free(
            f"log-{stamp(self._now())}.csv", lambda name: os.path.lexists(folder / name)
        )
        with _naming_the_holder(self.path):
            no_replace.move(self.path, folder / name, self._link)
        fsync.sync_folder(folder)
        return folder / name


def _is_as_left(status: os.stat_result, state: LogState) -> bool:
    return (
        status.st_size == state.length
        and status.st_mtime_ns == state.mtime_ns
        and files.identity(status) == state.identity
    )


def _write(descriptor: int, lines: bytes) -> None:
    """One write of whole rows; a disk that takes only a part of them is full, and is told so."""
    written = os.write(descriptor, lines)
    while written < len(lines):
        written += os.write(descriptor, lines[written:])


def _field(column: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.3f}" if column == "seconds" else f"{value:.4f}"
    return escape_formula(str(value))


def _capped(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    for chunk in chunks:
        if length <= 0:
            return
        yield chunk[:length]
        length -= len(chunk)


def _without(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """What remains of the chunks after their first `length` bytes."""
    for chunk in chunks:
        if rest := chunk[length:]:
            yield rest
        length = max(0, length - len(chunk))


def _common_length(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


@contextmanager
def _naming_the_holder(path: Path) -> Iterator[None]:
    """On Windows a program such as Excel that has the log open lets nobody else write it."""
    try:
        yield
    except PermissionError as error:
        raise LogHeldError(
            f"{path} cannot be written ({error.strerror}): close it in other programs; "
            "its rows wait in the journal"
        ) from error
