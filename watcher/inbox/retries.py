"""Files that were ready and could not be filed: why, in words for their user, and when to try again.

A try is seen by the events that wake the watcher, so a file that was tried at each wake-up would never
let it rest (800 commits in 4 s, for one file in a folder that nobody may write to).
"""

import errno
from collections.abc import Callable
from dataclasses import dataclass

from watcher.inbox.settling import Fingerprint

_FIRST_SECONDS = 2.0
"""As long as a watcher without events waits between two looks (`[watch] rescan_seconds`)."""

_LONGEST_SECONDS = 60.0
"""Who mended what was wrong should see the file go before they look for another mistake."""

HELD = ""
"""Another program holds the file or still writes it: that is no fault, and soon over."""

FROM_ELSEWHERE = frozenset([errno.EXDEV, errno.EBUSY])
"""A file below a mount of the same disk cannot be renamed out of it, a mounted file not at all."""

_SHARING_VIOLATIONS = (32, 33)
"""Windows: another program has the file open, or a part of it locked."""


def unread(error: OSError) -> str:
    """What to say of a file whose bytes cannot be had."""
    return f"cannot be read ({error.strerror}): let the watcher read it, or save it again"


def not_taken(error: OSError) -> str:
    """What to say of a file that cannot be renamed, or HELD."""
    if getattr(error, "winerror", None) in _SHARING_VIOLATIONS:
        return HELD
    if error.errno in FROM_ELSEWHERE:
        return f"cannot be moved ({error.strerror}): it is mounted there, copy it into the inbox"
    return f"cannot be moved ({error.strerror}): unlock it, or let the watcher write in its folder"


@dataclass(frozen=True, slots=True)
class _Try:
    """`look` is how the file looked after it; the next one is due `pause` seconds later, at `due`."""

    look: Fingerprint
    fault: str
    pause: float
    due: float


class RetryBackoff:
    """The stuck files of one inbox by name, each left alone for longer after each try, in the seconds
    of a clock that never steps back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tries: dict[str, _Try] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._tries

    def tried(self, name: str, look: Fingerprint, fault: str) -> None:
        """`name` could not be filed for this fault."""
        before = self._tries.get(name)
        pause = _FIRST_SECONDS
        if before is not None and before.look == look and fault != HELD:
            pause = min(2 * before.pause, _LONGEST_SECONDS)
        self._tries[name] = _Try(look, fault, pause, self._monotonic() + pause)

    def fault(self, name: str) -> str | None:
        """Why `name` is left alone now; None if it is not, or not any more."""
        last = self._tries.get(name)
        return None if last is None or last.due <= self._monotonic() else last.fault

    def keep_unchanged(self, look: Callable[[str], Fingerprint | None]) -> None:
        """Forgets what is gone or looks otherwise now: it is a new file, to be tried at once."""
        self._tries = {name: one for name, one in self._tries.items() if look(name) == one.look}
