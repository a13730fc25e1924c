"""What the page shows: drawings with what was read and said of them, filtered, and their totals. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.layout import OUTBOX_FOLDERS
from watcher.log.rows import folder_of, is_label
from watcher.types import Row, Status

STATUSES = tuple(Status)


@dataclass(frozen=True, slots=True)
class Shown:
    """One drawing: the two best guesses with their confidences (0 to 1) as it was read, the folder
    that it lies in now, and the digit that a person gave it. `version` changes with its bytes."""

    id: str
    day: str
    file: str
    status: str
    folder: str
    label: int | None
    digit: int | None
    confidence: float | None
    second_digit: int | None
    second_confidence: float | None
    reason: str
    version: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; "" for any. `folder` is where a drawing lies now, days are as in the log (UTC)."""

    folder: str = ""
    status: str = ""
    first_day: str = ""
    last_day: str = ""

    def is_in_period(self, drawing: Shown) -> bool:
        return self.first_day <= drawing.day and (not self.last_day or drawing.day <= self.last_day)

    def admits(self, drawing: Shown) -> bool:
        return (
            self.is_in_period(drawing)
            and self.folder in ("", drawing.folder)
            and self.status in ("", drawing.status)
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """How many drawings of a period lie in each folder, and how many came on each day."""

    folders: tuple[int, ...]
    days: tuple[tuple[str, int], ...]


def escape_for_terminal(first: Row, last: Row) -> Shown:
    """A drawing from the row that it came with and the one that holds now."""
    return Shown(
        id=first.id,
        day=first.time[:10],
        file=first.file,
        status=last.status,
        folder=folder_of(last.filed_as),
        label=last.digit if is_label(last) else None,
        digit=None if first.status == Status.CORRECTED else first.digit,
        confidence=first.confidence,
        second_digit=first.second_digit,
        second_confidence=first.second_confidence,
        reason=first.reason,
        version=last.sha256[:12],
    )


def least_certain_first(drawings: Iterable[Shown]) -> list[Shown]:
    """By confidence; what was not read at all comes last."""
    return sorted(drawings, key=lambda one: (one.confidence is None, one.confidence or 0.0, one.id))


def totals(drawings: Sequence[Shown]) -> Totals:
    folders = Counter(drawing.folder for drawing in drawings)
    days = Counter(drawing.day for drawing in drawings)
    return Totals(tuple(folders[folder] for folder in OUTBOX_FOLDERS), tuple(sorted(days.items())))
