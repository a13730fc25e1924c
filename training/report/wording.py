"""Figures in words: percentages that never round to a lie, counts with their nouns."""

from collections.abc import Sequence

from training.report.tally import Share


def percent(share: float | None) -> str:
    """`share` (0 to 1) as a percentage of two decimals; only a true 0 or 1 is called so."""
    if share is None:
        return "–"
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    if share < 0.0001:
        return "under 0.01%"
    return f"{min(share, 0.9999):.2%}"


def between(share: Share) -> str:
    """The 95% interval: "97.80% to 99.10%"."""
    return f"{percent(share.low)} to {percent(share.high)}"


def range_of(share: Share) -> str:
    """The 95% interval, short: "97.80–99.10%"."""
    return f"{percent(share.low).removesuffix('%')}–{percent(share.high)}"


def per_thousand(share: float) -> str:
    """Of 1,000: "0", "1.4", "26"; few are never called none, and many never all."""
    if 0 < share < 0.00005:
        return "less than 0.1"
    value = 1000 * share
    if value < 10 or 999 <= value < 1000:
        return f"{min(value, 999.9):.1f}".removesuffix(".0")
    return f"{value:.0f}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """ "1 drawing", "1,200 drawings"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
