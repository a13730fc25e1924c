"""Reloading the settings while the watcher runs: a changed file is judged, tried, and then in force."""

from collections.abc import Iterator
from math import inf
from pathlib import Path

from watcher.clock import Clock
from watcher.config.errors import ConfigError
from watcher.config.folders import absolute, make_folders
from watcher.config.settings import SETTINGS, LoadSettings, Settings
from watcher.config.toml_text import as_toml
from watcher.daemon.reporter import Reporter
from watcher.fs.files import Fingerprint, fingerprint_of

# A changed file is judged after it has been unchanged for this long: an editor that truncates and then
# writes has finished.
QUIET_SECONDS = 0.5

# A refused file is judged again this often: it may become right without a change, when a disk is back.
_RETRY_SECONDS = 5.0


class SettingsReloader:
    """The settings in force, or those of a changed file that are on trial; their folders are made.

    `read` returns the settings or raises ConfigError, `file` is what may change. Each change is
    reported once. Raises ConfigError only at the start.
    """

    def __init__(self, file: Path, read: LoadSettings, reporter: Reporter, clock: Clock) -> None:
        self._file = absolute(file)
        self._read = read
        self._reporter = reporter
        self._monotonic = clock.monotonic
        self._judged = self._seen = self._fingerprint()
        self._seen_at = 0.0
        self._wanted = self._in_force = read()
        make_folders(self._wanted)
        # Why the file is refused, "" if it is not.
        self._refusal = ""
        self._retry_at = inf

    def settings(self) -> Settings:
        """Return the settings to work with: the same object until other settings are to be tried."""
        seen, now = self._fingerprint(), self._monotonic()
        if seen != self._seen:
            self._seen, self._seen_at = seen, now
        is_new = seen != self._judged and now - self._seen_at >= QUIET_SECONDS
        if is_new or (seen is not None and now >= self._retry_at):
            self._judged = seen
            self._judge(seen)
        return self._wanted

    def next_due(self) -> float:
        """Return the seconds until a change can be judged, infinite if the file has not changed."""
        if self._seen == self._judged:
            return inf
        return max(0.0, self._seen_at + QUIET_SECONDS - self._monotonic())

    def commit(self) -> None:
        """Put the settings into force: a session began with them."""
        before, self._in_force = self._in_force, self._wanted
        if before is not self._in_force:
            changed = "; ".join(_changes(before, self._in_force))
            self._reporter.info(f"{self._file} was changed, in force now: {changed}")
            self._refusal = ""

    def revert(self, why: str) -> bool:
        """Refuse the settings on trial, with which no session can begin, until the file changes.

        Returns False if none are on trial.
        """
        if self._wanted is self._in_force:
            return False
        # The file is not judged again until it changes, since each trial ends a session.
        self._refuse(f"{self._file}: {why}", retry_at=inf)
        return True

    def _judge(self, seen: Fingerprint | None) -> None:
        if seen is None:
            self._refuse(f"{self._file} is missing", retry_at=inf)
            return
        try:
            found = self._read()
            make_folders(found, self._in_force.paths)
        except ConfigError as error:
            self._refuse(str(error), retry_at=self._monotonic() + _RETRY_SECONDS)
            return
        self._retry_at = inf
        if found == self._in_force:
            self._wanted = self._in_force
            if self._refusal:
                self._reporter.info(f"{self._file} is right again; the settings are the same")
                self._refusal = ""
        elif found != self._wanted:
            self._wanted = found

    def _refuse(self, why: str, retry_at: float) -> None:
        self._wanted = self._in_force
        self._retry_at = retry_at
        if why != self._refusal:
            self._refusal = why
            self._reporter.warning(f"{why}; the previous settings stay in force")

    def _fingerprint(self) -> Fingerprint | None:
        """Return the file's fingerprint, links followed; None if it is missing."""
        try:
            return fingerprint_of(self._file.stat())
        except OSError:
            return None


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
