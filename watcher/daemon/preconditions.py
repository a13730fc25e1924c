"""Check before files are moved that the inbox exists and is one, and that no other watcher runs."""

import os
import sys
import time
from contextlib import suppress
from itertools import islice

from watcher.clock import Clock
from watcher.config.errors import ConfigError
from watcher.config.settings import Origin, Paths, Settings
from watcher.daemon.heartbeat import last_beat
from watcher.fs import files, lock
from watcher.fs.lock import AnotherWatcherError
from watcher.inbox.scan import inbox_of
from watcher.layout import CLAIMS_FOLDER, HEARTBEAT_LOCK_FILE
from watcher.program import command_line
from watcher.recognition.formats import SUFFIXES, is_complete, sniff

# A watcher that is being restarted holds its lock for a moment after its end.
_PATIENCE_SECONDS = 1.0

# Fewer files of other kinds are no sign of a mistake, and a user can quickly move them back.
_MIN_OTHER_FILES = 10

# This many files show what a folder holds; opening more would delay the start.
_MAX_EXAMINED = 1000

# The longest signature of a picture format (WebP's) and some more.
_HEAD_BYTES = 64

_PICTURE_SUFFIXES = tuple(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)


def check_inbox(settings: Settings, accept_any_files: bool, sets_up: bool) -> None:
    """Raise ConfigError for an inbox that nobody asked to make, or a new one that holds other files.

    A missing inbox is made where settings name it, or where the command `sets_up` a watcher.
    """
    inbox = settings.paths.inbox
    if not files.is_folder(inbox):
        if settings.origin("paths", "inbox") is Origin.COMMAND_LINE:
            raise ConfigError(f"--inbox {inbox}: no such folder: make it, or correct the path")
        if not sets_up and settings.file is None:
            raise ConfigError(
                f"{inbox}: there is no inbox here: {command_line()} sets one up, --inbox names another"
            )
        return
    # An inbox that was watched before has a folder of claims.
    if accept_any_files or os.path.lexists(inbox / CLAIMS_FOLDER):
        return
    total, others = _count_other_files(settings)
    if others >= _MIN_OTHER_FILES and 2 * others > total:
        raise ConfigError(
            f"{inbox}: {others} of {total} files are no pictures, and would all be moved to "
            f"{settings.paths.outbox}: nothing was moved; watch a folder for drawings instead, or give "
            "--any-files once if this is what you want"
        )


def _count_other_files(settings: Settings) -> tuple[int, int]:
    """Return how many files the inbox has, and how many are no pictures by name and by content."""
    total = others = 0
    # The watcher itself reports what it cannot read.
    with suppress(OSError):
        for path, name in islice(inbox_of(settings, is_complete, Clock()).files(), _MAX_EXAMINED):
            total += 1
            if not name.lower().endswith(_PICTURE_SUFFIXES):
                with path.open("rb") as file:
                    others += sniff(file.read(_HEAD_BYTES)) is None
    return total, others


def refuse_second_watcher(paths: Paths) -> None:
    """Raise AnotherWatcherError if a watcher of these folders runs."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while lock.is_held(paths.state / HEARTBEAT_LOCK_FILE):
        if time.monotonic() < end:
            time.sleep(0.05)
            continue
        beat = last_beat(paths.state)
        raise AnotherWatcherError(
            f"another watcher already watches {paths.inbox}{_how_to_end(beat.pid) if beat else ''}"
        )


def _how_to_end(pid: int) -> str:
    command = f"taskkill /PID {pid} /F" if sys.platform == "win32" else f"kill {pid}"
    return (
        f" (process {pid}): end it with Ctrl-C in its terminal, with {command}, or if it is the background "
        f"service with {command_line('stop')}"
    )
