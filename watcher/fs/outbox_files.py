"""The files in the outbox's folders: the one place that says which of them count."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from watcher.fs.ignored_names import is_ignored
from watcher.layout import OUTBOX_FOLDERS

# The errors of listing a missing folder, a file, or a link to itself.
_NO_FOLDER = frozenset([errno.ENOENT, errno.ENOTDIR, errno.ELOOP])


def outbox_files(
    outbox: Path, onerror: Callable[[OSError], None] = lambda _error: None
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield each regular file with an unignored name, with its place: `7/sept.png`.

    What is missing or no folder is skipped. `onerror` gets any other error of a folder or an entry,
    which is skipped if it returns. A file may be a cloud's placeholder: see `fs.placeholders`.
    """
    for folder in OUTBOX_FOLDERS:
        try:
            entries = os.scandir(outbox / folder)
        except OSError as error:
            if error.errno not in _NO_FOLDER:
                onerror(error)
            continue
        with entries:
            for entry in entries:
                try:
                    if not is_ignored(entry.name) and entry.is_file(follow_symlinks=False):
                        yield f"{folder}/{entry.name}", entry
                except OSError as error:
                    onerror(error)


def raise_error(error: OSError) -> None:
    """Raise an error given to `onerror`, for a listing that must be complete."""
    raise error
