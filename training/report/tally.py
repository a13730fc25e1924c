"""How many drawings were read and filed rightly, with 95% intervals. Pure."""

from dataclasses import dataclass
from typing import Self

import pandas as pd

from training.network.calibrate import interval
from watcher.recognition import NOT_DIGIT, Status


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, as a share (None of nothing) with its 95% interval (Clopper & Pearson 1934)."""

    hits: int
    of: int
    share: float | None
    low: float
    high: float

    @classmethod
    def count(cls, hits: int, of: int) -> Self:
        """The share that `hits` are of `of`."""
        low, high = interval(hits, of)
        return cls(hits, of, hits / of if of else None, low, high)


@dataclass(frozen=True, slots=True)
class Tally:
    """How some drawings were read and filed.

    `right`: of the digits, those whose digit was read, whatever became of them. `filed`, `unsure` and
    `rejected`: of the digits. `filed_wrongly`: of the filed digits. `unsure_right`: how many of the
    unsure were read right nevertheless. `kept_out`: of the not-digits, those not filed.
    """

    count: int
    right: Share
    filed: Share
    filed_wrongly: Share
    unsure: Share
    unsure_right: int
    rejected: Share
    kept_out: Share


def tally(table: pd.DataFrame) -> Tally:
    """How the drawings of `table` (columns as `Exam.readings`) were read and filed."""
    is_digit = table["label"] != NOT_DIGIT
    is_filed = table["status"] == Status.FILED
    is_unsure = table["status"] == Status.UNSURE
    is_right = table["digit"] == table["label"]
    digits, filed = int(is_digit.sum()), int((is_digit & is_filed).sum())
    return Tally(
        count=len(table),
        right=Share.count(int((is_digit & is_right).sum()), digits),
        filed=Share.count(filed, digits),
        filed_wrongly=Share.count(int((is_digit & is_filed & ~is_right).sum()), filed),
        unsure=Share.count(int((is_digit & is_unsure).sum()), digits),
        unsure_right=int((is_digit & is_unsure & is_right).sum()),
        rejected=Share.count(int((is_digit & (table["status"] == Status.REJECTED)).sum()), digits),
        kept_out=Share.count(int((~is_digit & ~is_filed).sum()), len(table) - digits),
    )
