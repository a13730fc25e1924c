"""Free places in the outbox: which name a drawing gets there."""

import os
from contextlib import suppress
from pathlib import Path

from watcher.fs import fsync
from watcher.fs.names import first_free, fold_name, make_portable
from watcher.journal.journal import Journal
from watcher.layout import OUTBOX_FOLDERS


class Places:
    """The places of one outbox, relative to it with `/`; taken ones are known from disk and journal."""

    def __init__(self, outbox: Path, journal: Journal) -> None:
        self._outbox = outbox
        self._journal = journal

    def free(self, folder: str, name: str, taken: set[str]) -> str:
        """Return a free place in `folder` for a file called `name`; `taken` are folded places."""
        return f"{folder}/" + first_free(
            make_portable(name), lambda name: self._is_taken(f"{folder}/{name}", taken)
        )

    def make(self, folder: str) -> None:
        """Make a folder of the outbox durably, unless it is there."""
        path = self._outbox / folder
        if not path.is_dir():
            path.mkdir()
            fsync.sync_folder(self._outbox)

    def _is_taken(self, place: str, taken: set[str]) -> bool:
        if fold_name(place) in taken or self._exists(place):
            return True
        return any(self._exists(like) for like in self._journal.rows.places_like(place))

    def _exists(self, place: str) -> bool:
        # Windows takes no "/" in a path of the long form.
        path = os.path.join(self._outbox, place.replace("/", os.sep))  # noqa: PTH118 - a third of the time
        return os.path.lexists(path)


def make_digit_folders(outbox: Path) -> None:
    """Make the folders for drawings that are missing in an outbox, durably.

    A folder that cannot be made is reported once a drawing should go there.
    """
    with suppress(OSError):
        missing = [outbox / name for name in OUTBOX_FOLDERS if not os.path.lexists(outbox / name)]
        for folder in missing:
            folder.mkdir()
        if missing:
            fsync.sync_folder(outbox)
