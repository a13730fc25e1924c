"""A share of a count with its 95% interval."""

from dataclasses import dataclass
from typing import Self

from scipy.stats import beta


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of` as a share (None when `of` is 0), with its 95% interval from `low` to `high`."""

    hits: int
    of: int
    share: float | None
    low: float
    high: float

    @classmethod
    def count(cls, hits: int, of: int) -> Self:
        """Return `hits` of `of` as a share."""
        low, high = interval(hits, of)
        return cls(hits, of, hits / of if of else None, low, high)


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95% interval of a share (Clopper & Pearson 1934); (0, 1) when `of` is 0."""
    if of == 0:
        return 0.0, 1.0
    low = float(beta.ppf(0.025, hits, of - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.975, hits + 1, of - hits)) if hits < of else 1.0
    return low, high
