"""Have requests carried out: by the watcher that runs, or here if none does."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.filing.judge import Judge, judge_for
from watcher.filing.reading import RecogniserProtocol
from watcher.filing.recording import Notices
from watcher.filing.session import session
from watcher.fs.lock import AnotherWatcherError
from watcher.journal.journal import Journal
from watcher.layout import CLAIMS_FOLDER, JOURNAL_FILE
from watcher.review.acts import Target

# How long to wait for a watcher in the middle of a large batch; then the page says that the request waits.
_PATIENCE_SECONDS = 10.0

# A request costs two syncs: some milliseconds, or more on a slow disk.
_PATIENCE_PER_REQUEST = 0.1

# The watcher may have ended meanwhile, or have missed the wake-up.
_RETRY_SECONDS = 0.5


class Refiler:
    """Files drawings of one outbox again; for several threads."""

    def __init__(
        self,
        settings: Settings,
        recogniser: Callable[[], RecogniserProtocol],
        warn: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._recogniser = recogniser
        self._notices = Notices(lambda _: None, warn)
        self._clock = clock
        self._lock = threading.Lock()
        self._judge: Judge | None = None

    def refile(self, targets: Sequence[Target]) -> bool:
        """Make requests and carry them out; return False if a busy watcher has yet to do it.

        Raises TRANSIENT_ERRORS and what `session` raises; then the requests stay in the journal, and the next
        process that holds the folders carries them out.
        """
        if not targets:
            return True
        with closing(Journal(self._settings.paths.state / JOURNAL_FILE)) as journal:
            requested = {
                journal.requests.add(one.id, one.folder, one.digit, one.is_undo) for one in targets
            }
            patience = _PATIENCE_SECONDS + _PATIENCE_PER_REQUEST * len(targets)
            end = time.monotonic() + patience
            retry_at = 0.0
            while requested & {request.seq for request in journal.requests.pending()}:
                if time.monotonic() > end:
                    return False
                if time.monotonic() >= retry_at:
                    self._carry_out()
                    retry_at = time.monotonic() + _RETRY_SECONDS
                else:
                    time.sleep(0.01)
        return True

    def _carry_out(self) -> None:
        """Carry out all requests, or wake the watcher that holds the folders."""
        settings = self._settings
        with self._lock:
            if self._judge is None:
                self._judge = judge_for(settings, self._recogniser())
            try:
                with session(
                    settings,
                    self._judge,
                    self._notices,
                    clock=self._clock,
                    should_stop=lambda: False,
                    patience=0,
                ):
                    return  # A session begins with what was left to do.
            except AnotherWatcherError:
                with suppress(OSError):  # A change in its inbox wakes the watcher.
                    os.utime(settings.paths.inbox / CLAIMS_FOLDER)
