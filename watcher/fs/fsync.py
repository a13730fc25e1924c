"""Syncing files and folders, so that they survive a power cut; in threads, while the caller works.

A sync waits for the disk's cache more than for bytes, and one write of file system and disk answers all
syncs that arrive together: 512 fresh files took 1.47 ms each one by one, 0.11 ms each on 4 threads; 4
folders and a file took 0.5 ms together, 0.36 ms each alone (ext4).

The threads belong to the process. Each touches only the paths given to it. An error is raised where the
result is awaited; results that nobody awaits, after an error or a stop, do no harm.
"""

import errno
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from watcher.fs import files

# 16 threads save another fifth where every file is fresh, and nothing elsewhere.
_THREADS = 4

_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="sync")


def sync_file(path: Path) -> None:
    """Sync a file's bytes; does nothing on Windows."""
    # Windows syncs only files that are open for writing, and nobody may write a claim.
    if os.name != "posix":
        return
    descriptor = files.open_to_read(path)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder; does nothing on Windows, which has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some shares cannot sync a folder; they write its names through.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise
    finally:
        os.close(descriptor)


def sync_folders(folders: Iterable[Path]) -> None:
    """Sync the names in these folders. Raises OSError."""
    folders = list(folders)
    if len(folders) == 1:  # Handing it to a thread would only cost time.
        sync_folder(folders[0])
    else:
        wait_for_all(sync_folders_async(folders))


def sync_files_async(paths: Sequence[Path]) -> list[Future[dict[Path, OSError]]]:
    """Sync these files' bytes; the results hold the error of each file that cannot be synced."""
    if sys.platform == "win32":
        return []
    # One share a thread: handing over a file takes as long as syncing it.
    shares = [paths[at::_THREADS] for at in range(min(_THREADS, len(paths)))]
    return [_threads.submit(_sync_files, share) for share in shares]


def _sync_files(paths: Sequence[Path]) -> dict[Path, OSError]:
    failed: dict[Path, OSError] = {}
    for path in paths:
        try:
            sync_file(path)
        except OSError as error:
            failed[path] = error
    return failed


def sync_folders_async(folders: Iterable[Path]) -> list[Future[None]]:
    """Sync the names in these folders."""
    if sys.platform == "win32":
        return []
    return [_threads.submit(sync_folder, folder) for folder in folders]


def wait_for_all(syncs: Iterable[Future[None]]) -> None:
    """Wait until all are done; raises one of their OSErrors."""
    for sync in wait(syncs).done:
        sync.result()
