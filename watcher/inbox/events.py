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

# Pause before events that the system refused are asked for again; scans find all drawings meanwhile.
_REFUSED_SECONDS = 60.0

# The watcher's own scans and claims cause these: it would wake itself for ever.
_IGNORED_EVENTS = frozenset(["opened", "closed_no_write", "deleted"])

# The kinds of events that are subscribed to; others cost nothing, even in a backlog.
_SUBSCRIBED = [
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and getattr(kind, "event_type", "") not in (_IGNORED_EVENTS | {""})
]


class _WakeHandler(FileSystemEventHandler):  # type: ignore[misc]  # watchdog is not followed
    def __init__(self, notify: Callable[[], None]) -> None:
        self._notify = notify

    def on_any_event(self, _: FileSystemEvent) -> None:
        self._notify()


def _disable_move_grouping() -> None:
    """Make watchdog deliver each event at once.

    After a file moves out of the folder, as claims do, it delays all events by 0.5 s, to pair them with a
    move into another folder; the watcher needs no pairs. (Linux; class attributes, the first in
    watchdog 7, the second in 6.)
    """
    if sys.platform != "linux":
        return
    for module, name in (
        ("inotify_move_event_grouper", "InotifyMoveEventGrouper"),
        ("inotify_buffer", "InotifyBuffer"),
    ):
        with suppress(ImportError, AttributeError):
            getattr(import_module(f"watchdog.observers.{module}"), name).delay = 0.0


_disable_move_grouping()


def gives_events(folder: Path, walk: bool) -> bool:
    """Return whether the system grants events for a folder now; leave nothing behind."""
    events = Events(folder, walk, lambda: None, Clock())
    try:
        return events.keep_alive()
    finally:
        events.close()


def _stop(observer: BaseObserver) -> None:
    """Stop an observer, started or not."""
    with suppress(OSError, RuntimeError):
        observer.stop()
    with suppress(RuntimeError):  # It was not started.
        observer.join(timeout=_JOIN_SECONDS)


class Events:
    """The inbox's events, which wake the watcher; without them it finds drawings by scanning."""

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
        """Start the observer, again if it died or the folder was replaced; return whether it runs.

        Where the system refuses it, that folder is tried again only every minute.
        """
        try:
            folder = files.identity(self._folder.stat())  # Links are followed.
        except OSError:
            folder = None
        if self._observer is not None and folder == self._watched and self._is_running():
            return True
        self.close()
        now = self._clock.monotonic()
        if folder is None or (folder == self._refused and now < self._next_try):
            return False
        self._observer = self._start()
        if self._observer is None:
            self._refused, self._next_try = folder, now + _REFUSED_SECONDS
            return False
        self._watched, self._refused = folder, None
        return True

    def close(self) -> None:
        """Stop the observer."""
        observer, self._observer, self._watched = self._observer, None, None
        if observer is not None:
            _stop(observer)

    def _start(self) -> BaseObserver | None:
        """Return a running observer, or None, with nothing left open, where the system refuses one."""
        observer: BaseObserver | None = None
        try:
            observer = Observer()  # On Linux the constructor opens the inotify instance.
            observer.schedule(
                _WakeHandler(self._notify),
                str(self._folder),
                recursive=self._walk,
                event_filter=_SUBSCRIBED,
            )
            observer.start()
        except (OSError, RuntimeError, UnicodeError):  # no inotify left, a dead share
            if observer is not None:
                _stop(observer)
            return None
        return observer

    def _is_running(self) -> bool:
        observer = self._observer
        return (
            observer is not None
            and observer.is_alive()
            and all(emitter.is_alive() for emitter in observer.emitters)
        )
