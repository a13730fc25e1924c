"""What the loops work with, for as long as the settings are the same."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from itertools import takewhile

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.console.text import colour_of, escape_for_terminal, outcome
from watcher.corrections.inspection import OutboxInspector
from watcher.corrections.outbox_scan import Survey
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup
from watcher.filing.judge import Judge
from watcher.filing.reading import RecogniserProtocol
from watcher.filing.recording import Notices
from watcher.filing.transaction import Filer
from watcher.inbox.batches import batches
from watcher.inbox.scan import Inbox, IsComplete
from watcher.types import Row

SHORTEST_WAIT_SECONDS = 0.005
"""Between two looks that no event asks for, also where something is due at once."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the loops work with; `recogniser` gives the model of the moment or raises ModelError."""

    settings: Settings
    recogniser: Callable[[], RecogniserProtocol]
    is_complete: IsComplete
    reporter: Reporter
    wakeup: Wakeup
    clock: Clock = field(default_factory=Clock)

    def should_stop(self) -> bool:
        return self.wakeup.stop_requested

    def judge(self) -> Judge:
        settings = self.settings
        return Judge(
            self.recogniser(),
            settings.decision.min_confidence,
            settings.limits.max_bytes,
            self.clock.now,
        )

    def survey(self, filer: Filer) -> Survey:
        outbox = self.settings.paths.outbox
        inspector = OutboxInspector(
            outbox,
            filer.journal,
            lambda: filer.judge.recogniser,
            self.settings.limits.max_bytes,
            self.clock.now,
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
        watch = self.settings.watch
        return Inbox(
            self.settings.paths.inbox,
            self.is_complete,
            settle_seconds=watch.settle_seconds,
            walk=watch.subfolders == "walk",
            clock=self.clock,
        )

    def file_ready(self, filer: Filer, inbox: Inbox, while_: Callable[[], bool]) -> int:
        """Files what is ready, a batch at a time for as long as it is so; returns how many."""
        ready = batches(inbox.ready(), self.settings.watch.batch_size)
        return sum(len(rows) for rows in filer.file(takewhile(lambda _: while_(), ready)))

    def filed(self, row: Row) -> None:
        """Says what came of a drawing."""
        self.reporter.say(outcome(row.file, row), colour_of(row.status))

    def notices(self, filed: Callable[[Row], None], inbox: Inbox) -> Notices:
        return Notices(
            filed, lambda line: self.reporter.warn(escape_for_terminal(line)), inbox.leave
        )

    def warn_of_faults(self, inbox: Inbox, told: Set[str]) -> None:
        """Names the files of the last pass that cannot be filed, but those that were `told` of."""
        for name in sorted(inbox.faults.keys() - told):
            self.reporter.warn(
                escape_for_terminal(
                    f"{name} {inbox.faults[name]}; nothing is lost, it stays in the inbox until it "
                    "can be filed"
                )
            )
