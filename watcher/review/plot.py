"""The totals as two SVG plots: a bar for each folder, and one for each day. Pure."""

from collections.abc import Sequence
from html import escape

from watcher.layout import OUTBOX_FOLDERS
from watcher.review.catalogue import Totals

# The latest days; more bars would be too thin to click.
MAX_DAYS = 60

# In the plots' own units; the bars stand on _BASE.
_WIDTH, _HEIGHT, _BASE = 460, 116, 96

# The width is divided among at least this many bars, so that a single day's bar is not too wide.
_MIN_BARS = 12


def svg(totals: Totals) -> str:
    """Return the plots as HTML; the page colours them, and filters by the bar that is clicked."""
    folders = [(folder, folder, totals.folders[folder]) for folder in OUTBOX_FOLDERS]
    days = [(day[5:], day, count) for day, count in sorted(totals.days.items())[-MAX_DAYS:]]
    return _plot("Drawings in each folder", "folder", folders, 1) + _plot(
        "Drawings of each day", "day", days, max(1, len(days) // 8)
    )


def _plot(title: str, key: str, bars: Sequence[tuple[str, str, int]], label_every: int) -> str:
    """Draw bars of (label, value, count)."""
    highest = max([count for _, _, count in bars] or [1]) or 1
    step = _WIDTH / max(len(bars), _MIN_BARS)
    parts = [
        f"<figure><figcaption>{title}</figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" aria-label="{title}">'
    ]
    for number, (label, value, count) in enumerate(bars):
        height = (_BASE - 16) * count / highest
        top, middle = _BASE - height, (number + 0.5) * step
        parts.append(
            f'<g tabindex="0" role="button" data-key="{key}" data-value="{escape(value)}">'
            f"<title>{escape(value)}: {count}</title>"
            f'<rect class="target" x="{number * step:.1f}" y="0" width="{step:.1f}" height="{_HEIGHT}"/>'
            f'<rect x="{(number + 0.1) * step:.1f}" y="{top:.1f}" width="{step * 0.8:.1f}" '
            f'height="{height:.1f}" rx="1.5"/>'
        )
        if number % label_every == 0:
            parts.append(
                f'<text x="{middle:.1f}" y="{_BASE + 14}">{escape(label)}</text>'
                f'<text x="{middle:.1f}" y="{top - 4:.1f}">{count or ""}</text>'
            )
        parts.append("</g>")
    return "".join([*parts, "</svg></figure>"])
