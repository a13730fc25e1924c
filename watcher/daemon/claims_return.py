"""Claimed drawings of an inbox that is not watched any more."""

from watcher.daemon.context import Context
from watcher.filing.errors import TRANSIENT_ERRORS
from watcher.filing.recording import Notices
from watcher.filing.session import session
from watcher.fs.lock import AnotherWatcherError
from watcher.inbox.claims import ClaimFolder
from watcher.journal.database import NewerJournalError


def return_claims(context: Context, notices: Notices) -> None:
    """Return claimed drawings to an inbox that is not watched any more, as at a stop."""
    inbox = context.settings.paths.inbox
    try:
        with session(
            context.settings,
            context.judge(),
            notices,
            clock=context.clock,
            should_stop=lambda: True,
        ):
            pass
    except (*TRANSIENT_ERRORS, AnotherWatcherError, NewerJournalError) as error:
        if any(ClaimFolder(inbox).leftovers()):
            context.reporter.warning(
                f"drawings that were being filed stay in {ClaimFolder(inbox).folder} "
                f"({error}): to have them filed, watch {inbox} again"
            )
