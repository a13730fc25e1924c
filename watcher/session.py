"""A session: both folders locked, the journal open (rebuilt if need be), what was left finished.

Every retry after a trouble is a new session, so that a retry and a restart are the same thing.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watcher import journal as journals
from watcher import lock, publish
from watcher.claims import FOLDER_NAME, ClaimFolder
from watcher.clock import Clock
from watcher.config import Settings
from watcher.filing import Filer, Notices
from watcher.journal import CorruptJournalError, Journal
from watcher.judging import Judge
from watcher.log import stamp
from watcher.rebuild import holds_filings, rebuild
from watcher.resume import release, resume
from watcher.trouble import TROUBLES


@contextmanager
def session(
    settings: Settings,
    judge: Judge,
    notices: Notices,
    *,
    clock: Clock,
    should_stop: Callable[[], bool],
    link: publish.Link = publish.link_name,
) -> Iterator[Filer]:
    """Everything that files need to be filed, with the last run's work finished.

    Raises AnotherWatcherError, NewerJournalError and TROUBLES.
    """
    inbox, outbox, state = settings.paths.inbox, settings.paths.outbox, settings.paths.state
    _expect(inbox)
    _expect(outbox)
    with lock.hold(state, outbox), lock.hold(inbox / FOLDER_NAME, inbox):
        journal = _opened(state / journals.FILE_NAME, outbox, inbox, notices, clock)
        try:
            filer = Filer(
                inbox,
                outbox,
                journal,
                judge,
                notices,
                clock=clock,
                should_stop=should_stop,
                link=link,
            )
            resume(filer, settings.watch.batch_size)
            try:
                yield filer
            finally:
                if should_stop():
                    with suppress(*TROUBLES):  # The next start finishes what stays claimed.
                        release(filer)
        except CorruptJournalError as error:
            journal.close()
            _set_aside(journal.path, error, notices, clock)
            raise
        finally:
            journal.close()


def _expect(folder: Path) -> None:
    # Never made anew here: it may be a disk that is not mounted now.
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(folder))


def _opened(path: Path, outbox: Path, inbox: Path, notices: Notices, clock: Clock) -> Journal:
    if not path.exists() and holds_filings(outbox):
        _rebuilt(path, outbox, inbox, notices, clock)
    try:
        return Journal(path)
    except CorruptJournalError as error:
        _set_aside(path, error, notices, clock)
        _rebuilt(path, outbox, inbox, notices, clock)
        return Journal(path)


def _set_aside(path: Path, error: CorruptJournalError, notices: Notices, clock: Clock) -> None:
    if path.exists():
        kept = journals.set_aside(path, stamp(clock.now()))
        notices.warn(f"the journal is damaged ({error}): it is kept as {kept.name}")


def _rebuilt(path: Path, outbox: Path, inbox: Path, notices: Notices, clock: Clock) -> None:
    """Makes the journal anew under another name first: half of one must never be taken for it."""
    part = path.with_name(path.name + ".part")
    for leftover in path.parent.glob(part.name + "*"):
        leftover.unlink()
    journal = Journal(part)
    try:
        from_log, recovered = rebuild(journal, outbox, ClaimFolder(inbox), clock.now)
    finally:
        journal.close()
    part.rename(path)
    notices.warn(
        f"the journal was rebuilt: {from_log} rows from the log, and {recovered} files of the "
        'outbox that had no row ("recovered")'
    )
