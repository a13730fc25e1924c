"""One line for each batch, from Spark's own listener."""

from collections.abc import Callable

from pyspark.sql.streaming.listener import (
    QueryIdleEvent,
    QueryProgressEvent,
    QueryStartedEvent,
    QueryTerminatedEvent,
    StreamingQueryListener,
)


def line(batch: int, drawings: int, seconds: float, waiting: int) -> str:
    """Return `batch 12: 1000 drawings in 1.3 s (769 a second), 3000 waiting`."""
    rate = f"{drawings / seconds:.0f} a second" if seconds > 0 else "at once"
    text = f"batch {batch}: {drawings} drawings in {seconds:.1f} s ({rate})"
    return f"{text}, {waiting} waiting" if waiting else text


class Progress(StreamingQueryListener):  # type: ignore[misc] # Spark has no types here.
    """Prints a line for each batch that had drawings."""

    def __init__(self, say: Callable[[str], None], waiting: Callable[[], int]) -> None:
        self._say = say
        self._waiting = waiting

    def onQueryProgress(self, event: QueryProgressEvent) -> None:  # noqa: N802 - Spark's name
        progress = event.progress
        if progress.numInputRows:
            seconds = progress.durationMs.get("triggerExecution", 0) / 1000
            self._say(line(progress.batchId, progress.numInputRows, seconds, self._waiting()))

    def onQueryStarted(self, event: QueryStartedEvent) -> None:  # noqa: N802
        pass

    def onQueryIdle(self, event: QueryIdleEvent) -> None:  # noqa: N802
        pass

    def onQueryTerminated(self, event: QueryTerminatedEvent) -> None:  # noqa: N802
        pass
