"""The number of drawings by outcome."""

from dataclasses import dataclass, field

from watcher.types import JUDGED, Row, Status


@dataclass(slots=True)
class Tally:
    """Counts rows by status."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Count one row."""
        self.counts[row.status] = self.counts.get(row.status, 0) + 1

    @property
    def total(self) -> int:
        """The number of drawings filed, unsure or rejected; corrections do not count."""
        return sum(count for status, count in self.counts.items() if status != Status.CORRECTED)

    def __str__(self) -> str:
        parts = [f"{self.counts.get(s, 0)} {s}" for s in JUDGED]
        corrected = self.counts.get(Status.CORRECTED, 0)
        more = f"; {corrected} corrected" if corrected else ""
        return f"{self.total} drawing{'s' * (self.total != 1)}: {', '.join(parts)}{more}"
