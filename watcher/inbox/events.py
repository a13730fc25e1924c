"""File system events of the inbox: a hint to scan, never the truth about what is there."""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from watchdog import events
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from watcher.clock import Clock
from watcher.fs import files

# watchdog logs for its developers; without a handler Python would print that to the user's terminal.
logging.getLogger("watchdog").addHandler(logging.NullHandler())

# The observer's threads die with the process; waiting longer would only delay the end.
_JOIN_SECONDS = 0.3

# How long to wait before asking again for events that the system refused: scans find all drawings.
_REFUSED_SECONDS = 60.0

_NO_NEWS = frozenset(["opened", "closed_no_write", "deleted"])
"""Our own looks at the files make these, and our claims; to wake up for looks would never end."""

_NEWS = [
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and getattr(kind, "event_type", "") not in (_NO_NEWS | {""})
]
"""The kinds of events that are asked for: what is not costs nothing, also not in a backlog."""


class _Hint(FileSystemEventHandler):  # type: ignore[misc]  # watchdog is not followed
    def __init__(self, notify: Callable[[], None]) -> None:
        self._notify = notify

    def on_any_event(self, _: FileSystemEvent) -> None:
        self._notify()


def _hold_nothing_back() -> None:
    """Has watchdog pass on each event at once.

    Behind a file that moves out of the folder, as our own claims do, it holds all events back for 0.5 s
    in case the file moves in elsewhere: which file does what is nothing to us. (Linux; both attributes
    are classes' own, the first in watchdog 7, the second in 6.)
    """
    if sys.platform != "linux":
        return
    for module, name in (
        ("inotify_move_event_grouper", "InotifyMoveEventGrouper"),
        ("inotify_buffer", "InotifyBuffer"),
    ):
        with suppress(ImportError, AttributeError):
            getattr(import_module(f"watchdog.observers.{module}"), name).delay = 0.0


_hold_nothing_back()


def gives_events(folder: Path, walk: bool) -> bool:
    """Whether the system lets us listen to a folder now; makes and leaves nothing."""
    events = Events(folder, walk, lambda: None, Clock())
    try:
        return events.keep_alive()
    finally:
        events.close()


def _end(observer: BaseObserver) -> None:
    """Stops an observer, whether it had started or not."""
    with suppress(OSError, RuntimeError):
        observer.stop()
    with suppress(RuntimeError):  # It had not.
        observer.join(timeout=_JOIN_SECONDS)


class Events:
    """The inbox's events as a hint, for as long as they come; scanning alone does without."""

    def __init__(self, folder: Path, walk: bool, notify: Callable[[], None], clock: Clock) -> None:
        self._folder = folder
        self._walk = walk
        self._notify = notify
        self._clock = clock
        self._observer: BaseObserver | None = None
        self._watched: str | None = None
        self._refused: str | None = None
        self._next_try = 0.0

    def keep_alive(self) -> bool:
        """Starts the observer, or again if it died or the folder is another; whether it lives.

        Where the system refuses it, that folder is tried again every minute only.
        """
        try:
            folder = files.identity(self._folder.stat())  # Of what a link leads to.
        except OSError:
            folder = None
        if self._observer is not None and folder == self._watched and self._lives():
            return True
        self.close()
        now = self._clock.monotonic()
        if folder is None or (folder == self._refused and now < self._next_try):
            return False
        self._observer = self._started()
        if self._observer is None:
            self._refused, self._next_try = folder, now + _REFUSED_SECONDS
            return False
        self._watched, self._refused = folder, None
        return True

    def close(self) -> None:
        observer, self._observer, self._watched = self._observer, None, None
        if observer is not None:
            _end(observer)

    def _started(self) -> BaseObserver | None:
        """An observer that runs, None where the system refuses one; that leaves nothing open then."""
        observer: BaseObserver | None = None
        try:
            observer = Observer()  # On Linux this one opens the inotify instance by itself.
            observer.schedule(
                _Hint(self._notify), str(self._folder), recursive=self._walk, event_filter=_NEWS
            )
            observer.start()
        except (OSError, RuntimeError, UnicodeError):  # no inotify left, a dead share
            if observer is not None:
                _end(observer)
            return None
        return observer

    def _lives(self) -> bool:
        observer = self._observer
        return (
            observer is not None
            and observer.is_alive()
            and all(emitter.is_alive() for emitter in observer.emitters)
        )
