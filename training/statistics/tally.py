"""Count how many drawings were read and filed correctly."""

from dataclasses import dataclass

import pandas as pd

from training.statistics.shares import Share
from watcher.recognition import NOT_DIGIT, Status


@dataclass(frozen=True, slots=True)
class Tally:
    """How a set of drawings was read and filed.

    `right`: share of the digits that were read correctly, whether filed or not. `filed`, `unsure` and
    `rejected`: shares of the digits. `filed_wrongly`: share of the filed digits. `unsure_right`: number
    of unsure digits that were read correctly. `kept_out`: share of the not-digits that were not filed.
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
    """Count the drawings of `table`, whose columns are those of `Exam.readings`."""
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
