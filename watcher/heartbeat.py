"""The heartbeat: a small file that says that the watcher lives, and what it waits for."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "heartbeat.json"

BEAT_SECONDS = 10.0
"""At most this old while the watcher lives and is not in the middle of a batch."""


@dataclass(frozen=True, slots=True)
class Beat:
    """`time` in seconds since 1970; `waits_for` is the trouble that pauses it, or empty."""

    pid: int
    time: float
    waits_for: str


class Heartbeat:
    """Writes the file at most every BEAT_SECONDS, and at once when what it says changes."""

    def __init__(self, state: Path, now: Callable[[], float]) -> None:
        self._path = state / FILE_NAME
        self._now = now
        self._last = Beat(0, 0.0, "")

    def beat(self, waits_for: str = "") -> None:
        now = self._now()
        is_new = waits_for != self._last.waits_for or self._last.pid == 0
        if not is_new and 0 <= now - self._last.time < BEAT_SECONDS:
            return
        beat = Beat(os.getpid(), now, waits_for)
        part = self._path.with_name(self._path.name + ".part")
        with suppress(OSError):  # A full disk must not end what the heartbeat reports on.
            part.write_text(json.dumps(asdict(beat)), encoding="utf-8")
            part.replace(self._path)
            self._last = beat
