"""One pass: `once` files what is in the inbox, and ends."""

from collections.abc import Callable

from watcher.daemon.context import MIN_WAIT_SECONDS, Context
from watcher.daemon.tally import Tally
from watcher.exit_status import ExitStatus
from watcher.filing.session import session
from watcher.types import Row

# The outbox is surveyed for this long between two scans of the inbox; a stop waits for it.
_SURVEY_SECONDS = 0.5


def once(context: Context, show: Callable[[int, int], None]) -> tuple[ExitStatus, Tally]:
    """File what is in the inbox and log what was moved in the outbox.

    Waits only for files to settle: those that are incomplete, and those in the outbox that are unknown.
    `show` is called with the number of drawings done and about how many there are. Raises
    AnotherWatcherError, NewerJournalError and TRANSIENT_ERRORS.
    """
    tally = Tally()
    total = 0

    def on_row(row: Row) -> None:
        tally.add(row)
        show(tally.total, max(total, tally.total))
        context.report_row(row)

    context.reporter.move_to(context.settings.paths.state)
    inbox = context.inbox()
    with session(
        context.settings,
        context.judge(),
        context.notices(on_row, inbox),
        clock=context.clock,
        should_stop=context.should_stop,
    ) as filer:
        total = tally.total + inbox.count()
        survey = context.survey(filer)
        while not context.should_stop():
            if context.file_ready(filer, inbox, lambda: True):
                continue
            survey.step(_SURVEY_SECONDS)
            dues = [inbox.settling.next_due(), survey.next_due() if survey.waits() else None]
            waits = [due for due in dues if due is not None]
            if not waits:
                break
            if min(waits) > 0:
                context.wakeup.wait(max(min(waits), MIN_WAIT_SECONDS))
        context.warn_of_faults(inbox, set())
        context.reporter.flush(filer.journal.messages)
    if context.should_stop() or inbox.faults:
        return ExitStatus.FAILED, tally
    return ExitStatus.DONE, tally
