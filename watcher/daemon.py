"""The loops: `watch` files for as long as it runs, `once` files what is there and ends.

Level-triggered: wait for a wake-up or a timeout, scan, file all that is ready. A trouble pauses it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from watcher.clock import Clock
from watcher.config import Settings
from watcher.drawings import Row
from watcher.exit_status import ExitStatus
from watcher.filing import Filer, Notices
from watcher.heartbeat import BEAT_SECONDS, Heartbeat
from watcher.inbox import Inbox, IsComplete, batches
from watcher.judging import Judge, Recognising
from watcher.messages import outcome, shown
from watcher.noticing import Noticing
from watcher.refiling import carry_out
from watcher.session import session
from watcher.survey import Survey
from watcher.trouble import TROUBLES, described
from watcher.wakeup import Events, Wakeup

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 15.0
"""A user who closed the spreadsheet should not wait longer than this for the next drawing."""

_SHORTEST_WAIT_SECONDS = 0.005
"""A drawing saved just after another waits so long at most, not for its event; see below."""

_LINGER_SECONDS = 0.6
"""watchdog holds events back for 0.5 s behind a file that moves out of the folder, as our own claims
do. For so long after a filing the watcher looks by itself: the next drawing does not wait for that."""

_LINGER_SHARE = 10
"""Looking then takes at most one part in so many of the time, however full the inbox is."""


_SURVEY_SECONDS = 0.5
"""`once` surveys the outbox this long between two looks at the inbox, and at whether to stop."""


class Speaking(Protocol):
    """Where lines for the user go."""

    def say(self, line: str) -> None: ...

    def warn(self, line: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Work:
    """What the loops work with; `recogniser` gives the model of the moment or raises ModelError."""

    settings: Settings
    recogniser: Callable[[], Recognising]
    is_complete: IsComplete
    terminal: Speaking
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
        noticing = Noticing(
            outbox,
            filer.journal,
            lambda: filer.judge.recogniser,
            self.settings.limits.max_bytes,
            self.clock.now,
        )
        return Survey(
            outbox, filer.journal, noticing, filer.log, watch=self.settings.watch, clock=self.clock
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


@dataclass(slots=True)
class Tally:
    """How many drawings came to what."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.counts[row.status] = self.counts.get(row.status, 0) + 1

    @property
    def total(self) -> int:
        """Of the drawings filed, whatever came of them; a correction is none."""
        return sum(count for status, count in self.counts.items() if status != "corrected")

    def __str__(self) -> str:
        parts = [f"{self.counts.get(s, 0)} {s}" for s in ("filed", "unsure", "rejected")]
        corrected = self.counts.get("corrected", 0)
        more = f"; {corrected} corrected" if corrected else ""
        return f"{self.total} drawing{'s' * (self.total != 1)}: {', '.join(parts)}{more}"


def watch(work: Work) -> ExitStatus:
    """Watches until told to stop. Raises AnotherWatcherError and NewerJournalError."""
    paths, watching = work.settings.paths, work.settings.watch
    heartbeat = Heartbeat(paths.state, work.clock.now)
    events = Events(paths.inbox, watching.subfolders == "walk", work.wakeup)
    notices = Notices(
        lambda row: work.terminal.say(outcome(row.file, row)), _escaped(work.terminal.warn)
    )
    said = ""
    has_begun = False
    pause = _FIRST_PAUSE_SECONDS

    def should_stop() -> bool:
        heartbeat.goes_on()  # This is asked between any two steps of long work.
        return work.should_stop()

    try:
        while not should_stop():
            try:
                judge = work.judge()
                if not has_begun:
                    work.terminal.say(_greeting(work, judge))
                    has_begun = True
                with session(
                    work.settings,
                    judge,
                    notices,
                    clock=work.clock,
                    should_stop=should_stop,
                ) as filer:
                    for _ in _rounds(work, filer, events, heartbeat):
                        if said:
                            work.terminal.say("going on again")
                        said, pause = "", _FIRST_PAUSE_SECONDS
            except TROUBLES as error:
                if work.should_stop():
                    break
                why = described(error, work.settings)
                if why != said:
                    work.terminal.warn(
                        shown(f"{why}; nothing is lost, the watcher tries again by itself")
                    )
                said = why
                heartbeat.beat(why)
                work.wakeup.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
    finally:
        events.close()
        heartbeat.close()
    return ExitStatus.DONE


