"""The totals as two SVG pictures: a bar for each folder, and one for each day. Pure."""

from collections.abc import Sequence
from html import escape

from watcher.layout import OUTBOX_FOLDERS, REJECTED_FOLDER, UNSURE_FOLDER
from watcher.review.catalogue import Totals

MAX_DAYS = 60
"""The latest ones; more bars than that could not be told apart."""

_WIDTH, _HEIGHT, _BASE = 420, 116, 96
"""In the pictures' own units; the bars stand on _BASE."""

_FEWEST = 12
"""Bars that the width is made for: a single day is no wall."""

_SYMBOLS = {UNSURE_FOLDER: "?", REJECTED_FOLDER: "✗"}


def svg(totals: Totals) -> str:
    """The pictures; their colours are the page's."""
    names = [_SYMBOLS.get(folder, folder) for folder in OUTBOX_FOLDERS]
    folders = list(zip(names, OUTBOX_FOLDERS, totals.folders, strict=True))
    days = [(day[5:], day, count) for day, count in totals.days[-MAX_DAYS:]]
    return _picture("Drawings in each folder", folders, 1) + _picture(
        "Drawings of each day", days, max(1, len(days) // 8)
    )


def _picture(title: str, bars: Sequence[tuple[str, str, int]], every: int) -> str:
    """Bars of (label, tooltip, count); every so many are labelled."""
    most = max([count for _, _, count in bars] or [1]) or 1
    step = _WIDTH / max(len(bars), _FEWEST)
    parts = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{title}">']
    for number, (label, tooltip, count) in enumerate(bars):
        height = (_BASE - 16) * count / most
        top, middle = _BASE - height, (number + 0.5) * step
        parts.append(
            f"<g><title>{escape(tooltip)}: {count}</title>"
            f'<rect x="{(number + 0.1) * step:.1f}" y="{top:.1f}" width="{step * 0.8:.1f}" '
            f'height="{height:.1f}" rx="1.5"/>'
        )
        if number % every == 0:
            parts.append(
                f'<text x="{middle:.1f}" y="{_BASE + 14}">{escape(label)}</text>'
                f'<text x="{middle:.1f}" y="{top - 4:.1f}">{count or ""}</text>'
            )
        parts.append("</g>")
    return "".join([*parts, "</svg>"])
