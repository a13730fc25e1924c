"""Write a report: one page for people, and its figures as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from markupsafe import Markup

from training import wording
from training.data.corrections import SOURCE as OWN
from training.evaluation.exam import Exam
from training.evaluation.stability import CANVASES, LOOKS
from training.network.calibrate import MAX_WRONG
from training.report import gallery, model_card, plots, summary
from training.report.content import Content, build_content
from training.report.rendering import fill
from training.statistics.shares import Share

PAGE, FIGURES = "report.html", "report.json"


def write_report(folder: Path, *, title: str, exams: Sequence[Exam], **results: Any) -> Path:
    """Write `report.html` (returned; self-contained) and `report.json` to `folder`.

    `results` are those of `build_content`. Exams may be missing or empty, and the history empty.
    """
    content = build_content(title, exams, **results)
    folder.mkdir(parents=True, exist_ok=True)
    figures = json.dumps(asdict(content), indent=1, allow_nan=False, default=str)
    (folder / FIGURES).write_text(figures + "\n", encoding="utf-8")
    (folder / PAGE).write_text(render(content, exams), encoding="utf-8")
    return folder / PAGE


def render(content: Content, exams: Sequence[Exam]) -> str:
    """Return the page of `content`; `exams` have the pictures of its galleries."""
    words = (wording.percent, wording.range_of, wording.plural, wording.per_thousand)
    # What the first sentence is about: the drawn digits, or without any the first exam with digits.
    with_digits = [one for one in (content.drawn, *content.exams) if one.tally.right.of]
    lead = with_digits[0] if with_digits else content.drawn
    return fill(
        "page.html",
        ("training.report",),
        {one.__name__: one for one in (*words, wording.source_title)},
        report=content,
        lead=lead,
        sentence=summary.sentence(lead.tally),
        missed_aims=summary.missed_aims(content.exams),
        thresholds=summary.thresholds(content.reliability),
        max_wrong=MAX_WRONG,
        theirs={one.name: one.tally for one in content.baseline},
        share=Share.count,
        own=OWN,
        canvases=CANVASES,
        looks=LOOKS,
        plots=_plots(content),
        mistakes=gallery.mistakes(exams),
        drawings=gallery.all_drawings([exam for exam in exams if exam.name == "drawings"]),
        filed=gallery.filed_not_digits(exams),
        card=model_card,
    )


def _plots(content: Content) -> dict[str, Markup]:
    """Return the plots as SVG: those of the whole report, and each exam's confusion matrix."""
    drawn = {
        one.name: plots.confusion_plot(one)
        for one in (content.drawn, *content.exams)
        if one.tally.right.of
    }
    if content.reliability.bins:
        drawn["risk"] = plots.risk_coverage_plot(content.reliability)
        drawn["reliability"] = plots.reliability_plot(content.reliability)
    if content.history:
        drawn["training"] = plots.training_plot(content.history)
    return {name: Markup(svg) for name, svg in drawn.items()}
