"""The watching loop: wait for a wake-up or a timeout, scan the inbox, file everything that is ready.

It is level-triggered: an event is a hint, the scan finds the files. A failure of a folder or the machine
pauses the loop, and a new session resumes it. Changed settings start a new session too.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Protocol

from watcher.config.settings import Settings
from watcher.daemon.claims_return import return_claims
from watcher.daemon.context import MIN_WAIT_SECONDS, Context
from watcher.daemon.heartbeat import BEAT_SECONDS, Heartbeat
from watcher.daemon.notifier import Notifier
from watcher.daemon.tally import Tally
from watcher.daemon.verbose import SessionDetails
from watcher.exit_status import ExitStatus
from watcher.filing.errors import TRANSIENT_ERRORS, describe
from watcher.filing.recording import Notices
from watcher.filing.refile import carry_out
from watcher.filing.session import session
from watcher.filing.transaction import Filer
from watcher.fs.lock import AnotherWatcherError
from watcher.inbox.events import Events
from watcher.inbox.scan import Inbox
from watcher.journal.database import NewerJournalError
from watcher.types import Row

# The first and the longest pause before a retry; each is twice the one before. A user who closed the
# spreadsheet waits no longer than the longest for the next drawing.
_FIRST_PAUSE_SECONDS = 1.0
_MAX_PAUSE_SECONDS = 15.0

# After this many sessions without a finished scan the heartbeat stops: a watcher that starts over and over
# must not look alive. A pause between such sessions keeps the processor from being busy all the time.
_MAX_FRUITLESS_SESSIONS = 5
_FRUITLESS_PAUSE_SECONDS = 1.0

# A pause checks the settings this often: other settings may resolve the failure.
_CHECK_SECONDS = 1.0


class SettingsSource(Protocol):
    """Where the settings come from; see `config_reload`."""

    def settings(self) -> Settings: ...

    def next_due(self) -> float: ...

    def commit(self) -> None: ...

    def revert(self, why: str) -> bool: ...


def watch(source: SettingsSource, context_for: Callable[[Settings], Context]) -> ExitStatus:
    """Watch with the settings that `source` has at the time, until asked to stop.

    Raises AnotherWatcherError and NewerJournalError if there are no settings to revert to.
    """
    context = context_for(source.settings())
    with closing(Heartbeat(context.settings.paths.state, context.clock.now)) as heartbeat:
        loop = _Loop(source, heartbeat, Notifier(context.reporter, context.clock))
        while True:
            heartbeat.move_to(context.settings.paths.state)
            try:
                loop.run(context)
            except (AnotherWatcherError, NewerJournalError) as error:
                if not source.revert(str(error)):
                    raise
            if context.should_stop():
                loop.notifier.send(is_last=True)
                context.reporter.info(f"stopped; since the start {loop.tally}")
                return ExitStatus.DONE
            loop.rest_if_fruitless(context)
            context = context_for(source.settings())


class _Loop:
    """Sessions one after the other; `greets` until the first one has begun."""

    def __init__(self, source: SettingsSource, heartbeat: Heartbeat, notifier: Notifier) -> None:
        self.tally = Tally()
        self._source = source
        self._heartbeat = heartbeat
        self.notifier = notifier
        self._greets = True
        # Sessions since a scan was finished or a failure reported.
        self._fruitless = 0

    def run(self, context: Context) -> None:
        """Watch until asked to stop or until other settings are to be tried."""
        self._fruitless += 1
        settings, reporter = context.settings, context.reporter
        if self._greets:
            reporter.move_to(settings.paths.state)
        walk = settings.watch.subfolders == "walk"
        inbox = context.inbox()
        self.notifier.configure(settings.notify)

        def on_row(row: Row) -> None:
            self.tally.add(row)
            self.notifier.add_row(row)
            context.report_row(row)

        notices = context.notices(on_row, inbox)
        has_failed = False
        pause = _FIRST_PAUSE_SECONDS
        with closing(
            Events(settings.paths.inbox, walk, context.wakeup.notify, context.clock)
        ) as events:
            while not context.should_stop() and self._is_current(context):
                try:
                    with self._session(context, notices) as filer:
                        for _ in self._scans(context, filer, inbox, events):
                            if has_failed:
                                reporter.clear_errors()
                                reporter.info("resumed")
                            has_failed, pause = False, _FIRST_PAUSE_SECONDS
                except TRANSIENT_ERRORS as error:
                    if context.should_stop():
                        break
                    why = describe(error, settings)
                    if self._source.revert(why):
                        break
                    if not has_failed:
                        self.notifier.add_error(why)
                    has_failed = True
                    self._report_failure(context, why)
                    self._pause(context, pause)
                    pause = min(2 * pause, _MAX_PAUSE_SECONDS)
            if has_failed:
                reporter.clear_errors()
                if self._source.settings().paths != settings.paths:
                    return_claims(context, notices)

    def rest_if_fruitless(self, context: Context) -> None:
        """Wait a second if no scan was finished with the settings just left."""
        if self._fruitless:
            context.wakeup.sleep(_FRUITLESS_PAUSE_SECONDS)

    @contextmanager
    def _session(self, context: Context, notices: Notices) -> Iterator[Filer]:
        """Begin a session with the current model, and put the settings into force."""

        def should_stop() -> bool:
            # Long work asks this between any two of its steps.
            self._touch()
            return context.should_stop()

        self._touch()
        judge = context.judge()
        if self._greets:
            context.reporter.info(_greeting(context))
            self._greets = False
        with session(
            context.settings, judge, notices, clock=context.clock, should_stop=should_stop
        ) as filer:
            context.reporter.move_to(context.settings.paths.state)
            self._source.commit()
            yield filer

    def _scans(
        self, context: Context, filer: Filer, inbox: Inbox, events: Events
    ) -> Iterator[None]:
        """Scan and file while the settings stay the same; yield after each scan."""
        reporter = context.reporter
        survey = context.survey(filer)
        details = SessionDetails(reporter)
        known_faults: set[str] = set()
        rescan = min(context.settings.watch.rescan_seconds, BEAT_SECONDS)

        def may_continue() -> bool:
            return not context.should_stop() and self._is_current(context)

        while may_continue():
            details.events(events.keep_alive())
            filer.judge.recogniser = context.recogniser()
            details.model(filer.judge.recogniser.name)
            if not filer.journal.database.is_in_place():
                raise FileNotFoundError(2, "it was moved or deleted", str(filer.journal.path))
            began = context.clock.monotonic()
            carry_out(filer)
            rows = context.file_ready(filer, inbox, may_continue)
            details.scanned(inbox, rows, context.clock.monotonic() - began)
            self._heartbeat.beat(model=filer.judge.recogniser.name, faults=inbox.faults)
            self._fruitless = 0
            context.warn_of_faults(inbox, known_faults)
            known_faults = set(inbox.faults)
            self.notifier.send()
            yield
            # New drawings come before corrections.
            if not rows:
                survey.step()
                details.surveyed(survey.pause_seconds)
                reporter.flush(filer.journal.messages)
                due = inbox.settling.next_due()
                wait = min(
                    rescan,
                    survey.next_due(),
                    self._source.next_due(),
                    rescan if due is None else due,
                )
                context.wakeup.wait(max(wait, MIN_WAIT_SECONDS))
        reporter.flush(filer.journal.messages)

    def _report_failure(self, context: Context, why: str) -> None:
        context.reporter.error(f"{why}; nothing is lost, the watcher tries again by itself")
        context.reporter.flush()
        self.notifier.send()
        self._heartbeat.beat(why)
        self._fruitless = 0

    def _touch(self) -> None:
        if self._fruitless <= _MAX_FRUITLESS_SESSIONS:
            self._heartbeat.touch()

    def _pause(self, context: Context, seconds: float) -> None:
        """Wait `seconds`, or until other settings are to be tried."""
        end = context.clock.monotonic() + seconds
        while not context.should_stop() and self._is_current(context):
            left = end - context.clock.monotonic()
            if left <= 0:
                break
            context.wakeup.sleep(min(left, _CHECK_SECONDS))

    def _is_current(self, context: Context) -> bool:
        return self._source.settings() is context.settings


def _greeting(context: Context) -> str:
    paths = context.settings.paths
    return f"watching {paths.inbox}, filing into {paths.outbox}; Ctrl-C ends it"
