"""The page's list: which drawings of one outbox a filter admits, in which order, and how many there are."""

import os
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from watcher.clock import local_day
from watcher.journal.journal import Journal
from watcher.layout import OUTBOX_FOLDERS
from watcher.review.catalogue import (
    Filter,
    ReviewedDrawing,
    ReviewRule,
    Sort,
    Tab,
    Totals,
    is_in_tab,
    sort_drawings,
)
from watcher.review.corrected import CorrectedDrawings
from watcher.review.uncorrected import UncorrectedDrawings

# Only the first ones of a list are shown; a filter finds the others.
MAX_SHOWN = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """The first MAX_SHOWN drawings of a list, and the `count` of all of them.

    `counts` are those of the tabs without a filter. `totals` are of the filter's period, and only counted
    for the list of all. `labelled` are all drawings with a person's label.
    """

    drawings: Sequence[ReviewedDrawing] = ()
    count: int = 0
    counts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(Tab, 0))
    totals: Totals = field(default_factory=Totals)
    labelled: Sequence[ReviewedDrawing] = ()


class Listing:
    """Finds the drawings of one outbox; for several threads. Raises what the journal does.

    Those that a person corrected are few and kept in memory. The others may be a million: SQL chooses
    the ones to show and counts the rest.
    """

    def __init__(self, outbox: Path, journal_file: Path) -> None:
        self._outbox = outbox
        self._journal_file = journal_file
        self._corrected = CorrectedDrawings()
        # What takes longest, and is the same until the drawings change.
        self._missing = lru_cache(1)(self._read_missing)
        self._latest_totals: tuple[object, Totals] = (None, Totals())

    def find(self, wanted: Filter, sort: Sort, rule: ReviewRule, version: str) -> Found:
        """Return what a filter admits; `version` is a text that changes with the drawings."""
        if not self._journal_file.exists():
            return Found()
        missing = self._missing(version)
        with closing(Journal(self._journal_file)) as journal:
            known = self._corrected.catch_up(journal)
            corrected = [one for one in known if one.id not in missing]
            others = UncorrectedDrawings(
                journal.database, missing | {one.id for one in known}, rule
            )
            counts: dict[str, int] = {
                tab: sum(is_in_tab(tab, one, rule) for one in corrected) + others.count(Filter(tab))
                for tab in (Tab.REVIEW, Tab.CONFIRMED)
            }
            counts[Tab.ALL] = journal.outbox.count() - len(missing)
            admitted = [one for one in corrected if wanted.admits(one, rule)]
            is_whole = wanted == Filter(wanted.tab)
            count = counts[wanted.tab] if is_whole else len(admitted) + others.count(wanted)
            first = others.first(wanted, sort, MAX_SHOWN + len(rule.postponed))
            totals = Totals()
            if wanted.tab is Tab.ALL:
                totals = self._totals(
                    Filter(since=wanted.since, before=wanted.before), version, corrected, others
                )
        drawings = sort_drawings([*admitted, *first], sort, wanted.tab, rule)[:MAX_SHOWN]
        return Found(drawings, count, counts, totals, [one for one in corrected if one.label])

    def _totals(
        self,
        period: Filter,
        version: str,
        corrected: Sequence[ReviewedDrawing],
        others: UncorrectedDrawings,
    ) -> Totals:
        latest, totals = self._latest_totals
        if latest != (period, version):
            totals = others.totals(period)
            for one in filter(period.is_in_period, corrected):
                totals.folders[one.folder] += 1
                totals.days[local_day(one.time)] += 1
            self._latest_totals = (period, version), totals
        return totals

    def _read_missing(self, version: str) -> frozenset[str]:
        """Return the ids of the drawings whose files are not where they were last seen."""
        del version  # Part of the cache's key.
        ids: set[str] = set()
        current, names = b"", set[bytes]()
        with closing(Journal(self._journal_file)) as journal:
            for place in journal.outbox.places():
                folder, _, name = place.partition(b"/")
                if folder != current:
                    current, names = folder, self._names_in(os.fsdecode(folder))
                if name not in names:
                    ids.update(one.id for one in journal.outbox.drawings_at(os.fsdecode(place)))
        return frozenset(ids)

    def _names_in(self, folder: str) -> set[bytes]:
        with suppress(OSError):
            if folder in OUTBOX_FOLDERS:
                # Names of files alone: a path object for each takes as long again.
                return set(os.listdir(os.fsencode(self._outbox / folder)))  # noqa: PTH208
        return set()
