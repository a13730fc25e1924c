"""Steps 3 to 5 of a filing: intend, publish, check again."""

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from watcher.filing.places import Places
from watcher.fs import files, fsync, no_replace
from watcher.fs.copying import ChangedError, place_copy
from watcher.fs.names import folded
from watcher.fs.no_replace import Placed
from watcher.fs.outbox_files import outbox_files, raise_error
from watcher.inbox.claims import ClaimFolder, unlink_claims
from watcher.inbox.faults import describe_unusable_folder
from watcher.journal.journal import Journal
from watcher.types import Claim, Filing, Verdict

# The outbox's file system does not allow the name: the drawing gets its id for a name.
_NAME_REFUSED = frozenset([errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ])

# Windows: ERROR_NOT_SAME_DEVICE.
_OTHER_DISK = 17


class Outbox:
    """The outbox at `folder`. `reclaims` holds published files that are judged again."""

    def __init__(
        self,
        folder: Path,
        journal: Journal,
        link: no_replace.Link,
        should_stop: Callable[[], bool],
    ) -> None:
        self.folder = folder
        self.reclaims = ClaimFolder(folder, link)
        self._places = Places(folder, journal)
        self._journal = journal
        self._link = link
        self._should_stop = should_stop

    def folder_fault(self, folder: str) -> str:
        """Make a folder of the outbox if need be; return what keeps files from it, in words, or "".

        Raises OSError where the outbox itself keeps the folder from being made.
        """
        try:
            self._places.make(folder)
        except OSError as error:
            path = self.folder / folder
            if not os.path.lexists(path):
                raise
            return describe_unusable_folder(path, error)
        return ""

    def intend(self, judged: Iterable[tuple[Claim, Verdict]]) -> list[Filing]:
        """Step 3: choose and journal a free place for each claim by its verdict."""
        return self._intend_named([(c, verdict, c.path.name) for c, verdict in judged], set())

    def publish(self, filings: Sequence[Filing]) -> tuple[list[Filing], list[Claim]]:
        """Step 4: return what is published, and the claims that are not as they were judged."""
        done: list[Filing] = []
        copied: list[Path] = []
        moved_from: set[Path] = set()
        changed: list[Claim] = []
        taken: set[str] = set()
        while filings:
            renamed: list[tuple[Claim, Verdict, str]] = []
            for filing in filings:
                claim, verdict = filing.claim, filing.verdict
                taken.add(folded(filing.destination))
                status = files.stat_or_none(claim.path)
                if status is None or not _is_as_judged(status, verdict):
                    changed.append(claim)
                    continue
                try:
                    placed = self._place(filing)
                    done.append(filing)
                    if placed is Placed.COPIED:
                        copied.append(claim.path)
                    elif placed is Placed.MOVED:
                        moved_from.add(claim.path.parent)
                except ChangedError:
                    changed.append(claim)
                except FileExistsError:
                    renamed.append((claim, verdict, claim.path.name))
                except OSError as error:
                    if error.errno not in _NAME_REFUSED or claim.id in filing.destination:
                        raise
                    suffix = claim.path.suffix if claim.path.suffix.isascii() else ""
                    renamed.append((claim, verdict, claim.id + suffix[:8]))
            filings = self._intend_named(renamed, taken)
        names = {filing.destination.partition("/")[0] for filing in done}
        fsync.sync_folders(moved_from | {self.folder / name for name in names})
        unlink_claims(copied)
        return done, changed

    def check_again(self, filings: Sequence[Filing]) -> tuple[list[Filing], list[Claim]]:
        """Step 5: return the published files that are as they were judged, and claims of the others."""
        same: list[Filing] = []
        changed: list[Claim] = []
        for filing in filings:
            # A person's verdict is on the drawing that they saw: the model is not asked again.
            if not filing.verdict.request and self._changed_since(filing):
                changed.append(self._reclaim(filing))
            else:
                same.append(filing)
        return same, changed

    def clear(self, filings: Sequence[Filing]) -> None:
        """After step 6: remove durably the names that linked files had as claims.

        Nothing waits for it: the journal knows what was recorded and not cleared, so that a name that
        is there again after a crash is no second drawing.
        """
        unlink_claims(f.claim.path for f in filings if _is_judged_file(f.claim.path, f.verdict))
        self._journal.clear(filing.claim.id for filing in filings)

    def rejudge_path(self, filing: Filing) -> Path:
        """Return where a published file is claimed again; its id finds it after a crash."""
        return self.reclaims.path_for(filing.claim.id, PurePosixPath(filing.destination).name)

    def part_path(self, filing: Filing) -> Path:
        """Return the hidden name of a copy before it is published.

        It is in the destination's folder, which may be on another disk than the outbox.
        """
        return (self.folder / filing.destination).with_name(f".{filing.claim.id}.part")

    def links_are_refused(self, filing: Filing) -> bool:
        """Return whether names are reserved there before they are given, as links are refused."""
        part = self.part_path(filing)
        try:
            self._link(filing.claim.path, part)
        except OSError as error:
            if error.errno == errno.EXDEV:
                return self._copies_cannot_be_linked(part)
            return error.errno in no_replace.LINKS_REFUSED
        part.unlink()
        return False

    def _copies_cannot_be_linked(self, part: Path) -> bool:
        link = part.with_suffix(".link")
        part.touch()
        try:
            self._link(part, link)
        except OSError as error:
            return error.errno in no_replace.LINKS_REFUSED
        finally:
            part.unlink()
        link.unlink()
        return False

    def place_of(self, status: os.stat_result) -> Path | None:
        """Return where in the outbox's folders a file is, whatever its name there, or None."""
        for _, entry in outbox_files(self.folder, raise_error):
            if entry.inode() == status.st_ino:
                path = Path(entry.path)
                there = files.stat_or_none(path)
                if there is not None and files.identity(there) == files.identity(status):
                    return path
        return None

    def _intend_named(
        self, judged: Iterable[tuple[Claim, Verdict, str]], taken: set[str]
    ) -> list[Filing]:
        """Step 3 for claims, verdicts and the names they should get; `taken` are folded places."""
        filings = []
        made: set[str] = set()
        for claim, verdict, wanted in judged:
            if verdict.folder not in made:
                self._places.make(verdict.folder)
                made.add(verdict.folder)
            place = self._places.free(verdict.folder, wanted, taken)
            taken.add(folded(place))
            filings.append(Filing(claim, verdict, place))
        if filings:
            self._journal.intend(filings)
        return filings

    def _place(self, filing: Filing) -> Placed:
        destination = self.folder / filing.destination
        try:
            return no_replace.place(filing.claim.path, destination, self._link)
        except OSError as error:
            if error.errno != errno.EXDEV and getattr(error, "winerror", None) != _OTHER_DISK:
                raise
            place_copy(
                filing.claim.path,
                destination,
                part=self.part_path(filing),
                sha256=filing.verdict.sha256,
                link=self._link,
                should_stop=self._should_stop,
            )
            return Placed.COPIED

    def _changed_since(self, filing: Filing) -> bool:
        """Return whether a published file was written to.

        A file that its user moved or replaced meanwhile is the user's: only the judged one counts.
        """
        path = self.folder / filing.destination
        status = files.stat_or_none(path)
        if status is None or files.identity(status) != filing.verdict.identity:
            return False
        if not _is_as_judged(status, filing.verdict):
            return True
        if filing.verdict.is_fresh and filing.verdict.sha256:
            with suppress(OSError):
                return files.sha256_of(path) != filing.verdict.sha256
        return False

    def _reclaim(self, filing: Filing) -> Claim:
        claim = filing.claim
        unlink_claims([claim.path])
        path = self.rejudge_path(filing)
        self.reclaims.make(claim.id)
        with suppress(FileNotFoundError):
            place = self.folder / filing.destination
            place.rename(path)
            fsync.sync_folder(place.parent)
        fsync.wait_for_all(self.reclaims.fsync_async(claim.id))
        again = Claim(claim.id, claim.name, path, claim.ready_at)
        self._journal.claim([again])
        return again


def _is_judged_file(path: Path, verdict: Verdict) -> bool:
    """Return whether a path names the judged file, and not another by now."""
    status = files.stat_or_none(path)
    return status is not None and files.identity(status) == verdict.identity


def _is_as_judged(status: os.stat_result, verdict: Verdict) -> bool:
    return (
        status.st_size == verdict.size
        and files.mtime_ns(status) == verdict.mtime_ns
        and files.identity(status) == verdict.identity
    )
