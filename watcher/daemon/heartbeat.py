"""The heartbeat: a small file that says who watches, since when, what it waits for and cannot file.

Only a watching process holds the lock beside the file, for its whole life, even while a failure pauses it.
The lock shows at once whether a watcher runs, whatever ended the last one. The file's age shows whether it
still works.
"""

import json
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from heapq import nsmallest
from pathlib import Path

from watcher.console.text import escape_for_terminal
from watcher.daemon.sd_notify import ServiceManager
from watcher.fs import files, lock
from watcher.fs.names import as_text
from watcher.layout import HEARTBEAT_FILE, HEARTBEAT_LOCK_FILE

# The file is written again once it is this old: the loop scans, and long work calls `touch`, at least
# this often.
BEAT_SECONDS = 10.0

# An older file shows that the watcher hangs. At most 23 s pass otherwise: a scan just before the beat was
# due, then a failure's longest pauses of 8 and 15 s.
STALE_SECONDS = 3 * BEAT_SECONDS

# Faults are written for at most this many files, which keeps the file small, about 20 kB.
_MAX_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Beat:
    """One heartbeat.

    `started` and `time` are in seconds since 1970; `model` is "" before the first one is loaded;
    `waits_for` is the failure that pauses the watcher, or ""; `faults` says why files of the inbox
    cannot be filed, by name, for the first of them.
    """

    pid: int
    started: float
    time: float
    model: str
    waits_for: str
    faults: Mapping[str, str] = field(default_factory=dict)


def last_beat(state: Path) -> Beat | None:
    """Return the newest heartbeat, also of a watcher that has ended; None if none can be read."""
    try:
        data = json.loads((state / HEARTBEAT_FILE).read_text(encoding="utf-8"))
        beat = Beat(
            int(data["pid"]),
            float(data["started"]),
            float(data["time"]),
            str(data["model"]),
            str(data["waits_for"]),
            # An older version writes none.
            {str(name): str(fault) for name, fault in dict(data.get("faults", {})).items()},
        )
        for moment in (beat.started, beat.time):
            datetime.fromtimestamp(moment)  # A wrong time makes the file unreadable.
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None
    return beat


class Heartbeat:
    """Writes the file once it is BEAT_SECONDS old, and at once when its content changes.

    Notifies the service manager at the same times. Of several watchers of one folder only the first
    one writes.
    """

    def __init__(
        self, state: Path, now: Callable[[], float], manager: ServiceManager | None = None
    ) -> None:
        self._state = state
        self._now = now
        self._manager = manager or ServiceManager()
        self._one_at_a_time = threading.Lock()
        self._lock: int | None = None
        self._content = Beat(os.getpid(), now(), 0.0, "", "")
        self._written: Beat | None = None
        self._is_ready = False

    def move_to(self, state: Path) -> None:
        """Write into this folder from now on, and give up the lock of the previous one."""
        with self._one_at_a_time:
            if state != self._state:
                self._release()
                self._state, self._written = state, None

    def beat(
        self, waits_for: str = "", model: str = "", faults: Mapping[str, str] | None = None
    ) -> None:
        """Report a finished scan, or the failure that it `waits_for`.

        Without `model` or `faults` the last ones stay. The first call reports to the manager that the
        watcher is ready, also during a failure: a restart does not free a full disk.
        """
        with self._one_at_a_time:
            content = replace(
                self._content,
                waits_for=waits_for,
                model=model or self._content.model,
                faults=self._content.faults if faults is None else _first(faults),
            )
            if content != self._content or not self._is_ready:
                self._content, self._written, self._is_ready = content, None, True
        self.touch()

    def touch(self) -> None:
        """Report that long work makes progress, such as a start or a batch; from any thread."""
        with self._one_at_a_time:
            now = self._now()
            # The clock may have been set back.
            if self._written is not None and 0 <= now - self._written.time < BEAT_SECONDS:
                return
            beat = replace(self._content, time=now)
            self._notify_manager()
            with suppress(OSError):  # A full disk must not end the watcher.
                if self._is_first():
                    content = json.dumps(asdict(beat)).encode()
                    files.write_atomically(self._state / HEARTBEAT_FILE, content)
                    self._written = beat

    def close(self) -> None:
        """Report the watcher's end and release the lock."""
        self._manager.notify("STOPPING=1")
        self._release()

    def _notify_manager(self) -> None:
        if self._is_ready:
            status = escape_for_terminal(self._content.waits_for) or "watching"
            self._manager.notify("READY=1", "WATCHDOG=1", f"STATUS={status}")

    def _is_first(self) -> bool:
        """Return whether we hold the lock of the folder's current file: another disk may be mounted."""
        path = self._state / HEARTBEAT_LOCK_FILE
        if self._lock is not None:
            if files.has_identity(path, files.identity(os.fstat(self._lock))):
                return True
            self._release()
        descriptor = lock.open_lock_file(path)
        if lock.try_lock(descriptor):
            self._lock = descriptor
            return True
        os.close(descriptor)
        return False

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _first(faults: Mapping[str, str]) -> dict[str, str]:
    return {as_text(name): faults[name] for name in nsmallest(_MAX_FAULTS, faults)}
