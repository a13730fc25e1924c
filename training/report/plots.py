"""The report's plots, as SVG that takes the page's own text colour and font."""

import io
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from training.network.calibrate import MAX_WRONG
from training.network.recipe import Epoch
from training.statistics.exam_figures import DIGITS, ExamFigures
from training.statistics.reliability import Reliability
from training.wording import source_title

# The page's text colour until the SVG is written: Matplotlib knows no `currentColor`.
_TEXT = "#010203"

# Readable on white and on near-black.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#3b82c4", "#d9722e", "#3f9b5f", "#9467bd", "#8a8f98"

_STYLE = {
    "svg.fonttype": "none",
    "font.size": 9,
    "font.family": "sans-serif",
    "text.color": _TEXT,
    "axes.edgecolor": _TEXT,
    "axes.labelcolor": _TEXT,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "legend.frameon": False,
}


def confusion_plot(exam: ExamFigures) -> str:
    """Return the confusion matrix: correct readings green, misread ones orange, darker when frequent."""
    columns = [*map(str, DIGITS), "nothing"]
    with rc_context({**_STYLE, "svg.hashsalt": f"confusion {exam.name}"}):
        figure, axes = _plot(3.9, 3.7)
        for row, counts in enumerate(exam.confusion):
            for column, count in enumerate(counts):
                if not count:
                    continue
                share = count / sum(counts)
                colour = GREEN if row == column else ORANGE
                # The square root makes a single mistake among hundreds visible.
                alpha = 0.15 + 0.75 * (share if row == column else min(1, 5 * share)) ** 0.5
                place = (column - 0.5, row - 0.5)
                axes.add_patch(_rectangle(place, colour, alpha))
                axes.text(column, row, count, ha="center", va="center", fontsize=6.5)
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(DIGITS) - 0.5, -0.5))
        axes.set_xticks(range(len(DIGITS)), columns[:-1])
        axes.set_xticks([len(DIGITS)], columns[-1:], rotation=60, minor=True, fontsize=7)
        axes.set_yticks(DIGITS, [str(digit) for digit in DIGITS])
        axes.tick_params(length=0, which="both")
        axes.set(xlabel="read as", ylabel="drawn", aspect="equal")
        return _svg(figure)


def risk_coverage_plot(measured: Reliability) -> str:
    """Return wrong of 1,000 filed against the share filed, as the threshold falls."""
    coverage = [100 * point.coverage for point in measured.curve]
    risk = [1000 * point.risk for point in measured.curve]
    with rc_context({**_STYLE, "svg.hashsalt": "risk"}):
        figure, axes = _plot(4.4, 3.1)
        axes.plot(
            coverage, risk, color=BLUE, drawstyle="steps-post", label="as the threshold falls"
        )
        axes.axhline(1000 * MAX_WRONG, color=GREY, ls=":", lw=1, label="aim: at most this")
        left = 0.0
        if measured.chosen is not None:
            chosen = measured.chosen
            place = (100 * chosen.coverage, 1000 * chosen.risk)
            axes.plot(*place, "o", color=ORANGE, label=f"in use: {measured.min_confidence:.2%}")
            # Left of the chosen point the curve is flat.
            left = max(0.0, 10 * np.floor((place[0] - 15) / 10))
        shown = [one for at, one in zip(coverage, risk, strict=True) if at >= left]
        axes.set(xlim=(left, 100.5), ylim=(-0.3, 1.15 * max([*shown, 2000 * MAX_WRONG])))
        axes.set(xlabel="filed, % of all drawn digits", ylabel="wrong of 1,000 filed")
        axes.legend(loc="upper left", fontsize=8)
        return _svg(figure)


def reliability_plot(measured: Reliability) -> str:
    """Return the mean confidence and the share read right with its 95% interval, by range."""
    places = np.arange(len(measured.bins))
    with rc_context({**_STYLE, "svg.hashsalt": "reliability"}):
        figure, axes = _plot(4.4, 3.1)
        shares = [100 * (one.right.share or 0) for one in measured.bins]
        spread = [
            [share - 100 * one.right.low for share, one in zip(shares, measured.bins, strict=True)],
            [
                100 * one.right.high - share
                for share, one in zip(shares, measured.bins, strict=True)
            ],
        ]
        claimed = [100 * one.claimed for one in measured.bins]
        axes.plot(places, claimed, "_", color=ORANGE, ms=18, mew=2, label="mean confidence")
        axes.errorbar(
            places, shares, np.clip(spread, 0, None), fmt="o", color=BLUE, label="read right, 95%"
        )
        for at, one in enumerate(measured.bins):
            if one.low < measured.min_confidence <= one.high:
                share = (measured.min_confidence - one.low) / (one.high - one.low)
                axes.axvline(at - 0.5 + share, color=GREY, ls=":", lw=1, label="threshold")
        names = [f"{100 * one.low:g}–{100 * one.high:g}" for one in measured.bins]
        axes.set_xticks(places, names, rotation=35, ha="right", rotation_mode="anchor")
        axes.set(ylim=(0, 104), xlabel="confidence, %", ylabel="read right, %")
        axes.legend(loc="lower right", fontsize=8)
        return _svg(figure)


def training_plot(history: Sequence[Epoch]) -> str:
    """Return the misread share of the validation drawings after each epoch, by source; and the loss."""
    epochs = [epoch.number for epoch in history]
    colours = (_TEXT, BLUE, ORANGE, GREEN, PURPLE, GREY)
    sources = list(dict.fromkeys(name for epoch in history for name in epoch.validation))
    with rc_context({**_STYLE, "svg.hashsalt": "training"}):
        figure = Figure(figsize=(4.4, 4.6), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
        for number, source in enumerate(sources):
            # A perfect epoch has no place on a logarithmic axis: a gap.
            wrong = [
                100 * (1 - epoch.validation.get(source, np.nan)) or np.nan for epoch in history
            ]
            upper.plot(
                epochs,
                wrong,
                ".-",
                color=colours[number % len(colours)],
                label=source_title(source),
            )
        upper.set(ylabel="validation misread, %", yscale="log")
        upper.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        upper.yaxis.set_minor_formatter(
            lambda value, _: f"{value:g}" if f"{value:.0e}"[0] in "25" else ""
        )
        if sources:
            upper.legend(fontsize=8, ncols=2)
        lower.plot(epochs, [epoch.loss for epoch in history], ".-", color=GREY)
        lower.set(ylabel="loss", xlabel="epoch")
        lower.xaxis.get_major_locator().set_params(integer=True)
        return _svg(figure)


def _plot(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _rectangle(place: tuple[float, float], colour: str, alpha: float) -> Any:
    return Rectangle(place, 1, 1, facecolor=colour, alpha=alpha, linewidth=0)


def _svg(figure: Figure) -> str:
    """Return a bare <svg>: no prolog or namespace, which HTML does not need, no size, no unused ids."""
    written = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'\sxmlns(:xlink)?="[^"]*"', "", svg, count=2)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    # Its style sheet would apply to the whole page.
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    referenced = set(re.findall(r'(?:url\(|href=")#([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in referenced else "", svg)
    return svg.replace(_TEXT, "currentColor")
