"""Check whether another watcher holds the folders, without disturbing it."""

import time
from pathlib import Path

from watcher.config.settings import Paths
from watcher.daemon.heartbeat import BEAT_SECONDS, last_beat
from watcher.doctor.findings import Finding, failed, fine
from watcher.fs import lock
from watcher.layout import CLAIMS_FOLDER, LOCK_FILE

# A starting watcher takes one of its two locks a moment before the other.
_PATIENCE_SECONDS = 1.0

# An older heartbeat is from another watcher, which was killed.
_FRESH_SECONDS = 6 * BEAT_SECONDS


def no_other_watcher(paths: Paths, now: float) -> Finding:
    """Check that the folders are free, or that one watcher has both."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        has_outbox = is_locked(paths.state)
        has_inbox = is_locked(paths.inbox / CLAIMS_FOLDER)
        if has_outbox == has_inbox or time.monotonic() >= end:
            break
        time.sleep(0.05)
    if has_outbox and has_inbox:
        return fine(f"one runs here{_pid(paths.state, now)}")
    if not has_outbox and not has_inbox:
        return fine("none runs here")
    held, free = (paths.inbox, "outbox") if has_inbox else (paths.outbox, "inbox")
    return failed(
        f"another watcher, with another {free}, watches {held}: none can start here",
        "end that watcher, or set other folders in config.toml",
    )


def is_locked(folder: Path) -> bool:
    """Return whether a process holds the lock in `folder`."""
    return folder.is_dir() and lock.is_held(folder / LOCK_FILE)


def _pid(state: Path, now: float) -> str:
    beat = last_beat(state)
    if beat is None or now - beat.time >= _FRESH_SECONDS:
        return ""
    return f", process {beat.pid}"
