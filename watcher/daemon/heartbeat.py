"""The heartbeat: a small file that says who watches, since when, what it waits for, and what it cannot file.

A lock beside it is held for the whole life of a watching process, also while a trouble pauses it, and
by nobody else: whether it is held says whether a watcher runs, at once and whatever has killed it. How
old the file is says whether that watcher still moves.
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
from watcher.daemon.sd_notify import Supervisor
from watcher.fs import files, lock
from watcher.fs.names import as_text
from watcher.layout import HEARTBEAT_FILE, HEARTBEAT_LOCK_FILE

BEAT_SECONDS = 10.0
"""It is written again once it is this old; the loop turns, and long work says that it goes on, at
least that often."""

STALE_SECONDS = 3 * BEAT_SECONDS
"""Older than this it stands still: a turn just before the beat was due, and a trouble's longest pauses
of 8 and 15 s after it, make 23 s at most."""


_MAX_FAULTS = 100
"""It stays a small file: about 20 kB."""


@dataclass(frozen=True, slots=True)
class Beat:
    """`started` and `time` in seconds since 1970; `model` is "" before the first one is loaded;
    `waits_for` is the trouble that pauses the watcher, or ""; `faults` are the first files of the inbox
    that cannot be filed, by name as text, and why."""

    pid: int
    started: float
    time: float
    model: str
    waits_for: str
    faults: Mapping[str, str] = field(default_factory=dict)


def last_beat(state: Path) -> Beat | None:
    """The newest heartbeat, also of a watcher that has ended; None if there is none that can be read."""
    try:
        told = json.loads((state / HEARTBEAT_FILE).read_text(encoding="utf-8"))
        beat = Beat(
            int(told["pid"]),
            float(told["started"]),
            float(told["time"]),
            str(told["model"]),
            str(told["waits_for"]),
            # An older watcher's has none.
            {str(name): str(fault) for name, fault in dict(told.get("faults", {})).items()},
        )
        for moment in (beat.started, beat.time):
            datetime.fromtimestamp(moment)  # What is no time is no beat either.
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None
    return beat


class Heartbeat:
    """Writes the file once it is BEAT_SECONDS old, and at once when what it says changes; tells the
    supervisor the same. Of several watchers of one folder only the first one writes.
    """

    def __init__(
        self, state: Path, now: Callable[[], float], supervisor: Supervisor | None = None
    ) -> None:
        self._state = state
        self._now = now
        self._supervisor = supervisor or Supervisor()
        self._one_at_a_time = threading.Lock()
        self._lock: int | None = None
        self._news = Beat(os.getpid(), now(), 0.0, "", "")
        self._said: Beat | None = None
        self._is_ready = False

    def move_to(self, state: Path) -> None:
        """Beats in this folder from now on; the one before is nobody's."""
        with self._one_at_a_time:
            if state != self._state:
                self._release()
                self._state, self._said = state, None

    def beat(
        self, waits_for: str = "", model: str = "", faults: Mapping[str, str] | None = None
    ) -> None:
        """The loop turns, or waits for a trouble to pass; `model` "" is still the last one, `faults`
        None are still the last ones.

        The first one tells the supervisor that all is set, also in a trouble: to be killed and started
        again would mend no full disk.
        """
        with self._one_at_a_time:
            news = replace(
                self._news,
                waits_for=waits_for,
                model=model or self._news.model,
                faults=self._news.faults if faults is None else _first(faults),
            )
            if news != self._news or not self._is_ready:
                self._news, self._said, self._is_ready = news, None, True
        self.goes_on()

    def goes_on(self) -> None:
        """Long work goes on, as a start or a batch; from any thread."""
        with self._one_at_a_time:
            now = self._now()
            # Somebody may have set the clock back.
            if self._said is not None and 0 <= now - self._said.time < BEAT_SECONDS:
                return
            beat = replace(self._news, time=now)
            self._tell_supervisor()
            with suppress(OSError):  # A full disk must not end what the heartbeat reports on.
                if self._is_first():
                    _write(beat, self._state / HEARTBEAT_FILE)
                    self._said = beat

    def close(self) -> None:
        """The watcher ends."""
        self._supervisor.tell("STOPPING=1")
        self._release()

    def _tell_supervisor(self) -> None:
        if self._is_ready:
            status = escape_for_terminal(self._news.waits_for) or "watching"
            self._supervisor.tell("READY=1", "WATCHDOG=1", f"STATUS={status}")

    def _is_first(self) -> bool:
        """Whether the lock is ours, in the folder that is there now: another disk may be mounted."""
        path = self._state / HEARTBEAT_LOCK_FILE
        if self._lock is not None:
            there = files.stat_or_none(path)
            if there is not None and files.identity(there) == files.identity(os.fstat(self._lock)):
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


def _write(beat: Beat, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(asdict(beat)), encoding="utf-8")
    part.replace(path)
