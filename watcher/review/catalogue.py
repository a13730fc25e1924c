"""The drawings of the page: what was read and what a person said, filtered, sorted, counted. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from watcher.layout import DIGIT_FOLDERS, UNSURE_FOLDER
from watcher.log.rows import folder_of, is_label, is_not_a_digit
from watcher.types import Row, Status

# What a person may have said about a drawing, besides a digit.
NOT_A_DIGIT = "not a digit"


class Tab(StrEnum):
    """The lists of the page."""

    REVIEW = "review"
    CONFIRMED = "confirmed"
    ALL = "all"


class Sort(StrEnum):
    """The orders of a list."""

    LEAST_CERTAIN = "certainty"
    NEWEST = "newest"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class ReviewedDrawing:
    """One drawing: the two best guesses with their confidences (0 to 1) as it was read, the folder
    where it is now, and its label: a digit, NOT_A_DIGIT, or "". `version` changes with its bytes;
    `time` is when it was filed and `changed` the time of its latest row, as in the log."""

    id: str
    time: str
    changed: str
    file: str
    place: str
    status: str
    folder: str
    label: str
    digit: int | None
    confidence: float | None
    second_digit: int | None
    second_confidence: float | None
    reason: str
    width: int | None
    height: int | None
    model: str
    version: str


def drawing_from(first: Row, last: Row) -> ReviewedDrawing:
    """Return a drawing from its first row and its latest, which holds now."""
    was_read = first.status != Status.CORRECTED
    return ReviewedDrawing(
        id=first.id,
        time=first.time,
        file=first.file,
        digit=first.digit if was_read else None,
        confidence=first.confidence,
        second_digit=first.second_digit,
        second_confidence=first.second_confidence,
        reason=first.reason,
        width=first.width,
        height=first.height,
        model=first.model,
        **_state(last),
    )


def with_latest(drawing: ReviewedDrawing, last: Row) -> ReviewedDrawing:
    """Return a drawing as its latest row has it."""
    return replace(drawing, **_state(last))


def _state(last: Row) -> dict[str, Any]:
    """Return the fields that a drawing's latest row decides."""
    return {
        "changed": last.time,
        "place": last.filed_as,
        "status": last.status,
        "folder": folder_of(last.filed_as),
        "label": str(last.digit) if is_label(last) else NOT_A_DIGIT * is_not_a_digit(last),
        "version": last.sha256[:12],
    }


_FIELDS = tuple(one.name for one in fields(ReviewedDrawing))


def as_dict(drawing: ReviewedDrawing) -> dict[str, Any]:
    """Return the fields by name; `dataclasses.asdict` copies each value deeply, which takes longer."""
    return {name: getattr(drawing, name) for name in _FIELDS}


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """Which drawings a person should look at.

    Those in unsure/, and those filed since `since` (a time as in the log) with less than `low`.
    `min_confidence` is the threshold of filing; `postponed` are ids kept for later, the first first.
    """

    min_confidence: float
    since: str
    postponed: Sequence[str] = ()

    @property
    def low(self) -> float:
        """Half of the way from the threshold to certainty."""
        return (1 + self.min_confidence) / 2

    def asks_for(self, drawing: ReviewedDrawing) -> bool:
        """Return whether a person should review it: unlabelled, and unsure or barely filed just now."""
        if drawing.label:
            return False
        if drawing.folder == UNSURE_FOLDER:
            return True
        confidence = drawing.confidence
        return (
            drawing.folder in DIGIT_FOLDERS
            and drawing.time >= self.since
            and confidence is not None
            and confidence < self.low
        )

    def order(self, drawing: ReviewedDrawing) -> tuple[Any, ...]:
        """Return a sort key: unsure nearest the threshold first, then barely filed, postponed last."""
        postponed = drawing.id in self.postponed
        turn = self.postponed.index(drawing.id) if postponed else 0
        distance = abs((drawing.confidence or 0.0) - self.min_confidence)
        return (postponed, turn, drawing.folder != UNSURE_FOLDER, distance, drawing.id)


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; "" for any. `folder` is where a drawing is now, `name` a part of its name in any
    case; it was filed `since` and `before` two times in the log's form."""

    tab: Tab = Tab.ALL
    folder: str = ""
    status: str = ""
    since: str = ""
    before: str = ""
    name: str = ""

    def is_in_period(self, drawing: ReviewedDrawing) -> bool:
        return self.since <= drawing.time and (not self.before or drawing.time < self.before)

    def admits(self, drawing: ReviewedDrawing, rule: ReviewRule) -> bool:
        return (
            is_in_tab(self.tab, drawing, rule)
            and self.is_in_period(drawing)
            and self.folder in ("", drawing.folder)
            and self.status in ("", drawing.status)
            and self.name.casefold() in drawing.file.casefold()
        )


def is_in_tab(tab: Tab, drawing: ReviewedDrawing, rule: ReviewRule) -> bool:
    """Return whether a list contains a drawing."""
    if tab is Tab.REVIEW:
        return rule.asks_for(drawing)
    return tab is Tab.ALL or bool(drawing.label)


def sort_drawings(
    drawings: Iterable[ReviewedDrawing], sort: Sort, tab: Tab, rule: ReviewRule
) -> list[ReviewedDrawing]:
    """Return drawings in an order; in the list to review the first order is that of the rule."""
    if sort is Sort.NEWEST:
        return sorted(drawings, key=lambda one: (one.time, one.id), reverse=True)
    if sort is Sort.NAME:
        return sorted(drawings, key=lambda one: (one.file.casefold(), one.id))
    key: Callable[[ReviewedDrawing], tuple[Any, ...]] = (
        rule.order if tab is Tab.REVIEW else _confidence_key
    )
    return sorted(drawings, key=key)


def _confidence_key(drawing: ReviewedDrawing) -> tuple[Any, ...]:
    """Sort by confidence; drawings that were not read come last."""
    return (drawing.confidence is None, drawing.confidence or 0.0, drawing.id)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many drawings of a period are in each folder, and how many were filed on each local day."""

    folders: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
