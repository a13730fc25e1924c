"""The review's side of the watcher: it reads the journal, and has wishes carried out."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import lru_cache

from watcher.clock import Clock
from watcher.config.model import limits_of
from watcher.config.settings import Settings
from watcher.filing.judge import Judge
from watcher.filing.reading import RecogniserProtocol, read
from watcher.filing.recording import Notices
from watcher.filing.session import session
from watcher.fs.lock import AnotherWatcherError
from watcher.journal.journal import Journal
from watcher.layout import CLAIMS_FOLDER, JOURNAL_FILE
from watcher.review.catalogue import Shown, escape_for_terminal
from watcher.review.thumbnails import Thumbnails, thumbnails

_PATIENCE_SECONDS = 10.0
"""For a watcher that is in the middle of a large batch; then the page says that the wish waits."""

_AGAIN_SECONDS = 0.5
"""The watcher may have ended meanwhile, or not have heard us."""

_CACHED = 512
"""Drawings whose pictures are kept, about 10 kB each."""


class NotThereError(Exception):
    """A drawing is not, or no longer, what the log says; one line for the user."""


class Reviewing:
    """Shows the drawings of one outbox and files them again; for several threads.

    Raises TRANSIENT_ERRORS and what `session` raises; a wish that could not be carried out for one of these
    stays in the journal, and the next who holds the folders carries it out.
    """

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
        self._one_at_a_time = threading.Lock()
        self._judge: Judge | None = None
        self._thumbnails = lru_cache(_CACHED)(self._made)

    def drawings(self) -> list[Shown]:
        """All drawings of the log, as they are now."""
        if not (self._settings.paths.state / JOURNAL_FILE).exists():
            return []
        with closing(self._journal()) as journal:
            return [
                escape_for_terminal(first, last) for first, last in journal.rows.first_and_last()
            ]

    def thumbnails(self, id_: str) -> Thumbnails | None:
        """The pictures of a drawing; None if it is none. Raises NotThereError."""
        with closing(self._journal()) as journal:
            drawing = journal.outbox.drawing(id_)
        if drawing is None:
            raise NotThereError("no such drawing")
        return self._thumbnails(drawing.place, drawing.sha256)

    def refile(self, id_: str, folder: str, digit: int | None, is_undo: bool) -> Shown | None:
        """Has a drawing filed again; returns how it is then, None if a busy watcher has yet to do it.

        Raises NotThereError if its file is another than the log says.
        """
        with closing(self._journal()) as journal:
            before = journal.rows.history(id_)
            if not before:
                raise NotThereError("no such drawing")
            request = journal.requests.add(id_, folder, digit, is_undo)
            end = time.monotonic() + _PATIENCE_SECONDS
            again = 0.0
            while request in [wish.seq for wish in journal.requests.pending()]:
                if time.monotonic() > end:
                    return None
                if time.monotonic() >= again:
                    self._see_to_it()
                    again = time.monotonic() + _AGAIN_SECONDS
                else:
                    time.sleep(0.01)
            after = journal.rows.history(id_)
        if len(after) == len(before):
            raise NotThereError(f"{before[-1].file} was moved, edited or deleted meanwhile")
        return escape_for_terminal(after[0], after[-1])

    def _see_to_it(self) -> None:
        """Carries out all wishes, or wakes the watcher that is to do it."""
        settings = self._settings
        with self._one_at_a_time:
            if self._judge is None:
                limits = settings.limits
                self._judge = Judge(
                    self._recogniser(), settings.decision.min_confidence, limits.max_bytes
                )
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
                with suppress(OSError):  # The watcher hears of a change in its inbox.
                    os.utime(settings.paths.inbox / CLAIMS_FOLDER)

    def _made(self, place: str, sha256: str) -> Thumbnails | None:
        del sha256  # Other bytes make other pictures.
        limits = limits_of(self._settings)
        try:
            data = read(self._settings.paths.outbox / place, limits.max_bytes).data
        except OSError as error:
            raise NotThereError(f"{place} cannot be read ({error.strerror})") from None
        return None if data is None else thumbnails(data, limits)

    def _journal(self) -> Journal:
        return Journal(self._settings.paths.state / JOURNAL_FILE)
