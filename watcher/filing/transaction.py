"""The filing transaction: claim, judge, intend, publish, check again, log; in batches.

Every step is in the journal before the next begins, so that a restart (`recovery`) can tell what
happened: nothing is lost; one file, one row; what was filed is what was judged.

On the disk, in this order, whatever the power does: the file's bytes and its claim (both are synced while
it is judged); the intent; the name in the outbox; the row, which is told of now; then, in any order,
the log and the end of the claim. Threads: this one does all that is Python's; the network and large
pictures have theirs (`recogniser`), and so have syncs (`fsync`); a trouble on one of those is raised
here, where its result is waited for, and before the next step.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from watcher.clock import Clock, utc
from watcher.filing.judge import Judge, Judging
from watcher.filing.outbox import Outbox
from watcher.fs import files, fsync, no_replace
from watcher.inbox.claims import ClaimFolder, RefusedError
from watcher.inbox.faults import HELD, describe_unreadable
from watcher.journal.journal import Journal
from watcher.log.rows import outbox_entry_of, row_of
from watcher.log.writer import Log
from watcher.types import Claim, Filing, Ready, Row, Verdict, new_id

_JUDGEMENTS = 3
"""A file that changed under our hands this often goes back to the inbox until it is quiet."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Whom to tell: `filed` of each row once it is logged, `warn` of what a user should know, `left` of
    where in the inbox a file stays that was ready, and why in the words of `retries`."""

    filed: Callable[[Row], None]
    warn: Callable[[str], None]
    left: Callable[[Path, str], None] = lambda _path, _fault: None


@dataclass(frozen=True, slots=True)
class _Begun:
    """A batch that was claimed, `taken` of its `claims` indeed, and is being judged."""

    batch: str
    claims: Sequence[Claim]
    taken: Sequence[Claim]
    lasting: Sequence[Future[None]]
    judging: Judging


class Filer:
    """Files batches of one inbox into one outbox. Raises OSError and sqlite3.Error where a step
    fails: whatever it was doing is then finished by a new `recovery`."""

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
    ) -> None:
        self.inbox = inbox
        self.outbox = Outbox(outbox, journal, link, should_stop)
        self.journal = journal
        self.judge = judge
        self.notices = notices
        self.claims = ClaimFolder(inbox, link)
        self.now = clock.now
        self._log = Log(outbox, journal, clock.now, link)
        self._should_stop = should_stop

    def file(self, batches: Iterable[Sequence[Ready]]) -> Iterator[list[Row]]:
        """Files batches of ready files, no two of like name in one; yields the rows logged of each.

        While a batch is published the network reads the next one, and the decoders its large
        drawings; all else is done on this thread: two that share Python's lock took longer than one
        (28 x 28: 1.1 ms a drawing with a thread that judged, 0.85 without; 2 cores). Ends early when
        told to stop, with nothing half done.
        """
        begun: _Begun | None = None
        for batch in batches:
            if self._should_stop():
                break
            before, begun = begun, self._begin(batch)
            if before is not None:
                yield self._end(before)
        if begun is not None:
            yield self._end(begun)

    def finish(self, claims: Sequence[Claim]) -> list[Row]:
        """Takes claims from wherever they stand to their rows."""
        folders = {claim.path.parent for claim in claims} | {self.claims.folder, self.inbox}
        lasting = fsync.sync_folders_async(folders)
        return self._finish(claims, self.judge.begin(claims, self._should_stop), lasting)

    def _begin(self, files: Sequence[Ready]) -> _Begun:
        """Claims a batch and lets it be judged."""
        batch = new_id(self.now())
        claims = [
            Claim(
                f"{batch}-{number:03}",
                file.name,
                self.claims.path_for(batch, file.path.name),
                file.at,
                file.rested,
            )
            for number, file in enumerate(files)
        ]
        # A claim that only the disk knows is adopted under its name; which folder it came from, no
        # disk tells.
        self.journal.claim(claims, is_synced=any("/" in claim.name for claim in claims))
        self.claims.make(batch)
        taken = [
            claim for claim, file in zip(claims, files, strict=True) if self._is_taken(file, claim)
        ]
        lasting = self.claims.fsync_async(batch)
        judging = self.judge.begin(taken, self._should_stop)
        return _Begun(batch, claims, taken, lasting, judging)

    def _is_taken(self, file: Ready, claim: Claim) -> bool:
        try:
            return self.claims.take(file.path, claim.path)
        except RefusedError as refused:
            self.notices.left(file.path, str(refused))
            return False

    def _end(self, begun: _Begun) -> list[Row]:
        """Publishes and logs a batch."""
        rows = self._finish(begun.taken, begun.judging, begun.lasting)
        gone = {claim.id for claim in begun.claims} - {claim.id for claim in begun.taken}
        if gone:
            self.journal.forget(gone)
        self.claims.tidy(begun.batch)
        return rows

    def _finish(
        self, claims: Sequence[Claim], judging: Judging, lasting: Sequence[Future[None]]
    ) -> list[Row]:
        rows: list[Row] = []
        for _ in range(_JUDGEMENTS):
            judged = self._judged(claims, judging)
            # Of an intent whose claim is gone it is said that it was published: the claim lasts first.
            fsync.wait_for_all(lasting)
            published, changed = self.outbox.publish(self.outbox.intend(judged))
            published, changed_after = self.outbox.check_again(published)
            rows += self.record(published)
            claims = changed + changed_after
            if not claims:
                break
            judging = self.judge.begin(claims, self._should_stop)
        for home in self.give_back(claims).values():
            self.notices.left(home, HELD)
        self.outbox.reclaims.tidy()
        return rows

    def record(self, filings: Sequence[Filing]) -> list[Row]:
        """Journals and logs what was published, tells of it, and clears the claims away."""
        now = self.now()
        time = utc(now)
        rows = [row_of(filing, now, time) for filing in filings]
        if rows:
            fulfilled = [filing.verdict.request for filing in filings]
            self.journal.record(rows, [outbox_entry_of(filing) for filing in filings], fulfilled)
        self.log(rows)
        if filings:
            self.outbox.clear(filings)
        return rows

    def log(self, rows: Sequence[Row]) -> None:
        """Logs rows that the journal has, and tells of them: they last there, and the log is written
        from there again if it does not last."""
        self._write_log()
        for row in rows:
            self.notices.filed(row)
        self._log.confirm()

    def catch_up_log(self) -> None:
        """Writes rows that the log does not hold yet."""
        self.log(())

    def _write_log(self) -> None:
        aside = self._log.write()
        if aside is not None:
            self.notices.warn(
                f"{self._log.path} was changed by another program: it is kept as "
                f"{aside.kept.name}, and a new {self._log.path.name} was written from the journal"
            )

    def _judged(self, claims: Sequence[Claim], judging: Judging) -> list[tuple[Claim, Verdict]]:
        judged: list[tuple[Claim, Verdict]] = []
        unjudged = {claim.id: claim for claim in claims}
        faults: dict[str, str] = {}
        for claim, verdict in judging.result():
            if isinstance(verdict, Verdict):
                judged.append((claim, verdict))
                del unjudged[claim.id]
            elif verdict.errno in files.MACHINE_IS_SHORT:
                raise verdict
            elif not isinstance(verdict, FileNotFoundError):
                faults[claim.id] = describe_unreadable(verdict)
        homes = self.give_back(unjudged.values())
        for id_, fault in faults.items():
            self.notices.left(homes[id_], fault)
        return judged

    def give_back(self, claims: Iterable[Claim]) -> dict[str, Path]:
        """Puts claims back into the inbox under their names; returns where, by id."""
        claims = list(claims)
        if not claims:
            return {}
        # Voids their intents first: a claim that is gone with an intent would pass for published.
        self.journal.claim(claims)
        homes = {claim.id: self.claims.put_back(claim.path, self.home(claim)) for claim in claims}
        self.journal.forget(homes)
        return homes

    def home(self, claim: Claim) -> Path:
        """Its name in the inbox, where its folder is still there."""
        home = self.inbox.joinpath(*PurePosixPath(claim.name).parts)
        return home if home.parent.is_dir() else self.inbox / home.name