def once(work: Work, show: Callable[[int, int], None]) -> tuple[ExitStatus, Tally]:
    """Files what is in the inbox and notices what was moved in the outbox, waiting only for what is
    incomplete, or unknown there, to be quiet.

    `show` hears how many of about how many are done. Raises as `watch`, and TROUBLES.
    """
    tally = Tally()
    total = 0

    def filed(row: Row) -> None:
        tally.add(row)
        show(tally.total, max(total, tally.total))
        work.terminal.say(outcome(row.file, row))

    notices = Notices(filed, _escaped(work.terminal.warn))
    inbox = work.inbox()
    with session(
        work.settings,
        work.judge(),
        notices,
        clock=work.clock,
        should_stop=work.should_stop,
    ) as filer:
        total = tally.total + inbox.count()
        survey = work.survey(filer)
        while not work.should_stop():
            if _one_pass(work, filer, inbox):
                continue
            survey.step(_SURVEY_SECONDS)
            dues = [inbox.stillness.next_due(), survey.next_due() if survey.waits() else None]
            waits = [due for due in dues if due is not None]
            if not waits:
                break
            if min(waits) > 0:
                work.wakeup.wait(max(min(waits), _SHORTEST_WAIT_SECONDS))
    for name, why in inbox.unreadable.items():
        work.terminal.warn(_unreadable(name, why))
    if work.should_stop() or inbox.unreadable:
        return ExitStatus.FAILED, tally
    return ExitStatus.DONE, tally


def _rounds(work: Work, filer: Filer, events: Events, heartbeat: Heartbeat) -> Iterator[None]:
    """Scans and files; yields after each scan."""
    inbox = work.inbox()
    survey = work.survey(filer)
    told: set[str] = set()
    rescan = min(work.settings.watch.rescan_seconds, BEAT_SECONDS)
    linger_until = work.clock.monotonic()
    while not work.should_stop():
        events.keep_alive()
        filer.judge.recogniser = work.recogniser()
        if not filer.journal.is_in_place():
            raise FileNotFoundError(2, "it was moved or deleted", str(filer.journal.path))
        began = work.clock.monotonic()
        carry_out(filer)
        rows = _one_pass(work, filer, inbox)
        ended = work.clock.monotonic()
        if rows:
            linger_until = ended + _LINGER_SECONDS
        heartbeat.beat(model=filer.judge.recogniser.name)
        for name in inbox.unreadable.keys() - told:
            work.terminal.warn(_unreadable(name, inbox.unreadable[name]))
        told = set(inbox.unreadable)
        yield
        if not rows:  # Whoever saves drawings comes before who moves them.
            survey.step()
            due = inbox.stillness.next_due()
            wait = min(rescan, survey.next_due(), rescan if due is None else due)
            if ended < linger_until:
                wait = min(wait, _LINGER_SHARE * (ended - began))
            work.wakeup.wait(max(wait, _SHORTEST_WAIT_SECONDS))


def _one_pass(work: Work, filer: Filer, inbox: Inbox) -> int:
    ready = batches(inbox.ready(), work.settings.watch.batch_size)
    return sum(len(rows) for rows in filer.file(ready))


def _greeting(work: Work, judge: Judge) -> str:
    paths = work.settings.paths
    return shown(
        f"watching {paths.inbox}; drawings go to {paths.outbox} (0 to 9, unsure, rejected), "
        f"rows to log.csv there (model {judge.recogniser.name}); Ctrl-C ends it"
    )


def _unreadable(name: str, why: str) -> str:
    return f"{shown(name)} cannot be read ({why}): it stays in the inbox until it can be"


def _escaped(warn: Callable[[str], None]) -> Callable[[str], None]:
    return lambda line: warn(shown(line))
