"""Figures in words: percentages that never round to none or all, counts with their nouns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `models` uses this module without pandas and SciPy.
    from training.statistics.shares import Share

# The sources of training and validation drawings as a report names them.
_SOURCES = {
    "all": "all together",
    "conditions": "drawings on difficult canvases",
    "hands": "digits of UJI and UNIPEN",
    "letters": "UNIPEN's letters and signs kept out",
    "mnist": "MNIST digits",
    "omniglot": "Omniglot's letters kept out",
    "pen": "pen strokes of pendigits",
    "yours": "your drawings",
}


def percent(share: float | None) -> str:
    """Return `share` (0 to 1) as a percentage of two decimals; "0%" and "100%" only when exact."""
    if share is None:
        return "–"
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    if share < 0.0001:
        return "under 0.01%"
    return f"{min(share, 0.9999):.2%}"


def between(share: "Share") -> str:
    """Return the 95% interval: "97.80% to 99.10%"."""
    return f"{percent(share.low)} to {percent(share.high)}"


def range_of(share: "Share") -> str:
    """Return the 95% interval, short: "97.80–99.10%"."""
    return f"{percent(share.low).removesuffix('%')}–{percent(share.high)}"


def per_thousand(share: float) -> str:
    """Return `share` as a count of 1,000: "0", "1.4", "26"; "0" and "1000" only when exact."""
    if 0 < share < 0.00005:
        return "less than 0.1"
    value = 1000 * share
    if value < 10 or 999 <= value < 1000:
        return f"{min(value, 999.9):.1f}".removesuffix(".0")
    return f"{value:.0f}"


def plural(count: int, noun: str) -> str:
    """Return "1 drawing" or "1,200 drawings"."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def join_words(names: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def source_title(source: str) -> str:
    """Return a source of training drawings as a reader knows it."""
    return _SOURCES.get(source, source)
