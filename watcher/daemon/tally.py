"""The number of drawings by outcome."""

from collections import Counter
from dataclasses import dataclass, field

from watcher.console.text import plural
from watcher.types import JUDGED, Row, Status


@dataclass(slots=True)
class Tally:
    """Counts rows by status."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        """Count one row."""
        self.counts[row.status] += 1

    @property
    def total(self) -> int:
        """The number of drawings filed, unsure or rejected; corrections do not count."""
        return sum(self.counts[status] for status in JUDGED)

    def __str__(self) -> str:
        parts = [f"{self.counts[status]} {status}" for status in JUDGED]
        corrected = self.counts[Status.CORRECTED]
        more = f"; {corrected} corrected" if corrected else ""
        if not self.total:
            return f"no drawings{more}"
        return f"{plural(self.total, 'drawing')}: {', '.join(parts)}{more}"
