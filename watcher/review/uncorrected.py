"""The drawings that nobody corrected, chosen by SQL: each has one row, and there may be a million of them."""

import json
from collections.abc import Iterable

from watcher.clock import local_day_span
from watcher.journal.database import Database
from watcher.journal.migrations import ROW
from watcher.layout import DIGIT_FOLDERS, UNSURE_FOLDER
from watcher.log.rows import folder_of
from watcher.review.catalogue import (
    Filter,
    ReviewedDrawing,
    ReviewRule,
    Sort,
    Tab,
    Totals,
    drawing_from,
)
from watcher.types import Row, Status

# As `folder_of`.
_FOLDER = "substr(filed_as, 1, instr(filed_as || '/', '/') - 1)"

_DIGITS = ", ".join(f"'{folder}'" for folder in DIGIT_FOLDERS)

# As `ReviewRule.asks_for` and `ReviewRule.order`; what follows "/" is "0".
_ASKS = f"""(
    filed_as >= '{UNSURE_FOLDER}/' AND filed_as < '{UNSURE_FOLDER}0'
    OR time >= :recent AND confidence < :low AND {_FOLDER} IN ({_DIGITS})
)"""
_ORDER_OF_RULE = (
    f"{_FOLDER} <> '{UNSURE_FOLDER}', abs(coalesce(confidence, 0) - :min_confidence), id"
)

# As `catalogue.sort_drawings`.
_ORDERS = {
    Sort.LEAST_CERTAIN: "confidence IS NULL, confidence, id",
    Sort.NEWEST: "time DESC, id DESC",
    Sort.NAME: "casefold(file), id",
}


class UncorrectedDrawings:
    """The drawings of one journal without a row `corrected`, and without those that are `hidden`."""

    def __init__(self, database: Database, hidden: Iterable[str], rule: ReviewRule) -> None:
        self._database = database
        self._hidden = json.dumps(list(hidden))
        self._rule = rule
        database.define("casefold", str.casefold)

    def count(self, wanted: Filter) -> int:
        """Return how many of them a filter admits."""
        query = f"SELECT count(*) FROM rows WHERE {self._condition(wanted)}"
        return int(self._database.query(query, **self._values(wanted))[0][0])

    def first(self, wanted: Filter, sort: Sort, limit: int) -> list[ReviewedDrawing]:
        """Return the first ones that a filter admits, as `sort_drawings` orders them."""
        by_rule = wanted.tab is Tab.REVIEW and sort is Sort.LEAST_CERTAIN
        query = f"""SELECT {ROW} FROM rows WHERE {self._condition(wanted)}
            ORDER BY {_ORDER_OF_RULE if by_rule else _ORDERS[sort]} LIMIT :limit"""
        found = self._database.stream(query, limit=limit, **self._values(wanted))
        # A log that a person edited, and that the journal was rebuilt from, may have a row twice.
        rows = {row.id: row for row in (Row(*values) for values in found)}
        return [drawing_from(row, row) for row in rows.values()]

    def totals(self, wanted: Filter) -> Totals:
        """Return how many of those that a filter admits are in each folder, and were filed on each day."""
        totals = Totals()
        since = before = day = ""
        query = f"SELECT time, filed_as FROM rows WHERE {self._condition(wanted)} ORDER BY seq"
        for time, place in self._database.stream(query, **self._values(wanted)):
            if not (since <= time < before and time[-1] == "Z"):
                day, since, before = local_day_span(time)
            totals.folders[folder_of(place)] += 1
            totals.days[day] += 1
        return totals

    def _condition(self, wanted: Filter) -> str:
        """Return `Filter.admits` as an SQL condition, the quickest tests first."""
        return " AND ".join(
            condition
            for condition, applies in (
                (f"status <> '{Status.CORRECTED}'", True),
                ("FALSE", wanted.tab is Tab.CONFIRMED),
                ("status = :status", wanted.status),
                ("time >= :since", wanted.since),
                ("time < :before", wanted.before),
                (f"{_FOLDER} = :folder", wanted.folder),
                (_ASKS, wanted.tab is Tab.REVIEW),
                ("instr(casefold(file), :name)", wanted.name),
                ("id NOT IN (SELECT value FROM json_each(:hidden))", True),
            )
            if applies
        )

    def _values(self, wanted: Filter) -> dict[str, object]:
        return {
            "status": wanted.status,
            "since": wanted.since,
            "before": wanted.before,
            "folder": wanted.folder,
            "name": wanted.name.casefold(),
            "recent": self._rule.since,
            "low": self._rule.low,
            "min_confidence": self._rule.min_confidence,
            "hidden": self._hidden,
        }
