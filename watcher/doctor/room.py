"""Whether there is room: space on the disks, and files that may be open."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from watcher.config.settings import Settings
from watcher.doctor.findings import Finding, failed, fine, look
from watcher.doctor.folders import nearest

_MB = 1 << 20

_MIN_BYTES = 16 * _MB
"""The journal's write-ahead log grows to 4 MB before it is folded in (SQLite's 1000 pages) and as much
again with a large batch; the rest is for the log and some drawings."""

_DRAWINGS = 10
"""Warn below room for so many of the largest drawings allowed: 500 MB as it is set by default."""

_MIN_NAMES = 100
"""A file system may be out of inodes with space left; a batch of 64 makes a journal, a log and folders."""

_MIN_HANDLES = 64
"""A watcher that files batches of 64 had 17 files open at most (measured on Linux)."""


def there_is_space(settings: Settings) -> Finding:
    """Whether each folder's disk has space."""
    spaces = sorted(_spaces(settings))
    free, folder = spaces[0]
    mend = f"free some space on the disk of {folder}, or move the folder to another"
    if free < _MIN_BYTES:
        return failed(f"{_said(free)} left at {folder}: next to nothing", mend)
    for _, place in spaces:
        if _names_left(place) < _MIN_NAMES:
            return failed(
                f"the disk of {place} takes hardly any more files, whatever their size",
                f"remove files that are not needed from the disk of {place}",
            )
    if free < _DRAWINGS * settings.limits.max_bytes:
        return look(f"{_said(free)} left at {folder}", mend)
    return fine(f"{_said(free)} left")


def _spaces(settings: Settings) -> Iterator[tuple[int, Path]]:
    paths = settings.paths
    for folder in (paths.inbox, paths.outbox, paths.state):
        place = nearest(folder)
        yield shutil.disk_usage(place if place.is_dir() else place.parent).free, place


def _said(free: int) -> str:
    return f"{free / _MB / 1024:.0f} GB" if free >= 10240 * _MB else f"{free / _MB:.0f} MB"


if sys.platform == "win32":

    def _names_left(_place: Path) -> int:
        return _MIN_NAMES  # NTFS has no such limit.

else:
    import resource

    def _names_left(place: Path) -> int:
        status = os.statvfs(place)
        # Btrfs and others make them as needed, and say that they have none at all.
        return status.f_favail if status.f_files else _MIN_NAMES

    def files_can_be_opened() -> Finding:
        """Whether enough files may be open at once; Windows has no such limit."""
        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if allowed == resource.RLIM_INFINITY:
            return fine("as many as the machine allows")
        if allowed >= _MIN_HANDLES:
            return fine(f"{allowed} at once")
        return look(
            f"only {allowed} at once: the watcher waits when these are not enough",
            f"allow {_MIN_HANDLES} at least: ulimit -n {_MIN_HANDLES} where it is started, or "
            f"LimitNOFILE={_MIN_HANDLES} in its systemd unit",
        )
