"""A session: both folders locked, the journal open (rebuilt if need be), unfinished work finished.

Every retry after an error is a new session, so that a retry and a restart are the same thing.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watcher.clock import Clock, stamp
from watcher.config.settings import Settings
from watcher.filing.errors import TRANSIENT_ERRORS
from watcher.filing.judge import Judge
from watcher.filing.rebuild import catch_up, holds_filings, rebuild
from watcher.filing.recording import Notices
from watcher.filing.recovery import release, resume
from watcher.filing.transaction import Filer
from watcher.fs import fsync, lock, no_replace
from watcher.inbox.claims import ClaimFolder
from watcher.journal import journal as journals
from watcher.journal.database import CorruptJournalError
from watcher.journal.journal import Journal
from watcher.layout import CLAIMS_FOLDER, JOURNAL_FILE, LOG_FILE
from watcher.log.dialect import dialect_of, from_text
from watcher.types import Reason


@contextmanager
def session(
    settings: Settings,
    judge: Judge,
    notices: Notices,
    *,
    clock: Clock,
    should_stop: Callable[[], bool],
    link: no_replace.Link = no_replace.hard_link,
    patience: float = 1.0,
) -> Iterator[Filer]:
    """Yield a filer, once the last run's work is finished; wait up to `patience` seconds for the locks.

    Raises AnotherWatcherError, NewerJournalError and TRANSIENT_ERRORS.
    """
    inbox, outbox, state = settings.paths.inbox, settings.paths.outbox, settings.paths.state
    _require(inbox)
    _require(outbox)
    with lock.hold(state, outbox, patience), lock.hold(inbox / CLAIMS_FOLDER, inbox, patience):
        filer = _open(settings, judge, notices, clock=clock, should_stop=should_stop, link=link)
        try:
            with _counting_no_death(filer.journal):
                yield filer
        except CorruptJournalError as error:
            filer.journal.close()
            _set_aside(filer.journal.path, error, notices, clock)
            raise
        finally:
            if should_stop():
                with suppress(*TRANSIENT_ERRORS):  # The next start finishes what stays claimed.
                    release(filer)
            filer.journal.close()


def _open(
    settings: Settings,
    judge: Judge,
    notices: Notices,
    *,
    clock: Clock,
    should_stop: Callable[[], bool],
    link: no_replace.Link,
) -> Filer:
    """Open the journal and finish what the last run left; rebuild a damaged journal."""
    inbox, outbox = settings.paths.inbox, settings.paths.outbox
    path = settings.paths.state / JOURNAL_FILE
    for is_last in (False, True):
        if is_lost(path) and holds_filings(outbox):
            _rebuild(path, outbox, inbox, notices, clock)
        journal = None
        try:
            journal = Journal(path)
            if missed := catch_up(journal, outbox / LOG_FILE):
                notices.warn(
                    f"the journal in {path.parent} is older than the log: it was given the log's "
                    f"newest rows ({missed})"
                )
            filer = Filer(
                inbox,
                outbox,
                journal,
                judge,
                notices,
                clock=clock,
                should_stop=should_stop,
                link=link,
                dialect=dialect_of(settings.log, from_text(journal.log_state().dialect)),
            )
            with _counting_no_death(journal):
                resume(filer, settings.watch.batch_size)
        except BaseException as error:
            if journal is not None:
                journal.close()
            if not isinstance(error, CorruptJournalError) or is_last:
                raise
            _set_aside(path, error, notices, clock)
        else:
            return filer
    raise AssertionError("unreachable")


@contextmanager
def _counting_no_death(journal: Journal) -> Iterator[None]:
    """Note after a transient error that the process lives: what it was judging did not kill it."""
    try:
        yield
    except TRANSIENT_ERRORS:
        with suppress(*TRANSIENT_ERRORS):
            journal.deaths.end_run()
        raise


def is_lost(journal: Path) -> bool:
    """Return whether the journal is missing or empty, without even SQLite's header."""
    return not journal.exists() or journal.stat().st_size == 0


def _require(folder: Path) -> None:
    # Not made here: it may be on a disk that is not mounted now.
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(folder))


def _set_aside(path: Path, error: CorruptJournalError, notices: Notices, clock: Clock) -> None:
    if path.exists():
        kept = journals.set_aside(path, stamp(clock.now()))
        notices.warn(
            f"the journal is damaged ({error}): it is kept as {kept.name}, and a new one is made "
            "from the log and the outbox"
        )


def _rebuild(path: Path, outbox: Path, inbox: Path, notices: Notices, clock: Clock) -> None:
    """Make a new journal, under another name first: half of one must never be taken for the journal."""
    part = path.with_name(path.name + ".part")
    for leftover in path.parent.glob(part.name + "*"):
        leftover.unlink()
    journal = Journal(part)
    try:
        from_log, recovered = rebuild(journal, outbox, ClaimFolder(inbox), clock.now, notices.warn)
    finally:
        journal.close()
    # A stale companion would be taken for the new journal's own.
    journals.set_aside(path, stamp(clock.now()))
    part.rename(path)
    fsync.sync_folder(path.parent)
    notices.warn(
        f"the journal was rebuilt: {from_log} rows from the log, and {recovered} files of the "
        f'outbox that had no row ("{Reason.RECOVERED}")'
    )
