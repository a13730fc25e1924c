"""Claims: files taken out of the inbox under a private name that keeps the user's own.

A claim lies at `inbox/.watcher-claims/<batch>/<its name>`: a rename on the inbox's own file system,
and its name survives without the journal, however long it is.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from watcher.fs import files, fsync, no_replace
from watcher.fs.names import first_free
from watcher.inbox.retries import FROM_ELSEWHERE, not_taken
from watcher.layout import CLAIMS_FOLDER

_REFUSED = frozenset([errno.EACCES, errno.EPERM, *FROM_ELSEWHERE])
"""One file is locked, held by another program or another user's, in a folder that may not be written
to, or mounted from elsewhere: the others can be claimed."""


class RefusedError(Exception):
    """The system lets nobody claim a file; why, in the words of `retries`."""


class ClaimFolder:
    """Where claims lie on one file system: in the inbox, and in the outbox for what is judged again."""

    def __init__(self, parent: Path, link: no_replace.Link = no_replace.hard_link) -> None:
        self.parent = parent
        self.folder = parent / CLAIMS_FOLDER
        self._link = link

    def path_for(self, batch: str, name: str) -> Path:
        return self.folder.joinpath(batch, name)

    def make(self, batch: str) -> None:
        """Makes a batch's folder; raises FileNotFoundError if the inbox itself is gone."""
        folder = self.folder / batch
        try:
            folder.mkdir(exist_ok=True)
        except FileNotFoundError:
            self.folder.mkdir(exist_ok=True)
            folder.mkdir(exist_ok=True)

    def fsync_async(self, batch: str) -> list[Future[None]]:
        """What was claimed into a batch is to stay claimed after a power cut: see `fsync`."""
        return fsync.sync_folders_async((self.folder / batch, self.folder, self.parent))

    def take(self, source: Path, claim: Path) -> bool:
        """Claims a file; False if it is gone, or no file any more. Raises RefusedError and OSError."""
        try:
            os.rename(source, claim)  # noqa: PTH104 - Path.rename takes three times as long
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            if error.errno in _REFUSED:
                raise RefusedError(not_taken(error)) from error
            raise
        status = files.stat_or_none(claim)
        if status is None:
            return False
        if not files.is_regular(status):
            self.put_back(claim, source)
            return False
        return True

    def put_back(self, claim: Path, home: Path) -> Path:
        """Gives a claim its name in the inbox again, or that with a number if it is taken."""
        name = home.name
        while True:
            name = first_free(home.name, lambda name: os.path.lexists(home.with_name(name)))
            target = home.with_name(name)
            with suppress(FileExistsError):
                status = files.stat_or_none(claim)
                if status is None:
                    return target
                if files.is_regular(status):
                    no_replace.move(claim, target, self._link)
                else:
                    claim.rename(target)
                return target

    def leftovers(self) -> Iterator[Path]:
        """Everything that lies in the batches."""
        for batch in _entries(self.folder):
            if batch.is_dir(follow_symlinks=False):
                for entry in _entries(Path(batch.path)):
                    yield Path(entry.path)

    def tidy(self, batch: str | None = None) -> None:
        """Removes batch folders that are empty."""
        names = [batch] if batch else [entry.name for entry in _entries(self.folder)]
        for name in names:
            with suppress(OSError):
                (self.folder / name).rmdir()


def drop(claims: Iterable[Path]) -> None:
    """Removes the names of claims that are published, for good.

    A name that a power cut brought back would be a second drawing. (Seen on ext4, XFS and Btrfs where
    it lay on another disk than the journal, or the journal's log was written over.)
    """
    folders = set()
    for path in claims:
        path.unlink(missing_ok=True)
        folders.add(path.parent)
    for lasting in fsync.sync_folders_async(folders):
        with suppress(FileNotFoundError):
            lasting.result()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
