"""Find out whether a watcher runs, from its heartbeat and the heartbeat's lock."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from watcher.daemon.heartbeat import STALE_SECONDS, Beat, last_beat
from watcher.fs import lock
from watcher.layout import HEARTBEAT_LOCK_FILE

# A starting watcher takes the lock some 0.001 s before its first beat.
_STARTING_SECONDS = 0.2


class State(StrEnum):
    """What the watcher of these folders is doing."""

    RUNNING = "running"
    # Its process exists but does nothing: stopped, hung, or its machine was asleep.
    STALE = "stale"
    NOT_RUNNING = "not running"


@dataclass(frozen=True, slots=True)
class Running:
    """`beat` is the newest heartbeat, also of a watcher that has ended; None without one."""

    state: State
    beat: Beat | None

    @property
    def faults(self) -> Mapping[str, str]:
        """Why a live watcher cannot file some files, by name."""
        return {} if self.beat is None or self.state is State.NOT_RUNNING else self.beat.faults


def find_watcher(state: Path, now: Callable[[], float]) -> Running:
    """Return what the watcher with this state folder is doing; raise OSError if it cannot be read."""
    end = time.monotonic() + _STARTING_SECONDS
    while True:
        is_held = lock.is_held(state / HEARTBEAT_LOCK_FILE)
        beat = last_beat(state)
        if not is_held:
            return Running(State.NOT_RUNNING, beat)
        # A beat from the future counts as stale: somebody set the clock back.
        if beat is not None and abs(now() - beat.time) <= STALE_SECONDS:
            return Running(State.RUNNING, beat)
        if time.monotonic() > end:
            return Running(State.STALE, beat)
        time.sleep(_STARTING_SECONDS / 10)
