"""The settings of a file that may change at any time: looked at now and then, on trial, in force."""

from collections.abc import Callable, Iterator
from pathlib import Path

from watcher.clock import Clock
from watcher.config.errors import ConfigError
from watcher.config.folders import absolute, make_folders
from watcher.config.settings import SETTINGS, Settings
from watcher.config.toml_text import as_toml
from watcher.console.text import escape_for_terminal
from watcher.daemon.reporter import Reporter
from watcher.fs import files

QUIET_SECONDS = 0.5
"""An editor that truncates and writes has done so by then: a file is judged once it is so long unchanged."""

_AGAIN_SECONDS = 5.0
"""A file that was refused may be right without a change of its own: a disk is there again."""

Fingerprint = tuple[str, int, int]


class Reloading:
    """The settings in force, and those that a changed file asks for; their folders are made.

    `read` gives them anew or raises ConfigError, `file` is where they may change. The reporter hears of
    each change once. Raises ConfigError at the start only.
    """

    def __init__(
        self, file: Path, read: Callable[[], Settings], reporter: Reporter, clock: Clock
    ) -> None:
        self._file = absolute(file)
        self._read = read
        self._reporter = reporter
        self._monotonic = clock.monotonic
        self._judged = self._seen = self._looked()
        self._seen_at = 0.0
        self._wanted = self._in_force = read()
        make_folders(self._wanted)
        self._refused = ""
        self._refused_at = 0.0

    def settings(self) -> Settings:
        """The settings to work with: the same object until others are to be tried."""
        look, now = self._looked(), self._monotonic()
        if look != self._seen:
            self._seen, self._seen_at = look, now
        is_new = look != self._judged and now - self._seen_at >= QUIET_SECONDS
        if is_new or (self._refused and look and now - self._refused_at >= _AGAIN_SECONDS):
            self._judged = look
            self._judge(look)
        return self._wanted

    def next_due(self) -> float:
        """In how many seconds a change that was seen can be judged; infinite without one."""
        if self._seen == self._judged:
            return float("inf")
        return max(0.0, self._seen_at + QUIET_SECONDS - self._monotonic())

    def begun(self) -> None:
        """The settings work: a session has begun with them."""
        before, self._in_force = self._in_force, self._wanted
        if before is not self._in_force:
            changed = "; ".join(_changes(before, self._in_force))
            self._reporter.say(
                escape_for_terminal(f"{self._file} was changed, in force now: {changed}")
            )
            self._refused = ""

    def go_back(self, why: str) -> bool:
        """No session can begin with the settings on trial; whether there are others to go back to."""
        if self._wanted is self._in_force:
            return False
        self._wanted = self._in_force
        self._refuse(f"{self._file}: {why}")
        self._refused_at = float("inf")  # Each try ends a session: not before the file changes.
        return True

    def _judge(self, look: Fingerprint | None) -> None:
        if look is None:
            self._refuse(f"{self._file} is gone")
            return
        try:
            found = self._read()
            make_folders(found, self._in_force.paths)
        except ConfigError as error:
            self._refuse(str(error))
            return
        if found != self._in_force:
            self._wanted = found
            return
        self._wanted = self._in_force
        if self._refused:
            self._reporter.say(
                escape_for_terminal(f"{self._file} is in order again; the settings are the same")
            )
            self._refused = ""

    def _refuse(self, why: str) -> None:
        self._wanted = self._in_force
        self._refused_at = self._monotonic()
        if why != self._refused:
            self._refused = why
            self._reporter.warn(
                escape_for_terminal(f"{why}; the settings from before stay in force")
            )

    def _looked(self) -> Fingerprint | None:
        """Which file it is and when it was written; None where there is none."""
        try:
            status = self._file.stat()  # Of what a link leads to.
        except OSError:
            return None
        return files.identity(status), status.st_size, status.st_mtime_ns


def _changes(before: Settings, after: Settings) -> Iterator[str]:
    for section, keys in SETTINGS.items():
        for key in keys:
            old, new = before.value(section, key), after.value(section, key)
            if new != old:
                yield f"[{section}] {key} = {_as_text(new)} (before: {_as_text(old)})"


def _as_text(value: object) -> str:
    if value is None:
        return "unset"
    return as_toml(value if isinstance(value, int | float) else str(value))
