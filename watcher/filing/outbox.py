"""The outbox: checking what was published there, claiming it again, and finding it."""

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from watcher.fs import files, fsync, no_replace
from watcher.fs.files import Fingerprint, fingerprint_of
from watcher.fs.outbox_files import outbox_files, raise_error
from watcher.inbox.claims import ClaimFolder, unlink_claims
from watcher.inbox.faults import concerns_all
from watcher.journal.journal import Journal
from watcher.types import Claim, Filing, Verdict


class Outbox:
    """The outbox at `folder`. `reclaims` holds published files that are judged again."""

    def __init__(
        self,
        folder: Path,
        journal: Journal,
        link: no_replace.Link,
    ) -> None:
        self.folder = folder
        self.reclaims = ClaimFolder(folder, link)
        self._journal = journal
        self._link = link

    def check_again(self, filings: Sequence[Filing]) -> tuple[list[Filing], list[Claim]]:
        """Return the published files that are as they were judged, and claims of the others (step 5)."""
        same: list[Filing] = []
        changed: list[Claim] = []
        for filing in filings:
            # A person's verdict is on the drawing that they saw: the model is not asked again.
            is_changed = not filing.verdict.request and self._changed_since(filing)
            claim = self._reclaim(filing) if is_changed else None
            if claim is None:
                same.append(filing)
            else:
                changed.append(claim)
        return same, changed

    def clear(self, filings: Sequence[Filing]) -> None:
        """Remove durably, after step 6, the names that linked files had as claims.

        Nothing waits for this: the journal knows which recorded filings are not cleared, so that a name
        that is back after a crash is not a second drawing. A name that cannot be removed stays uncleared.
        """
        unlinked: list[Path] = []
        kept: set[Path] = set()
        for filing in filings:
            try:
                if files.has_identity(filing.claim.path, filing.verdict.identity):
                    unlinked.append(filing.claim.path)
            except OSError as error:
                if concerns_all(error, (self.folder,)):
                    raise
                kept.add(filing.claim.path)
        kept |= unlink_claims(unlinked)
        self._journal.clear(f.claim.id for f in filings if f.claim.path not in kept)

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
                if files.has_identity(path, files.identity(status)):
                    return path
        return None

    def claim(self, place: str, claim: Claim) -> bool:
        """Move a file of the outbox to its claim in `reclaims`; return False if it cannot be moved.

        The claim is journalled once it is there: a restart adopts one that the journal does not know.
        """
        self.reclaims.make(claim.id)
        source = self.folder / place
        try:
            source.rename(claim.path)
            fsync.sync_folder(source.parent)
        except FileNotFoundError:
            pass
        except OSError as error:
            if concerns_all(error, (source.parent, claim.path.parent)):
                raise
            return False
        fsync.wait_for_all(self.reclaims.fsync_async(claim.id))
        self._journal.claim([claim])
        return True

    def _changed_since(self, filing: Filing) -> bool:
        """Return whether a published file was written to.

        Only the judged file counts: one that its user moved or replaced meanwhile is the user's own.
        """
        path = self.folder / filing.destination
        try:
            status = files.stat_or_none(path)
        except OSError:  # It was there a moment ago, and cannot be looked at now.
            return False
        if status is None or files.identity(status) != filing.verdict.identity:
            return False
        if not is_as_judged(status, filing.verdict):
            return True
        if filing.verdict.is_fresh and filing.verdict.sha256:
            with suppress(OSError):
                return files.sha256_of(path) != filing.verdict.sha256
        return False

    def _reclaim(self, filing: Filing) -> Claim | None:
        """Claim a published file again; return None if it cannot be moved: then it stays as it is."""
        claim = filing.claim
        if unlink_claims([claim.path]):
            return None
        again = Claim(claim.id, claim.name, self.rejudge_path(filing), claim.ready_at)
        return again if self.claim(filing.destination, again) else None


def is_as_judged(status: os.stat_result, verdict: Verdict) -> bool:
    """Return whether a file is as it was when it was judged."""
    return fingerprint_of(status) == Fingerprint(verdict.identity, verdict.size, verdict.mtime_ns)
