"""Claims: files taken out of the inbox under a private name that keeps the user's own.

A claim is at `inbox/.watcher-claims/<batch>/<its name>`: a rename on the inbox's own file system.
The file's own name, however long, can be found there without the journal.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from watcher.errors import FileFaultError
from watcher.fs import files, fsync, no_replace
from watcher.fs.names import first_free
from watcher.inbox.faults import concerns_all, describe_unmovable
from watcher.layout import CLAIMS_FOLDER

# More names than this are taken only where the file system does not answer as it should.
_MAX_NAMES = 100


class RefusedError(FileFaultError):
    """A file cannot be claimed; the message is for its user, or HELD."""


class ClaimFolder:
    """The folder of claims on one file system: in the inbox, and in the outbox for files judged again."""

    def __init__(self, parent: Path, link: no_replace.Link = no_replace.hard_link) -> None:
        self.parent = parent
        self.folder = parent / CLAIMS_FOLDER
        self._link = link

    def path_for(self, batch: str, name: str) -> Path:
        """Return the path of a claim."""
        return self.folder.joinpath(batch, name)

    def make(self, batch: str) -> None:
        """Make a batch's folder; raise FileNotFoundError if the parent itself is missing."""
        folder = self.folder / batch
        try:
            folder.mkdir(exist_ok=True)
        except FileNotFoundError:
            self.folder.mkdir(exist_ok=True)
            folder.mkdir(exist_ok=True)

    def fsync_async(self, batch: str) -> list[Future[None]]:
        """Start to sync the folders of a batch, so that its claims survive a power cut."""
        return fsync.sync_folders_async((self.folder / batch, self.folder, self.parent))

    def take(self, source: Path, claim: Path) -> bool:
        """Claim a file; return False if it is missing or no regular file. Raise RefusedError and OSError."""
        try:
            os.rename(source, claim)  # noqa: PTH104 - Path.rename takes three times as long
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            if concerns_all(error, (self.parent, claim.parent)):
                raise
            raise RefusedError(describe_unmovable(error)) from error
        try:
            status = files.stat_or_none(claim)
        except OSError:
            return True  # Judging it finds out what is wrong.
        if status is None:
            return False
        if not files.is_regular(status):
            self.put_back(claim, source)
            return False
        return True

    def put_back(self, claim: Path, home: Path) -> Path:
        """Give a claim its name in the inbox again, numbered if that is taken; return its path there."""
        taken: set[str] = set()
        while len(taken) < _MAX_NAMES:
            target = home.with_name(
                first_free(
                    home.name,
                    lambda name: name in taken or os.path.lexists(home.with_name(name)),
                )
            )
            try:
                self._rename(claim, target)
            except FileExistsError:
                taken.add(target.name)
            else:
                return target
        raise FileExistsError(errno.EEXIST, "no name is free", str(home))

    def _rename(self, claim: Path, target: Path) -> None:
        """Rename a claim without replacing anything; do nothing if it is missing."""
        try:
            status = files.stat_or_none(claim)
        except OSError:
            no_replace.move(claim, target, self._link)
            return
        if status is None:
            return
        if files.is_regular(status):
            no_replace.move(claim, target, self._link)
        else:
            claim.rename(target)

    def leftovers(self) -> Iterator[Path]:
        """Yield everything in the batches' folders."""
        for batch in _entries(self.folder):
            if batch.is_dir(follow_symlinks=False):
                for entry in _entries(Path(batch.path)):
                    yield Path(entry.path)

    def tidy(self, batch: str | None = None) -> None:
        """Remove the batches' folders that are empty."""
        names = [batch] if batch else [entry.name for entry in _entries(self.folder)]
        for name in names:
            with suppress(OSError):
                (self.folder / name).rmdir()


def unlink_claims(claims: Iterable[Path]) -> set[Path]:
    """Remove the names of claims that are published, durably; return those that cannot be removed.

    A name that came back after a power cut would be a second drawing. (Seen on ext4, XFS and Btrfs where
    it was on another disk than the journal, or the journal's log was written over.)
    """
    folders: set[Path] = set()
    kept: set[Path] = set()
    for path in claims:
        try:
            path.unlink(missing_ok=True)
            folders.add(path.parent)
        except OSError as error:
            if concerns_all(error, (path.parent,)):
                raise
            kept.add(path)
    for sync in fsync.sync_folders_async(folders):
        with suppress(FileNotFoundError):
            sync.result()
    return kept


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
