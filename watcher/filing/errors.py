"""Errors that pass by themselves or once the user acts, and how to say them in one line."""

import errno
import sqlite3

from watcher.config.settings import Settings
from watcher.errors import CorruptStateError, TransientError
from watcher.fs import files
from watcher.recognition import ModelError

# Filing waits and retries after these; files stay where they are meanwhile.
TRANSIENT_ERRORS = (OSError, sqlite3.Error, TransientError, CorruptStateError)


def describe(error: Exception, settings: Settings) -> str:
    """Return what keeps the watcher from filing, and where."""
    if isinstance(error, OSError):
        return _describe_system_error(error, settings)
    if isinstance(error, ModelError):
        return (
            f"{error}; without a model no drawing can be read: train one, "
            "or install the watcher again"
        )
    if isinstance(error, sqlite3.Error):
        return _describe_journal_error(error, settings)
    return str(error)


def _describe_journal_error(error: sqlite3.Error, settings: Settings) -> str:
    state = settings.paths.state
    # The low byte is the primary code; the rest is more than users need.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return f"the disk is full at {state}: free some space"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another program holds the journal in {state}: close it there"
    return f"the journal in {state} cannot be used ({error})"


def _describe_system_error(error: OSError, settings: Settings) -> str:
    where = error.filename2 or error.filename or settings.paths.outbox
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full at {where}: free some space"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "too many files are open on this machine: close some programs"
    for folder in (settings.paths.inbox, settings.paths.outbox):
        if not files.is_folder(folder):
            return f"{folder} is missing or cannot be reached: bring it back"
    return f"{where} cannot be used ({error.strerror or error})"
