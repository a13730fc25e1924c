"""Whether a watcher runs now, from its heartbeat and the heartbeat's lock."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from watcher.daemon.heartbeat import STALE_SECONDS, Beat, last_beat
from watcher.fs import lock
from watcher.layout import HEARTBEAT_LOCK_FILE

_STARTING_SECONDS = 0.2
"""A watcher that starts takes the lock some 0.001 s before its first beat."""


class State(StrEnum):
    """What a watcher of these folders does."""

    RUNNING = "running"
    STALE = "stale"
    """Its process lives but stands still: stopped, hung, or its machine was asleep."""
    NOT_RUNNING = "not running"


@dataclass(frozen=True, slots=True)
class Running:
    """`beat` is the newest heartbeat, also of a watcher that has ended; None if there was none."""

    state: State
    beat: Beat | None

    @property
    def faults(self) -> Mapping[str, str]:
        """What a watcher that lives says of the files that it cannot file."""
        return {} if self.beat is None or self.state is State.NOT_RUNNING else self.beat.faults


def running(state: Path, now: Callable[[], float]) -> Running:
    """How the watcher with this state folder does; raises OSError if that cannot be read."""
    end = time.monotonic() + _STARTING_SECONDS
    while True:
        is_held = lock.is_held(state / HEARTBEAT_LOCK_FILE)
        beat = last_beat(state)
        if not is_held:
            return Running(State.NOT_RUNNING, beat)
        # One from the future is none of this moment either: somebody set the clock back.
        if beat is not None and abs(now() - beat.time) <= STALE_SECONDS:
            return Running(State.RUNNING, beat)
        if time.monotonic() > end:
            return Running(State.STALE, beat)
        time.sleep(_STARTING_SECONDS / 10)
