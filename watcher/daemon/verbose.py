"""What a watcher does, for who asked with `--verbose`: each thing when it changes."""

from collections.abc import Sequence

from watcher.console.text import escape_for_terminal
from watcher.daemon.reporter import Reporter
from watcher.filing.reading import RecogniserProtocol
from watcher.inbox.scan import Inbox

_MAX_NAMED = 3


class Details:
    """Of one session."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._hears: bool | None = None
        self._model = ""
        self._waiting: Sequence[str] = ()
        self._pause: float | None = None

    def hears(self, events: bool) -> None:
        """Whether the system tells of changes in the inbox."""
        if events != self._hears:
            self._hears = events
            self._reporter.detail(
                "the system reports changes in the inbox"
                if events
                else "the system reports no changes in the inbox: only looking finds them"
            )

    def reads_with(self, recogniser: RecogniserProtocol) -> None:
        if recogniser.name != self._model:
            self._model = recogniser.name
            self._reporter.detail(
                escape_for_terminal(f"drawings are read with model {self._model}")
            )

    def looked_into(self, inbox: Inbox, filed: int, seconds: float) -> None:
        if filed:
            self._reporter.detail(f"a look into the inbox: {filed} filed in {seconds:.3f} s")
        if inbox.waiting != self._waiting:
            self._waiting = inbox.waiting
            self._reporter.detail(_waits(inbox.waiting))

    def surveys(self, pause_seconds: float | None) -> None:
        """How often the outbox is looked through: the larger it is, the less often."""
        if pause_seconds is not None and round(pause_seconds) != self._pause:
            self._pause = round(pause_seconds)
            self._reporter.detail(f"the outbox was looked through; again in {self._pause} s")


def _waits(names: Sequence[str]) -> str:
    if not names:
        return "nothing waits in the inbox any more"
    named = ", ".join(escape_for_terminal(name) for name in names[:_MAX_NAMED])
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return f"waiting until whole, quiet for settle_seconds, or let go of: {named}{more}"
