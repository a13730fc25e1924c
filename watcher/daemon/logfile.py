"""`watcher.log` in the state folder: the watcher's messages, for its administrator."""

import logging
import os
import time
from collections import deque
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from watcher.clock import Clock
from watcher.layout import MESSAGES_FILE

MAX_BYTES = 1_000_000
_OLDER_FILES = 2

# About 10 kB. Writing each drawing's line by itself would slow down filing: lines wait until there are
# this many, or until an idle moment.
_BATCH_LINES = 200

# Lines kept while the disk takes none, or before the folder is known; the oldest are dropped.
_MAX_WAITING = 2000


class LogFile(RotatingFileHandler):
    """Writes lines with local time and level into three files of 1 MB at most; raises no OSError.

    The file is open only while a batch is written, so that other programs can use it and its disk can be
    unmounted. Nothing is synced.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(
            os.devnull,
            maxBytes=MAX_BYTES,
            backupCount=_OLDER_FILES,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self._clock = clock
        self._has_folder = False
        self._waiting: deque[str] = deque(maxlen=_MAX_WAITING)
        self._unwritten = 0

    def move_to(self, folder: Path) -> None:
        """Write into `folder` from now on, including the lines that wait for a first folder."""
        path = str(folder / MESSAGES_FILE)
        if path != self.baseFilename:
            self.flush()
            self.baseFilename, self._has_folder = path, True

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line for the next batch; a warning is written at once."""
        moment = time.strftime("%Y-%m-%d %H:%M:%S%z", time.localtime(self._clock.now()))
        self._waiting.append(f"{moment} {record.levelname:<7} {record.getMessage()}\n")
        self._unwritten += 1
        if record.levelno >= logging.WARNING or self._unwritten >= _BATCH_LINES:
            self.flush()

    def flush(self) -> None:
        """Write the lines that wait, if the disk takes them; a full disk may take a part."""
        self._unwritten = 0
        if not self._has_folder or not self._waiting:
            return
        text = "".join(self._waiting)
        path = Path(self.baseFilename)
        # On Windows a reader keeps the file from being renamed: it grows until the reader is done.
        with suppress(OSError):
            if path.exists() and path.stat().st_size + len(text) > self.maxBytes:
                self.doRollover()
        with suppress(OSError):
            with self._open() as file:
                file.write(text)
            self._waiting.clear()
