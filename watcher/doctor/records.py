"""Check what the watcher keeps, its journal and the log, and the clock that stamps them."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import watcher
from watcher.config.settings import Paths
from watcher.doctor.findings import Finding, failed, fine, look
from watcher.doctor.others import is_locked
from watcher.journal.database import CorruptJournalError, NewerJournalError
from watcher.journal.journal import Journal
from watcher.journal.migrations import VERSION
from watcher.layout import JOURNAL_FILE, LOG_FILE
from watcher.log.access import LogHeldError
from watcher.log.comparison import Condition, log_condition
from watcher.log.reader import dialect_in

# While a watcher runs, a look may come in the middle of its writing.
_RETRIES, _RETRY_SECONDS = 3, 0.05

# A clock set by the network steps back less than this.
_STEP = timedelta(minutes=1)

# The program is no older than the model that comes with it.
_CARD = Path(watcher.__file__).parent / "recognition" / "card.json"


def journal_is_sound(paths: Paths) -> Finding:
    """Check that the journal can be read, is intact, and has a known format."""
    path = paths.state / JOURNAL_FILE
    if not _is_there(path):
        return _without_journal(paths)
    try:
        with closing(Journal(path, is_read_only=True)) as journal:
            faults, rows, format_ = (
                journal.database.faults(),
                journal.rows.last_seq(),
                journal.database.format(),
            )
    except CorruptJournalError as error:
        faults = [str(error.__cause__)]
    except NewerJournalError as error:
        return failed(str(error), "install the newest version of this program")
    except sqlite3.Error as error:
        return failed(f"{path} cannot be read ({error})", f"see that the watcher may read {path}")
    if faults:
        return failed(
            f"{path} is damaged ({faults[0].splitlines()[0]})",
            "end the watcher, move the journal (and -wal, -shm beside it) away, and start it: it "
            "rebuilds the journal from the log and the outbox",
        )
    older = f" (format {format_}; the next start brings it to {VERSION})"
    return fine(f"intact, {rows} rows{older if format_ < VERSION else ''}")


def _without_journal(paths: Paths) -> Finding:
    if not (paths.outbox / LOG_FILE).exists():
        return fine("does not exist yet; the first start makes it")
    return look(
        f"{paths.state / JOURNAL_FILE} is missing, though {LOG_FILE} exists",
        "bring it back if it was moved; else the next start rebuilds it from log and outbox",
    )


def log_is_as_left(paths: Paths) -> Finding:
    """Check that the log can be written and holds what the journal says."""
    path = paths.outbox / LOG_FILE
    if path.exists() and not path.is_file():
        return failed(
            f"{path} is not a file",
            "move it away: the watcher writes the log again from its journal",
        )
    try:
        condition = _condition(paths)
    except LogHeldError as error:
        return failed(
            str(error),
            "close the spreadsheet or other program that has it open, and see that the watcher may "
            "write it",
        )
    except (CorruptJournalError, NewerJournalError, sqlite3.Error):
        return look(f"{path} could not be compared with the journal", "fix the journal first")
    if condition is Condition.AS_LEFT:
        return fine(
            "as the watcher left it"
            if path.exists()
            else "does not exist yet; the first drawing makes it"
        )
    fix = "nothing to do: the watcher repairs it with the next drawing"
    columns = ""
    if condition is Condition.CHANGED:
        columns = "" if _has_columns(path) else ": it does not have the log's columns"
        fix += ", and keeps this one beside it as log-<time>.csv"
    return look(f"{path} is {condition.value}{columns}", fix)


def _condition(paths: Paths) -> Condition:
    journal_path = paths.state / JOURNAL_FILE
    log = paths.outbox / LOG_FILE
    if not _is_there(journal_path):
        return Condition.AS_LEFT if _has_columns(log) or not log.exists() else Condition.CHANGED
    with closing(Journal(journal_path, is_read_only=True)) as journal:
        condition = log_condition(log, journal)
        for _ in range(_RETRIES):
            if condition is Condition.AS_LEFT or not is_locked(paths.state):
                break
            time.sleep(_RETRY_SECONDS)
            condition = log_condition(log, journal)
    return condition


def _is_there(journal: Path) -> bool:
    return journal.exists() and journal.stat().st_size > 0


def _has_columns(log: Path) -> bool:
    try:
        return dialect_in(log) is not None
    except OSError:
        return False


def clock_is_plausible(paths: Paths, now: float) -> Finding:
    """Check that the time is after this program was made, and after the newest row."""
    moment = datetime.fromtimestamp(now, UTC).astimezone()
    fix = "set the time, date and time zone of this machine, best by the network"
    made = datetime.fromisoformat(json.loads(_CARD.read_bytes())["created"])
    shown = moment.isoformat(" ", "minutes")
    if moment < made - timedelta(days=1):
        return look(f"{shown} is before this program was made ({made:%Y-%m-%d})", fix)
    newest = _newest(paths)
    if newest is not None and moment < newest - _STEP:
        of = newest.astimezone().isoformat(" ", "minutes")
        return look(f"{shown} is before the newest row ({of})", fix)
    return fine(shown)


def _newest(paths: Paths) -> datetime | None:
    path = paths.state / JOURNAL_FILE
    if not _is_there(path):
        return None
    try:
        with closing(Journal(path, is_read_only=True)) as journal:
            time_ = journal.rows.newest_time()
            return datetime.fromisoformat(time_) if time_ else None
    except (CorruptJournalError, NewerJournalError, sqlite3.Error, ValueError):
        return None  # The journal's own check reports that.
