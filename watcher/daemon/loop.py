"""The loop that files for as long as it runs, with the settings and the model of the moment.

Level-triggered: wait for a wake-up or a timeout, scan, file all that is ready. A trouble pauses it.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Protocol

from watcher.config.settings import Settings
from watcher.console.text import escape_for_terminal
from watcher.daemon.context import SHORTEST_WAIT_SECONDS, Work
from watcher.daemon.heartbeat import BEAT_SECONDS, Heartbeat
from watcher.daemon.verbose import Details
from watcher.exit_status import ExitStatus
from watcher.filing.errors import TRANSIENT_ERRORS, describe
from watcher.filing.judge import Judge
from watcher.filing.recording import Notices
from watcher.filing.refile import carry_out
from watcher.filing.session import session
from watcher.filing.transaction import Filer
from watcher.fs.lock import AnotherWatcherError
from watcher.inbox.claims import ClaimFolder
from watcher.inbox.events import Events
from watcher.inbox.scan import Inbox
from watcher.journal.database import NewerJournalError

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 15.0
"""A user who closed the spreadsheet should not wait longer than this for the next drawing."""

_LOOK_SECONDS = 1.0
"""While it pauses the watcher looks at its settings this often."""


class Source(Protocol):
    """Where the settings come from; see `config_reload`."""

    def settings(self) -> Settings: ...

    def next_due(self) -> float: ...

    def begun(self) -> None: ...

    def go_back(self, why: str) -> bool: ...


def watch(source: Source, work_with: Callable[[Settings], Work]) -> ExitStatus:
    """Watches until told to stop, always with the settings that `source` then has.

    Raises AnotherWatcherError and NewerJournalError where there are no settings to go back to.
    """
    greets = True
    work = work_with(source.settings())
    with closing(Heartbeat(work.settings.paths.state, work.clock.now)) as heartbeat:
        while True:
            heartbeat.move_to(work.settings.paths.state)
            try:
                greets = _watch_with(work, source, heartbeat, greets)
            except (AnotherWatcherError, NewerJournalError) as error:
                if not source.go_back(str(error)):
                    raise
            if work.should_stop():
                return ExitStatus.DONE
            work = work_with(source.settings())


def _watch_with(work: Work, source: Source, heartbeat: Heartbeat, greets: bool) -> bool:
    """Watches until told to stop or the settings are to be others; whether a greeting is due still."""
    settings, reporter = work.settings, work.reporter
    if greets:
        reporter.move_to(settings.paths.state)
    walk = settings.watch.subfolders == "walk"
    events = Events(settings.paths.inbox, walk, work.wakeup.notify, work.clock)
    inbox = work.inbox()
    notices = work.notices(work.filed, inbox)
    is_in_trouble = False
    pause = _FIRST_PAUSE_SECONDS

    def should_stop() -> bool:
        heartbeat.goes_on()  # This is asked between any two steps of long work.
        return work.should_stop()

    try:
        while not should_stop() and source.settings() is settings:
            try:
                judge = work.judge()
                if greets:
                    reporter.say(_greeting(work, judge))
                    greets = False
                with session(
                    settings,
                    judge,
                    notices,
                    clock=work.clock,
                    should_stop=should_stop,
                ) as filer:
                    reporter.move_to(settings.paths.state)
                    source.begun()
                    for _ in _rounds(
                        work, filer, inbox, events=events, heartbeat=heartbeat, source=source
                    ):
                        if is_in_trouble:
                            reporter.went_on()
                            reporter.say("going on again")
                        is_in_trouble, pause = False, _FIRST_PAUSE_SECONDS
            except TRANSIENT_ERRORS as error:
                if work.should_stop():
                    break
                why = describe(error, settings)
                if source.go_back(why):
                    break
                is_in_trouble = True
                reporter.error(
                    escape_for_terminal(
                        f"{why}; nothing is lost, the watcher tries again by itself"
                    )
                )
                reporter.rest()
                heartbeat.beat(why)
                _pause(work, source, pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        if is_in_trouble:
            reporter.went_on()
            if source.settings().paths != settings.paths:
                _put_back(work, notices)
    finally:
        events.close()
    return greets


def _pause(work: Work, source: Source, seconds: float) -> None:
    """Waits, but not for what other settings may mend."""
    end = work.clock.monotonic() + seconds
    while not work.should_stop() and source.settings() is work.settings:
        left = end - work.clock.monotonic()
        if left <= 0:
            break
        work.wakeup.sleep(min(left, _LOOK_SECONDS))


def _put_back(work: Work, notices: Notices) -> None:
    """A trouble left claims, and these folders are not watched any more: as at a stop, the drawings go
    where their user looks for them."""
    inbox = work.settings.paths.inbox
    try:
        with session(
            work.settings, work.judge(), notices, clock=work.clock, should_stop=lambda: True
        ):
            pass
    except (*TRANSIENT_ERRORS, AnotherWatcherError, NewerJournalError) as error:
        if any(ClaimFolder(inbox).leftovers()):
            work.reporter.warn(
                escape_for_terminal(
                    f"drawings that were being filed stay in {ClaimFolder(inbox).folder} "
                    f"({error}): to have them filed, watch {inbox} again"
                )
            )


def _rounds(
    work: Work,
    filer: Filer,
    inbox: Inbox,
    *,
    events: Events,
    heartbeat: Heartbeat,
    source: Source,
) -> Iterator[None]:
    """Scans and files for as long as the settings are the same; yields after each scan."""
    reporter = work.reporter
    survey = work.survey(filer)
    told: set[str] = set()
    details = Details(reporter)
    rescan = min(work.settings.watch.rescan_seconds, BEAT_SECONDS)

    def goes_on() -> bool:
        return not work.should_stop() and source.settings() is work.settings

    while goes_on():
        details.hears(events.keep_alive())
        filer.judge.recogniser = work.recogniser()
        details.reads_with(filer.judge.recogniser)
        if not filer.journal.database.is_in_place():
            raise FileNotFoundError(2, "it was moved or deleted", str(filer.journal.path))
        began = work.clock.monotonic()
        carry_out(filer)
        rows = work.file_ready(filer, inbox, goes_on)
        ended = work.clock.monotonic()
        details.looked_into(inbox, rows, ended - began)
        heartbeat.beat(model=filer.judge.recogniser.name, faults=inbox.faults)
        work.warn_of_faults(inbox, told)
        told = set(inbox.faults)
        yield
        if not rows:  # Whoever saves drawings comes before who moves them.
            survey.step()
            details.surveys(survey.pause_seconds)
            reporter.rest(filer.journal.messages)
            due = inbox.settling.next_due()
            wait = min(rescan, survey.next_due(), source.next_due(), rescan if due is None else due)
            work.wakeup.wait(max(wait, SHORTEST_WAIT_SECONDS))
    reporter.rest(filer.journal.messages)


def _greeting(work: Work, judge: Judge) -> str:
    paths = work.settings.paths
    return escape_for_terminal(
        f"watching {paths.inbox}; drawings go to {paths.outbox} (0 to 9, unsure, rejected), "
        f"rows to log.csv there (model {judge.recogniser.name}); Ctrl-C ends it"
    )
