"""The filing transaction: claim, judge, intend, publish, check again, log; see the package's docstring.

Threads: the caller's thread does all that needs Python's lock. The network and the decoding of large
pictures (`recogniser`) and syncs (`fsync`) have threads of their own. An error there is raised here, where
the result is awaited, before the next step.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from watcher.clock import Clock
from watcher.filing.give_back import InboxReturn
from watcher.filing.judge import Judge, Judging
from watcher.filing.outbox import Outbox
from watcher.filing.publishing import Publisher
from watcher.filing.recording import Notices, Recorder
from watcher.fs import fsync, no_replace
from watcher.inbox.claims import ClaimFolder, RefusedError
from watcher.inbox.faults import HELD, concerns_all, describe_unreadable
from watcher.journal.journal import Journal
from watcher.log.dialect import STANDARD, Dialect
from watcher.log.writer import Log
from watcher.types import Claim, Ready, Row, Verdict, new_id

# A file that changed after this many judgements goes back to the inbox until it settles.
_MAX_JUDGEMENTS = 3


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch that is being judged: its claims, those that were `taken`, and the syncs of their folders."""

    name: str
    claims: Sequence[Claim]
    taken: Sequence[Claim]
    syncs: Sequence[Future[None]]
    judging: Judging


class Filer:
    """Files batches of one inbox into one outbox.

    Raises OSError and sqlite3.Error where a step fails: a new session's `recovery` finishes it.
    """

    def __init__(
        self,
        inbox: Path,
        outbox: Path,
        journal: Journal,
        judge: Judge,
        notices: Notices,
        *,
        clock: Clock,
        should_stop: Callable[[], bool] = lambda: False,
        link: no_replace.Link = no_replace.hard_link,
        dialect: Dialect = STANDARD,
    ) -> None:
        self.inbox = inbox
        self.claims = ClaimFolder(inbox, link)
        self.outbox = Outbox(outbox, journal, link)
        self.publisher = Publisher(self.outbox, journal, link, should_stop)
        self.journal = journal
        self.judge = judge
        self.notices = notices
        self.now = clock.now
        self.returns = InboxReturn(
            inbox, self.claims, journal, warn=notices.warn, monotonic=clock.monotonic
        )
        log = Log(outbox, journal, clock.now, link, dialect)
        self.recorder = Recorder(self.outbox, journal, log, notices, clock.now)
        self._should_stop = should_stop

    def file(self, batches: Iterable[Sequence[Ready]]) -> Iterator[list[Row]]:
        """File batches of ready files, no two names in one alike; yield each batch's logged rows.

        While a batch is published the network reads the next one, and the decoders its large
        drawings. All else is done on this thread: two that share Python's lock took longer than one
        (28 x 28: 1.1 ms a drawing with a thread that judged, 0.85 without; 2 cores). Ends early when
        told to stop, with nothing half done.
        """
        self.returns.retry()
        current: _Batch | None = None
        for files_ in batches:
            if self._should_stop():
                break
            before, current = current, self._begin(files_)
            if before is not None:
                yield self._end(before)
        if current is not None:
            yield self._end(current)

    def finish(self, claims: Sequence[Claim], fault: str = "") -> list[Row]:
        """Take claims from wherever they are to their rows; with a `fault` they are rejected, not judged."""
        folders = {claim.path.parent for claim in claims} | {self.claims.folder, self.inbox}
        syncs = fsync.sync_folders_async(folders)
        if fault:
            return self._finish(claims, self.judge.reject(claims, fault), syncs)
        return self._finish(claims, self.judge.begin(claims, self._should_stop), syncs)

    def file_again(self, place: str, name: str) -> list[Row]:
        """File a drawing of the outbox as a new one, saved as `name`; return its row, if it has one."""
        now = self.now()
        id_ = f"{new_id(now)}-000"
        path = self.outbox.reclaims.path_for(id_, PurePosixPath(place).name)
        claim = Claim(id_, name, path, now)
        return self.finish([claim]) if self.outbox.claim(place, claim) else []

    def _begin(self, ready: Sequence[Ready]) -> _Batch:
        """Claim a batch and start to judge it."""
        batch = new_id(self.now())
        claims = [
            Claim(
                f"{batch}-{number:03}",
                file.name,
                self.claims.path_for(batch, file.path.name),
                file.at,
                file.rested,
            )
            for number, file in enumerate(ready)
        ]
        # A claim that only the disk knows is adopted under its name; nothing but the journal knows
        # from which folder it came.
        self.journal.claim(claims, is_synced=any("/" in claim.name for claim in claims))
        self.claims.make(batch)
        pairs = zip(claims, ready, strict=True)
        taken = [claim for claim, file in pairs if self._take(file, claim)]
        syncs = self.claims.fsync_async(batch)
        return _Batch(batch, claims, taken, syncs, self.judge.begin(taken, self._should_stop))

    def _take(self, file: Ready, claim: Claim) -> bool:
        try:
            return self.claims.take(file.path, claim.path)
        except RefusedError as refused:
            self.notices.left(file.path, str(refused))
            return False

    def _end(self, batch: _Batch) -> list[Row]:
        """Publish and log a batch."""
        rows = self._finish(batch.taken, batch.judging, batch.syncs)
        not_taken = {claim.id for claim in batch.claims} - {claim.id for claim in batch.taken}
        if not_taken:
            self.journal.forget(not_taken)
        self.claims.tidy(batch.name)
        return rows

    def _finish(
        self, claims: Sequence[Claim], judging: Judging, syncs: Sequence[Future[None]]
    ) -> list[Row]:
        rows: list[Row] = []
        for _ in range(_MAX_JUDGEMENTS):
            judged = self._wait_for_verdicts(claims, judging)
            # A claim that is missing with an intent counts as published: it has to be durable first.
            fsync.wait_for_all(syncs)
            published = self.publisher.publish(judged)
            same, changed = self.outbox.check_again(published.done)
            rows += self.recorder.record(same)
            self._leave(published.faults)
            claims = [*published.changed, *changed]
            if not claims:
                break
            judging = self.judge.begin(claims, self._should_stop)
        self._leave([(claim, HELD) for claim in claims])
        self.outbox.reclaims.tidy()
        return rows

    def _wait_for_verdicts(
        self, claims: Sequence[Claim], judging: Judging
    ) -> list[tuple[Claim, Verdict]]:
        """Wait for the verdicts; give back claims that cannot be read or were not judged."""
        judged: list[tuple[Claim, Verdict]] = []
        unjudged = {claim.id: claim for claim in claims}
        faults: list[tuple[Claim, str]] = []
        for claim, verdict in judging.result():
            if isinstance(verdict, Verdict):
                judged.append((claim, verdict))
            elif concerns_all(verdict, (claim.path.parent,)):
                raise verdict
            elif isinstance(verdict, FileNotFoundError):
                continue
            else:
                faults.append((claim, describe_unreadable(verdict)))
            del unjudged[claim.id]
        self._leave(faults)
        self.returns.give_back(unjudged.values())
        return judged

    def _leave(self, faults: Sequence[tuple[Claim, str]]) -> None:
        """Put claims back into the inbox that cannot be filed now, and notify of each."""
        homes = self.returns.give_back(claim for claim, _ in faults)
        for claim, fault in faults:
            if claim.id in homes:
                self.notices.left(homes[claim.id], fault)
