"""What may go wrong for a while, by nobody's fault or the user's, and how to say it in one line."""

import errno
import os
import sqlite3

from watcher.config.settings import Settings
from watcher.journal.database import CorruptJournalError
from watcher.log.writer import LogHeldError
from watcher.recognition import ModelError

TROUBLES = (OSError, sqlite3.Error, LogHeldError, ModelError, CorruptJournalError)
"""What may pass by itself or by the user's hand; the files stay where they are meanwhile."""


def describe(error: Exception, settings: Settings) -> str:
    """What keeps the watcher from working, and where."""
    if isinstance(error, OSError):
        return _of_the_system(error, settings)
    if isinstance(error, ModelError):
        return (
            f"{error}; without a model no drawing can be read: train one, "
            "or install the watcher again"
        )
    if isinstance(error, sqlite3.Error):
        return _of_the_journal(error, settings)
    return str(error)


def _of_the_journal(error: sqlite3.Error, settings: Settings) -> str:
    state = settings.paths.state
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # The rest says more than users need.
    if code == sqlite3.SQLITE_FULL:
        return f"the disk is full at {state}: free some space"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another program holds the journal in {state}: close it there"
    return f"the journal in {state} cannot be used ({error})"


def _of_the_system(error: OSError, settings: Settings) -> str:
    where = error.filename2 or error.filename or settings.paths.outbox
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full at {where}: free some space"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "too many files are open on this machine: close some programs"
    for folder in (settings.paths.inbox, settings.paths.outbox):
        if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises, before Python 3.14
            return f"{folder} is gone or cannot be reached: bring it back"
    return f"{where} cannot be used ({error.strerror or error})"
