"""The section on the new model beside the one that it is to replace, your drawings first."""

from collections.abc import Mapping
from html import escape
from typing import Any

from training.data.corrections import SOURCE as OWN
from training.publishing.gate import Comparison, Side, refusals
from training.report.markup import cell, paragraph, section, table
from training.report.tally import Share
from training.report.wording import counted

_TITLES = {
    OWN: "Your drawings, held back",
    "mnist": "MNIST-JPG, kept back from training",
    "pen": "Pen strokes, their writers kept back",
    "omniglot": "Letters, their alphabet kept back (kept out)",
}


def comparison_section(comparison: Comparison | None, card: Mapping[str, Any]) -> str:
    """Old and new side by side, and whether the new one may take over; nothing without a comparison."""
    if comparison is None:
        return ""
    sides = sorted(comparison.sides, key=lambda side: side.source != OWN)
    rows = [
        [
            escape(_TITLES.get(side.source, side.source)),
            cell(Share.count(side.before, side.of)),
            cell(Share.count(side.after, side.of)),
            f"{side.gained:,}",
            f"{side.lost:,}",
        ]
        for side in sides
    ]
    head = [
        "Read right",
        f"In use till now<small>{escape(comparison.before)}</small>",
        f"New<small>{escape(comparison.after)}</small>",
        "Only new",
        "Only old",
    ]
    return section(
        "yours",
        "Your drawings, and old beside new",
        paragraph(_corrections(sides, card)),
        table(head, rows),
        _verdict(comparison),
    )


def _corrections(sides: list[Side], card: Mapping[str, Any]) -> str:
    learned = int(card.get("corrections", {}).get("learned_from", 0))
    held_back = sum(side.of for side in sides if side.source == OWN)
    if not learned and not held_back:
        return (
            "No drawing of yours was corrected yet. Drag a misfiled drawing into the right folder of the "
            "outbox while the watcher runs; the next training learns from it."
        )
    return (
        f"The new model learned from {counted(learned, 'corrected drawing')} of yours. "
        f"{counted(held_back, 'other')} it never saw: they check it."
    )


def _verdict(comparison: Comparison) -> str:
    reasons = refusals(comparison)
    if not reasons:
        return paragraph("Nothing is read worse than before: the new model may take over.")
    return paragraph(f"The new model may not take over; the old one stays: {'; '.join(reasons)}.")
