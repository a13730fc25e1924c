"""What `watch` and `once` work with while the settings stay the same."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from itertools import takewhile

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.console.text import colour_of, format_outcome
from watcher.corrections.inspection import OutboxInspector
from watcher.corrections.outbox_scan import Survey
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup
from watcher.filing.judge import Judge, judge_for
from watcher.filing.reading import RecogniserProtocol
from watcher.filing.recording import Notices
from watcher.filing.transaction import Filer
from watcher.inbox.batches import batches
from watcher.inbox.scan import Inbox, IsComplete, inbox_of
from watcher.types import Row

# The shortest wait before a scan that no event asks for, even if something is already due: there are at most
# 200 such scans a second.
MIN_WAIT_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Context:
    """The settings and what they lead to; `recogniser` returns the current model or raises ModelError."""

    settings: Settings
    recogniser: Callable[[], RecogniserProtocol]
    is_complete: IsComplete
    reporter: Reporter
    wakeup: Wakeup
    clock: Clock = field(default_factory=Clock)

    def should_stop(self) -> bool:
        """Return whether the watcher was asked to end."""
        return self.wakeup.stop_requested

    def judge(self) -> Judge:
        """Return a judge with the current model; raise ModelError without one."""
        return judge_for(self.settings, self.recogniser(), self.clock.now)

    def survey(self, filer: Filer) -> Survey:
        """Return the survey of the outbox, which finds corrections, for a session's `filer`."""
        outbox = self.settings.paths.outbox
        inspector = OutboxInspector(
            outbox,
            filer.journal,
            recognise=filer.judge.recognise_in_time,
            file_again=filer.file_again,
            max_bytes=self.settings.limits.max_bytes,
            warn=filer.notices.warn,
            now=self.clock.now,
        )
        return Survey(
            outbox,
            filer.journal,
            inspector,
            filer.recorder.log,
            watch=self.settings.watch,
            clock=self.clock,
        )

    def inbox(self) -> Inbox:
        """Return the inbox to scan."""
        return inbox_of(self.settings, self.is_complete, self.clock)

    def file_ready(self, filer: Filer, inbox: Inbox, while_: Callable[[], bool]) -> int:
        """Scan the inbox and file what is ready, in batches while `while_` holds; return how many."""
        ready = batches(inbox.ready(), self.settings.watch.batch_size)
        return sum(len(rows) for rows in filer.file(takewhile(lambda _: while_(), ready)))

    def report_row(self, row: Row) -> None:
        """Report one drawing's outcome."""
        self.reporter.info(format_outcome(row.file, row), colour_of(row.status))

    def notices(self, on_row: Callable[[Row], None], inbox: Inbox) -> Notices:
        """Return what a session calls for each row, for warnings and for files it cannot file."""
        return Notices(on_row, self.reporter.warning, inbox.leave)

    def warn_of_faults(self, inbox: Inbox, known: Set[str]) -> None:
        """Warn of each file that the last scan could not file, except those in `known`."""
        for name in sorted(inbox.faults.keys() - known):
            self.reporter.warning(
                f"{name} {inbox.faults[name]}; nothing is lost, it stays in the inbox until it "
                "can be filed"
            )
