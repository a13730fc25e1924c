"""List the files of an inbox that a scan looks into, without reading them."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from watcher.fs.placeholders import is_placeholder


def list_files(
    inbox: Path,
    walk: bool,
    is_ignored: Callable[[str], bool],
    on_unlistable: Callable[[str, OSError], None] = lambda _folder, _error: None,
) -> Iterator[tuple[str, str]]:
    """Yield files by path and by name relative to the inbox, with `/`; in subfolders if `walk`.

    `on_unlistable` gets the name of a subfolder that cannot be listed, with a `/` behind it, and why. Raises
    OSError if the inbox itself cannot be listed.
    """
    folders = [(inbox, "")]
    device = inbox.stat().st_dev
    while folders:
        folder, prefix = folders.pop()
        try:
            entries = os.scandir(folder)
        except OSError as error:
            if not prefix:
                raise
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                on_unlistable(prefix, error)
            continue
        with entries:
            for entry in entries:
                try:
                    if is_ignored(entry.name) or is_placeholder(entry):
                        continue
                    is_file = entry.is_file(follow_symlinks=False)
                    is_walked = walk and _is_part_of_inbox(entry, device)
                except FileNotFoundError:  # It was removed after it was listed.
                    continue
                except OSError:  # Looking into it finds out what is wrong.
                    is_file, is_walked = True, False
                if is_file:
                    yield entry.path, prefix + entry.name
                elif is_walked:
                    folders.append((Path(entry.path), f"{prefix}{entry.name}/"))


def _is_part_of_inbox(entry: os.DirEntry[str], device: int) -> bool:
    """Return whether an entry is a folder to walk into.

    Not one that is mounted from another disk or subvolume, nor a junction of Windows: nothing can be claimed
    there by a rename.
    """
    if not entry.is_dir(follow_symlinks=False):
        return False
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:  # It could not be listed either.
        return False
    if sys.platform == "win32":  # A listing there does not say which disk it is.
        return status.st_reparse_tag != stat.IO_REPARSE_TAG_MOUNT_POINT
    return status.st_dev == device
