"""Check that there is room: space on the disks, and files that may be open at once."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from watcher.config.settings import Settings
from watcher.doctor.findings import Finding, failed, fine, look
from watcher.doctor.folders import nearest, nearest_folder

_MB = 1 << 20

# The journal's write-ahead log grows to 4 MB before a checkpoint (SQLite's 1000 pages) and by as much
# again with a large batch; the rest is for the log and some drawings.
_MIN_BYTES = 16 * _MB

# Warn below room for this many of the largest drawings allowed: 500 MB by default.
_DRAWINGS = 10

# A file system may be out of inodes with space left; a batch of 64 makes a journal, a log and folders.
_MIN_NAMES = 100

# A watcher that filed batches of 64 had at most 17 files open (measured on Linux).
_MIN_HANDLES = 64


def there_is_space(settings: Settings) -> Finding:
    """Check that each folder's disk has space."""
    spaces = sorted(_spaces(settings))
    free, folder = spaces[0]
    fix = f"free some space on the disk of {folder}, or move the folder to another"
    if free < _MIN_BYTES:
        return failed(f"{_format_size(free)} left at {folder}: next to nothing", fix)
    for _, place in spaces:
        if _names_left(place) < _MIN_NAMES:
            return failed(
                f"the disk of {place} takes hardly any more files, of any size",
                f"remove files that are not needed from the disk of {place}",
            )
    if free < _DRAWINGS * settings.limits.max_bytes:
        return look(f"{_format_size(free)} left at {folder}", fix)
    return fine(f"{_format_size(free)} left")


def _spaces(settings: Settings) -> Iterator[tuple[int, Path]]:
    paths = settings.paths
    for folder in (paths.inbox, paths.outbox, paths.state):
        yield shutil.disk_usage(nearest_folder(folder)).free, nearest(folder)


def _format_size(free: int) -> str:
    return f"{free / _MB / 1024:.0f} GB" if free >= 10240 * _MB else f"{free / _MB:.0f} MB"


if sys.platform == "win32":

    def _names_left(_place: Path) -> int:
        return _MIN_NAMES  # NTFS has no such limit.

else:
    import resource

    def _names_left(place: Path) -> int:
        status = os.statvfs(place)
        # Btrfs and others create inodes as needed, and report none at all.
        return status.f_favail if status.f_files else _MIN_NAMES

    def files_can_be_opened() -> Finding:
        """Check that enough files may be open at once; Windows has no such limit."""
        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if allowed == resource.RLIM_INFINITY:
            return fine("as many as the machine allows")
        if allowed >= _MIN_HANDLES:
            return fine(f"{allowed} at once")
        return look(
            f"only {allowed} at once: the watcher pauses when these are not enough",
            f"allow {_MIN_HANDLES} at least: ulimit -n {_MIN_HANDLES} where it is started, or "
            f"LimitNOFILE={_MIN_HANDLES} in its systemd unit",
        )
