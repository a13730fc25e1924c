"""Find groups of drawings that are read less well than the rest by more than chance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import fisher_exact

from training.statistics.shares import Share

# Probability that chance alone makes any group of an exam look weak.
CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Weakness:
    """A group that is read less well than the rest: the misread share of each."""

    name: str
    missed: Share
    rest_missed: Share


def weaknesses(groups: Mapping[str, Share]) -> list[Weakness]:
    """Return the groups whose share read correctly is below the rest's, weakest first.

    Each group is compared with all others together (Fisher's exact test, Bonferroni's correction).
    """
    known = {name: share for name, share in groups.items() if share.of}
    drawings = sum(share.of for share in known.values())
    wrong = drawings - sum(share.hits for share in known.values())
    found = []
    for name, share in sorted(known.items(), key=lambda item: item[1].hits / item[1].of):
        missed, others = share.of - share.hits, drawings - share.of
        others_missed = wrong - missed
        table = np.array([[missed, share.hits], [others_missed, others - others_missed]])
        if others and fisher_exact(table, alternative="greater")[1] < CHANCE / len(known):
            shares = Share.count(missed, share.of), Share.count(others_missed, others)
            found.append(Weakness(name, *shares))
    return found
