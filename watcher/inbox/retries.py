"""When to try files again that were ready and could not be filed.

A failed try causes events, which wake the watcher: a file tried at each wake-up would keep it busy for ever
(800 commits in 4 s for one file in a read-only folder).
"""

from collections.abc import Callable
from dataclasses import dataclass

from watcher.fs.files import Fingerprint
from watcher.inbox.faults import HELD

# The default pause between two scans without events (`[watch] rescan_seconds`).
_FIRST_SECONDS = 2.0

# After fixing the cause, a user sees the file filed within a minute.
_MAX_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A failed try: the file's fingerprint after it; the next try is due at `due`, after `pause` seconds."""

    fingerprint: Fingerprint
    fault: str
    pause: float
    due: float


class RetryBackoff:
    """The files of one inbox that could not be filed, by name; each pause is twice the one before.

    Times are in seconds of a clock that never goes back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._attempts: dict[str, _Attempt] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._attempts

    def failed(self, name: str, fingerprint: Fingerprint, fault: str) -> None:
        """Note that `name` could not be filed for this fault."""
        before = self._attempts.get(name)
        pause = _FIRST_SECONDS
        if before is not None and before.fingerprint == fingerprint and fault != HELD:
            pause = min(2 * before.pause, _MAX_SECONDS)
        self._attempts[name] = _Attempt(fingerprint, fault, pause, self._monotonic() + pause)

    def fault(self, name: str) -> str | None:
        """Return why `name` is not tried now, None if it may be tried."""
        last = self._attempts.get(name)
        return None if last is None or last.due <= self._monotonic() else last.fault

    def keep_unchanged(self, fingerprint_at: Callable[[str], Fingerprint | None]) -> None:
        """Forget files that are missing or changed: a changed one is new, and tried at once."""
        self._attempts = {
            name: attempt
            for name, attempt in self._attempts.items()
            if fingerprint_at(name) == attempt.fingerprint
        }
