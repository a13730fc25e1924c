"""What `--verbose` explains of a session: each fact when it changes."""

from collections.abc import Sequence

from watcher.daemon.reporter import Reporter
from watcher.inbox.scan import Inbox

# Names in one line; the others are counted.
_MAX_NAMES = 3


class SessionDetails:
    """Reports the details of one session, each when it changes."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._has_events: bool | None = None
        self._model = ""
        self._waiting: Sequence[str] = ()
        self._pause: float | None = None

    def events(self, has_events: bool) -> None:
        """Report whether the system reports changes in the inbox."""
        if has_events != self._has_events:
            self._has_events = has_events
            self._reporter.debug(
                "the system reports changes in the inbox"
                if has_events
                else "the system reports no changes in the inbox: only scans find them"
            )

    def model(self, name: str) -> None:
        """Report which model reads the drawings."""
        if name != self._model:
            self._model = name
            self._reporter.debug(f"drawings are read with model {name}")

    def scanned(self, inbox: Inbox, filed: int, seconds: float) -> None:
        """Report how many files a scan filed, and which files wait."""
        if filed:
            self._reporter.debug(f"scanned the inbox: {filed} filed in {seconds:.3f} s")
        if inbox.waiting != self._waiting:
            self._waiting = inbox.waiting
            self._reporter.debug(_waiting(inbox.waiting))

    def surveyed(self, pause_seconds: float | None) -> None:
        """Report how often the outbox is scanned: the larger it is, the less often."""
        if pause_seconds is not None and round(pause_seconds) != self._pause:
            self._pause = round(pause_seconds)
            self._reporter.debug(f"scanned the outbox; again in {self._pause} s")


def _waiting(names: Sequence[str]) -> str:
    if not names:
        return "no file in the inbox waits any more"
    named = ", ".join(names[:_MAX_NAMES])
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return f"waiting until whole, unchanged for settle_seconds, or closed: {named}{more}"
