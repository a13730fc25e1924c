"""The filing transaction: claim, judge, intend, publish, check again, log; in batches.

Every step is in the journal before the next begins, so that a restart (`resume`) can tell what
happened. DESIGN: nothing is lost; one file, one row; what was filed is what was judged.
"""

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from watcher import disk, publish
from watcher.claims import ClaimFolder, new_batch
from watcher.clock import Clock
from watcher.drawings import Claim, Filing, Ready, Row, Verdict
from watcher.journal import Journal
from watcher.judging import Judge
from watcher.log import Log, utc
from watcher.names import as_text, first_free, folded, portable
from watcher.publish import Placed

_JUDGEMENTS = 3
"""A file that changed under our hands this often goes back to the inbox until it is quiet."""

_NAME_REFUSED = frozenset([errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ])
"""The outbox's file system cannot bear the name: it gets its id for a name."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Whom to tell: `filed` of each row once it is logged, `warn` of what a user should know."""

    filed: Callable[[Row], None]
    warn: Callable[[str], None]


class Filer:
    """Files batches of one inbox into one outbox. Raises OSError and sqlite3.Error where a step
    fails: whatever it was doing is then finished by a new Filer's `resume`."""

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
        link: publish.Link = publish.link_name,
    ) -> None:
        self.inbox = inbox
        self.outbox = outbox
        self.journal = journal
        self.judge = judge
        self.notices = notices
        self.claims = ClaimFolder(inbox, link)
        self.reclaims = ClaimFolder(outbox, link)
        self.now = clock.now
        self._log = Log(outbox, journal, clock.now, link)
        self._should_stop = should_stop
        self._link = link

    def file(self, files: Sequence[Ready]) -> list[Row]:
        """Files one batch of ready files, no two of like name; returns the rows logged."""
        batch = new_batch(self.now())
        claims = [
            Claim(
                f"{batch}-{number:03}",
                file.name,
                self.claims.path_for(batch, file.path.name),
                file.at,
            )
            for number, file in enumerate(files)
        ]
        self.journal.claim(claims)
        self.claims.make(batch)
        taken = [
            claim
            for claim, file in zip(claims, files, strict=True)
            if self.claims.take(file.path, claim.path)
        ]
        self.claims.make_last(batch)
        rows = self.finish(taken)
        gone = {claim.id for claim in claims} - {claim.id for claim in taken}
        if gone:
            self.journal.forget(gone)
        self.claims.tidy(batch)
        return rows

    def finish(self, claims: Sequence[Claim]) -> list[Row]:
        """Takes claims from wherever they stand to their rows."""
        rows: list[Row] = []
        for _ in range(_JUDGEMENTS):
            if not claims:
                return rows
            judged = self._judge(claims)
            filings = self._intend([(*one, one[0].path.name) for one in judged], set())
            published, changed = self._publish(filings)
            published, changed_after = self.check_again(published)
            rows += self.record(published)
            claims = changed + changed_after
        self.give_back(claims)
        self.reclaims.tidy()
        return rows

    def record(self, filings: Sequence[Filing]) -> list[Row]:
        """Journals and logs what was published."""
        now = self.now()
        rows = [_row(filing, now) for filing in filings]
        if rows:
            self.journal.record(rows)
        self.catch_up_log()
        for row in rows:
            self.notices.filed(row)
        return rows

    def catch_up_log(self) -> None:
        """Writes rows that the log does not hold yet."""
        aside = self._log.catch_up()
        if aside is not None:
            self.notices.warn(
                f"{self._log.path} was changed by another program: it is kept as "
                f"{aside.kept.name}, and a new {self._log.path.name} was written from the journal"
            )

    def check_again(self, filings: Sequence[Filing]) -> tuple[list[Filing], list[Claim]]:
        """Step 5: which published files are as they were judged, and claims of those that are not."""
        same: list[Filing] = []
        changed: list[Claim] = []
        for filing in filings:
            if self._changed_since(filing):
                changed.append(self._reclaim(filing))
            else:
                same.append(filing)
        return same, changed

    def rejudge_path(self, filing: Filing) -> Path:
        """Where a published file is claimed again; its id finds it after a crash."""
        return self.reclaims.path_for(filing.claim.id, PurePosixPath(filing.destination).name)

    def part_path(self, filing: Filing) -> Path:
        """The hidden name of a copy in the outbox before it is published."""
        return self.outbox / f".{filing.claim.id}.part"

    def links_are_refused(self, filing: Filing) -> bool:
        """Whether names are reserved here before they are given, for want of links."""
        part = self.part_path(filing)
        try:
            self._link(filing.claim.path, part)
        except OSError as error:
            return error.errno in publish.NO_LINKS_HERE
        part.unlink()
        return False

    def _judge(self, claims: Sequence[Claim]) -> list[tuple[Claim, Verdict]]:
        judged: list[tuple[Claim, Verdict]] = []
        unjudged = {claim.id: claim for claim in claims}
        for claim, verdict in self.judge.judge(claims, self._should_stop):
            if isinstance(verdict, Verdict):
                judged.append((claim, verdict))
                del unjudged[claim.id]
            elif verdict.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
                raise verdict  # That is not the file's fault.
            elif not isinstance(verdict, FileNotFoundError):
                self.notices.warn(
                    f"{as_text(claim.name)} cannot be read ({verdict.strerror}): "
                    "it stays in the inbox"
                )
        self.give_back(unjudged.values())
        return judged

    def give_back(self, claims: Iterable[Claim]) -> None:
        """Puts claims back into the inbox under their names."""
        claims = list(claims)
        if not claims:
            return
        # Voids their intents first: a claim that is gone with an intent would pass for published.
        self.journal.claim(claims)
        for claim in claims:
            self.claims.put_back(claim.path, self._home(claim))
        self.journal.forget(claim.id for claim in claims)

    def _home(self, claim: Claim) -> Path:
        home = self.inbox.joinpath(*PurePosixPath(claim.name).parts)
        return home if home.parent.is_dir() else self.inbox / home.name

    def _intend(
        self, judged: Iterable[tuple[Claim, Verdict, str]], taken: set[str]
    ) -> list[Filing]:
        """Step 3 for claims, verdicts and the names they are to get; `taken` are folded places."""
        filings = []
        for claim, verdict, wanted in judged:
            folder = str(verdict.digit) if verdict.status == "filed" else verdict.status
            self._make(folder)
            place = self._free_place(folder, portable(wanted), taken)
            taken.add(folded(place))
            filings.append(Filing(claim, verdict, place))
        if filings:
            self.journal.intend(filings)
        return filings

    def _free_place(self, folder: str, name: str, taken: set[str]) -> str:
        return f"{folder}/" + first_free(
            name, lambda name: self._is_taken(f"{folder}/{name}", taken)
        )

    def _make(self, folder: str) -> None:
        path = self.outbox / folder
        if not path.is_dir():
            path.mkdir()
            disk.sync_folder(self.outbox)

    def _is_taken(self, place: str, taken: set[str]) -> bool:
        if folded(place) in taken or os.path.lexists(self.outbox / place):
            return True
        likes = self.journal.places_like(place)
        return any(os.path.lexists(self.outbox / like) for like in likes)

    def _publish(self, filings: Sequence[Filing]) -> tuple[list[Filing], list[Claim]]:
        """Step 4: those that are published, and claims that are not as they were judged."""
        done: list[tuple[Filing, Placed]] = []
        changed: list[Claim] = []
        taken: set[str] = set()
        while filings:
            refused: list[tuple[Claim, Verdict, str]] = []
            for filing in filings:
                claim, verdict = filing.claim, filing.verdict
                taken.add(folded(filing.destination))
                status = disk.look_at(claim.path)
                if status is None or not _is_as_judged(status, verdict):
                    changed.append(claim)
                    continue
                try:
                    done.append((filing, self._place(filing)))
                except publish.ChangedError:
                    changed.append(claim)
                except FileExistsError:
                    refused.append((claim, verdict, claim.path.name))
                except OSError as error:
                    if error.errno not in _NAME_REFUSED or claim.id in filing.destination:
                        raise
                    suffix = claim.path.suffix if claim.path.suffix.isascii() else ""
                    refused.append((claim, verdict, claim.id + suffix[:8]))
            filings = self._intend(refused, taken)
        for folder in {self.outbox / Path(filing.destination).parent for filing, _ in done}:
            disk.sync_folder(folder)
        for filing, placed in done:
            if placed is Placed.LINKED:
                filing.claim.path.unlink(missing_ok=True)
        return [filing for filing, _ in done], changed

    def _place(self, filing: Filing) -> Placed:
        destination = self.outbox / filing.destination
        try:
            return publish.place(filing.claim.path, destination, self._link)
        except OSError as error:
            if error.errno != errno.EXDEV and getattr(error, "winerror", None) != 17:
                raise
        return publish.place_copy(
            filing.claim.path,
            self.part_path(filing),
            destination,
            filing.verdict.sha256,
            self._link,
            self._should_stop,
        )

    def _changed_since(self, filing: Filing) -> bool:
        """A file that the user moved or replaced meanwhile is the user's: only our own counts."""
        path = self.outbox / filing.destination
        status = disk.look_at(path)
        if status is None or disk.identity(status) != filing.verdict.identity:
            return False
        if not _is_as_judged(status, filing.verdict):
            return True
        if filing.verdict.is_fresh and filing.verdict.sha256:
            with suppress(OSError):
                return disk.sha256_of(path) != filing.verdict.sha256
        return False

    def _reclaim(self, filing: Filing) -> Claim:
        claim = filing.claim
        path = self.rejudge_path(filing)
        self.reclaims.make(claim.id)
        with suppress(FileNotFoundError):
            (self.outbox / filing.destination).rename(path)
        self.reclaims.make_last(claim.id)
        again = Claim(claim.id, claim.name, path, claim.ready_at)
        self.journal.claim([again])
        return again


def _is_as_judged(status: os.stat_result, verdict: Verdict) -> bool:
    return (
        status.st_size == verdict.size
        and status.st_mtime_ns == verdict.mtime_ns
        and disk.identity(status) == verdict.identity
    )


def _row(filing: Filing, now: float) -> Row:
    claim, verdict = filing.claim, filing.verdict
    return Row(
        id=claim.id,
        time=utc(now),
        file=as_text(claim.name),
        status=verdict.status,
        digit=verdict.digit,
        confidence=_rounded(verdict.confidence, 4),
        second_digit=verdict.second_digit,
        second_confidence=_rounded(verdict.second_confidence, 4),
        filed_as=filing.destination,
        reason=as_text(verdict.reason),
        width=verdict.width,
        height=verdict.height,
        sha256=verdict.sha256,
        model=as_text(verdict.model),
        seconds=_rounded(max(0.0, now - claim.ready_at), 3),
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
