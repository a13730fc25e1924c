"""`watcher.log` in the state folder: what the watcher said, for who looks after it."""

import time
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

from watcher.clock import Clock
from watcher.console.terminal import Level
from watcher.layout import MESSAGES_FILE

MAX_BYTES = 1_000_000
_OLDER_FILES = 2

_BATCH_LINES = 200
"""About 10 kB. The lines of drawings wait for so many, or for an idle moment: to write each by itself
would take a share of every filing."""

_MAX_WAITING = 2000
"""Lines that wait for a disk that takes none, or for the folder; the oldest give way."""


class LogFile:
    """Writes lines with local time and level, three files of 1 MB at most; never raises OSError.

    The file is open only while lines are written: no other program, nor a disk that is to be
    unmounted, has to wait for the watcher. Nothing is synced.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._file: _Rotating | None = None
        self._waiting: deque[str] = deque(maxlen=_MAX_WAITING)
        self._new = 0

    def move_to(self, folder: Path) -> None:
        """Writes into `folder` from now on, also what waits."""
        path = folder / MESSAGES_FILE
        if self._file is None or Path(self._file.baseFilename) != path:
            self.flush()
            self._file = _Rotating(path)

    def add(self, level: Level, line: str) -> None:
        moment = time.strftime("%Y-%m-%d %H:%M:%S%z", time.localtime(self._clock.now()))
        self._waiting.append(f"{moment} {level.name:<7} {line}\n")
        self._new += 1
        if level >= Level.WARNING or self._new >= _BATCH_LINES:
            self.flush()

    def flush(self) -> None:
        """Writes what waits, if the disk takes it."""
        self._new = 0
        if self._file is not None and self._waiting and self._file.write("".join(self._waiting)):
            self._waiting.clear()


class _Rotating(RotatingFileHandler):
    """The standard library's rotation, for many lines at a time."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            maxBytes=MAX_BYTES,
            backupCount=_OLDER_FILES,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )

    def write(self, lines: str) -> bool:
        """Whether they were written; they may be in part if the disk was full in between."""
        path = Path(self.baseFilename)
        try:
            if path.exists() and path.stat().st_size + len(lines) > self.maxBytes:
                self.doRollover()
        except OSError:
            pass  # On Windows whoever reads a file keeps its name: it grows until they are done.
        try:
            with self._open() as file:
                file.write(lines)
        except OSError:
            return False
        return True
