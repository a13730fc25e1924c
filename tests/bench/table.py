"""What was measured, against which bar: as a table for people, as JSON for programs."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bar:
    """What the program's figure must be at most: `most`, or that factor times the figure of `against`."""

    most: float
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: the samples of every program in turn (or of every size for growth), and its bars.

    Smaller is better everywhere.
    """

    measure: str
    unit: str
    samples: dict[str, list[float]]
    bars: Sequence[Bar] = field(default_factory=tuple)

    def median(self, whose: str) -> float | None:
        samples = self.samples.get(whose)
        return statistics.median(samples) if samples else None

    def times(self, whose: str) -> float | None:
        """How many times the figure of `whose` the program's is."""
        mine, other = self.median("program"), self.median(whose)
        return mine / other if mine is not None and other else None

    def is_met(self, bar: Bar) -> bool | None:
        """None where it could not be measured."""
        mine = self.median("program") if bar.against is None else self.times(bar.against)
        return None if mine is None else mine <= bar.most


_COLUMNS = (
    *("measure", "unit", "program", "limit", "opencv", "peer"),
    *("/ limit", "/ opencv", "/ peer", "bar", "met"),
)


def as_text(rows: Sequence[Row]) -> str:
    """The table, medians; a measure with several bars takes as many lines."""
    lines = [_COLUMNS, *(line for row in rows for line in _lines(row))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number in _LEFT else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def write_json(rows: Sequence[Row], about: dict[str, object], path: Path) -> None:
    """Everything, the samples too."""
    measures = [
        {
            "measure": row.measure,
            "unit": row.unit,
            "medians": {whose: row.median(whose) for whose in row.samples},
            "samples": row.samples,
            "bars": [
                {"most": bar.most, "times_of": bar.against, "met": row.is_met(bar)}
                for bar in row.bars
            ],
        }
        for row in rows
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**about, "measures": measures}, indent=1), encoding="utf-8")


def _lines(row: Row) -> list[tuple[str, ...]]:
    figures = [_figure(row.median(whose)) for whose in ("program", *_OTHERS)]
    times = [_figure(row.times(whose)) for whose in _OTHERS]
    first = (row.measure, row.unit, *figures, *times)
    bars = [(_said(bar, row.unit), _MET[row.is_met(bar)]) for bar in row.bars] or [("", "")]
    return [
        (*(first if number == 0 else ("",) * len(first)), *bar) for number, bar in enumerate(bars)
    ]


_OTHERS = ("limit", "opencv", "peer")
_LEFT = (0, 1, _COLUMNS.index("bar"))

_MET = {True: "yes", False: "NO", None: "?"}


def _said(bar: Bar, unit: str) -> str:
    if bar.against is None:
        return f"at most {bar.most:g} {unit}"
    names = {"limit": "the limit's", "opencv": "OpenCV's", "peer": "the peer's"}
    whose = names.get(bar.against, f"that {bar.against}")
    return f"{bar.most:.3g} of {whose}" if bar.most < 1 else f"{bar.most:g} times {whose}"


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
