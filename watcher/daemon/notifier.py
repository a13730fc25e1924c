"""Notifications of events, gathered over a minute: the user's command, or `desktop`, gets a JSON line."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

from watcher.clock import Clock, utc
from watcher.config.settings import Notify
from watcher.console.text import plural
from watcher.daemon import desktop
from watcher.daemon.reporter import Reporter
from watcher.types import Row

# Two runs of the command are at least this far apart; what happens in between is gathered.
INTERVAL_SECONDS = 60.0

# All events are counted; this many are named, with texts of at most this length.
_MAX_NAMED = 10
_MAX_CHARACTERS = 150

# A pipe of any system holds at least this many bytes: writing them never waits for the command.
_MAX_BYTES = 4000

# Hides the console window that Windows opens for a program.
_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class Notifier:
    """Gathers events and runs the command of `[notify]` at most once a minute. Raises nothing.

    The command reads one line of JSON from its standard input. A command that still runs a minute later
    is ended. Without one, `desktop_command` is run; if that is empty, nothing is.
    """

    def __init__(
        self,
        reporter: Reporter,
        clock: Clock,
        desktop_command: Callable[[], tuple[str, ...]] = desktop.command,
    ) -> None:
        self._reporter = reporter
        self._clock = clock
        self._desktop_command = desktop_command
        self._notify = Notify((), ())
        self._command: tuple[str, ...] = ()
        self._counts: Counter[str] = Counter()
        self._named: list[dict[str, str]] = []
        self._next = clock.monotonic()
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, notify: Notify) -> None:
        """Use these settings from now on."""
        self._notify = notify
        if not notify.on:
            return
        self._command = notify.command or self._desktop_command()
        if not self._command:
            self._reporter.warning(
                "[notify] on: desktop notifications need one more package: "
                'python -m pip install ".[notify]", or set [notify] command; filing continues'
            )

    def add_row(self, row: Row) -> None:
        """Gather a drawing's outcome if its status is one to notify of."""
        self._add(row.status, {"file": row.file, "filed_as": row.filed_as, "reason": row.reason})

    def add_error(self, error: str) -> None:
        """Gather a failure that stops the watcher from filing."""
        self._add("error", {"error": error})

    def send(self, is_last: bool = False) -> None:
        """Run the command if events were gathered and the last run is a minute ago, or if `is_last`."""
        self._check_process()
        if not self._counts or (self._clock.monotonic() < self._next and not is_last):
            return
        line = self._line()
        while len(line) > _MAX_BYTES:
            self._named.pop()
            line = self._line()
        self._counts, self._named = Counter(), []
        self._next = self._clock.monotonic() + INTERVAL_SECONDS
        if self._command:
            self._run(self._command, line)

    def _line(self) -> bytes:
        report = {
            "time": utc(self._clock.now()),
            "message": _message(self._counts),
            "counts": self._counts,
            "events": self._named,
        }
        return json.dumps(report).encode() + b"\n"

    def _add(self, kind: str, event: dict[str, str]) -> None:
        if kind not in self._notify.on:
            return
        self._counts[kind] += 1
        if len(self._named) < _MAX_NAMED:
            short = {key: text[:_MAX_CHARACTERS] for key, text in event.items()}
            self._named.append({"kind": str(kind), **short})

    def _run(self, command: Sequence[str], line: bytes) -> None:
        if self._process is not None:
            self._process.kill()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                creationflags=_FLAGS,
            )
        except (OSError, ValueError) as error:
            self._process = None
            self._warn(str(error))
            return
        assert self._process.stdin is not None
        # A command may end without reading its input.
        with suppress(OSError):
            self._process.stdin.write(line)
            self._process.stdin.close()

    def _check_process(self) -> None:
        if self._process is not None and (status := self._process.poll()) is not None:
            self._process = None
            if status:
                self._warn(f"it ended with status {status}")

    def _warn(self, why: str) -> None:
        what = (
            f"[notify] command {' '.join(self._notify.command)} failed ({why})"
            if self._notify.command
            else f"no desktop notification could be shown ({why}): "
            "start the watcher within a desktop's session and allow its notifications there, "
            "or set [notify] command"
        )
        self._reporter.warning(f"{what}; filing continues")


def _message(counts: dict[str, int]) -> str:
    return ", ".join(
        plural(count, "error")
        if kind == "error"
        else f"{count} drawing{' is' if count == 1 else 's are'} {kind}"
        for kind, count in counts.items()
    )
