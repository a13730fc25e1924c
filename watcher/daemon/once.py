"""One pass: `once` files what is there, and ends."""

from collections.abc import Callable
from dataclasses import dataclass, field

from watcher.daemon.context import SHORTEST_WAIT_SECONDS, Work
from watcher.exit_status import ExitStatus
from watcher.filing.session import session
from watcher.types import JUDGED, Row, Status

_SURVEY_SECONDS = 0.5
"""The outbox is surveyed this long between two looks at the inbox, and at whether to stop."""


@dataclass(slots=True)
class Tally:
    """How many drawings came to what."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.counts[row.status] = self.counts.get(row.status, 0) + 1

    @property
    def total(self) -> int:
        """Of the drawings filed, whatever came of them; a correction is none."""
        return sum(count for status, count in self.counts.items() if status != Status.CORRECTED)

    def __str__(self) -> str:
        parts = [f"{self.counts.get(s, 0)} {s}" for s in JUDGED]
        corrected = self.counts.get(Status.CORRECTED, 0)
        more = f"; {corrected} corrected" if corrected else ""
        return f"{self.total} drawing{'s' * (self.total != 1)}: {', '.join(parts)}{more}"


def once(work: Work, show: Callable[[int, int], None]) -> tuple[ExitStatus, Tally]:
    """Files what is in the inbox and notices what was moved in the outbox, waiting only for what is
    incomplete, or unknown there, to be quiet.

    `show` hears how many of about how many are done. Raises AnotherWatcherError, NewerJournalError and
    TRANSIENT_ERRORS.
    """
    tally = Tally()
    total = 0

    def filed(row: Row) -> None:
        tally.add(row)
        show(tally.total, max(total, tally.total))
        work.filed(row)

    work.reporter.move_to(work.settings.paths.state)
    inbox = work.inbox()
    with session(
        work.settings,
        work.judge(),
        work.notices(filed, inbox),
        clock=work.clock,
        should_stop=work.should_stop,
    ) as filer:
        total = tally.total + inbox.count()
        survey = work.survey(filer)
        while not work.should_stop():
            if work.file_ready(filer, inbox, lambda: True):
                continue
            survey.step(_SURVEY_SECONDS)
            dues = [inbox.settling.next_due(), survey.next_due() if survey.waits() else None]
            waits = [due for due in dues if due is not None]
            if not waits:
                break
            if min(waits) > 0:
                work.wakeup.wait(max(min(waits), SHORTEST_WAIT_SECONDS))
        work.warn_of_faults(inbox, set())
        work.reporter.rest(filer.journal.messages)
    if work.should_stop() or inbox.faults:
        return ExitStatus.FAILED, tally
    return ExitStatus.DONE, tally
