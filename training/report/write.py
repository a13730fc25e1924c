"""The evaluation report: one page for people, and all its figures as JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from training.evaluation.exam import Exam
from training.evaluation.stability import Stability
from training.network.calibrate import Calibration
from training.publishing.gate import Comparison, refusals
from training.report.comments import exam_comments
from training.report.comparison_section import comparison_section
from training.report.exam_section import exam_section
from training.report.figures import ExamFigures, drawn_digits, drawn_figures, exam_figures
from training.report.gallery import Wall, every_drawing_wall, filed_not_digits_wall, mistakes_wall
from training.report.markup import section
from training.report.reliability import reliability
from training.report.reliability_comments import trust_comments
from training.report.sections import (
    card_section,
    headline,
    in_words,
    side_table,
    stability_section,
    training_section,
    trust_section,
    trust_words,
)

if TYPE_CHECKING:
    from training.network.recipe import Epoch

PAGE, FIGURES = "report.html", "report.json"

MENU = {
    "words": "In plain words",
    "yours": "Your drawings",
    "exams": "The exams",
    "stability": "Renderings",
    "trust": "Confidence",
    "mistakes": "Mistakes",
    "drawings": "Real drawings",
    "filed": "Not digits",
    "details": "Exam by exam",
    "training": "Learning",
    "card": "How it was made",
}
"""Section -> its name in the page's menu, in the page's order; absent sections are left out."""


def write_report(
    folder: Path,
    *,
    title: str,
    exams: Sequence[Exam],
    calibration: Calibration,
    history: Sequence["Epoch"],
    card: Mapping[str, Any],
    baseline: Sequence[Exam] = (),
    comparison: Comparison | None = None,
    stability: Stability | None = None,
) -> Path:
    """Write `report.html` (returned; self-contained) and `report.json` to `folder`.

    `baseline` is another network's measure on the same exams, shown beside ours; `comparison` that of
    the model with the one that it is to replace; `stability` how alike it reads one drawing in many
    renderings. Exams may be missing or empty, and the history empty.
    """
    figures, theirs = _all_figures(exams), _all_figures(baseline) if baseline else []
    trusted = reliability(drawn_digits(exams), calibration.min_confidence)
    drawn = figures[-1]
    told: dict[str, Any] = {
        "title": title,
        "exams": [asdict(one) for one in figures[:-1]],
        "drawn": asdict(drawn),
        "trust": asdict(trusted),
        "comments": {
            **{one.name: [asdict(comment) for comment in exam_comments(one)] for one in figures},
            "trust": [asdict(comment) for comment in trust_comments(drawn, trusted, calibration)],
        },
        "baseline": [asdict(one) for one in theirs],
        "comparison": asdict(comparison) if comparison else None,
        "refusals": refusals(comparison) if comparison else [],
        "stability": asdict(stability) if stability else None,
        "calibration": asdict(calibration),
        "history": [asdict(epoch) for epoch in history],
        "card": dict(card),
    }
    walls = _walls(exams)
    sections = {
        "words": in_words(figures[:-1], drawn, trust_words(drawn, trusted, calibration)),
        "yours": comparison_section(comparison, card),
        "exams": side_table(figures[:-1], drawn, theirs),
        "stability": stability_section(stability),
        "trust": trust_section(trusted),
        **{name: wall.html for name, wall in walls.items()},
        "details": section(
            "details",
            "Exam by exam",
            *(exam_section(one, one.name == "drawings") for one in figures if one.tally.count),
        ),
        "training": training_section(history),
        "card": card_section(card),
    }
    menu = "".join(f'<a href="#{name}">{MENU[name]}</a>' for name in MENU if sections[name])
    here = Path(__file__).parent
    page = Template((here / "report.html").read_text(encoding="utf-8")).substitute(
        title=escape(title),
        css=(here / "report.css").read_text(encoding="utf-8"),
        sheets="\n".join(wall.css for wall in walls.values()),
        menu=menu,
        headline=headline(figures[:-1], drawn),
        body="\n".join(sections[name] for name in MENU),
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FIGURES).write_text(
        json.dumps(told, indent=1, allow_nan=False, default=str) + "\n", encoding="utf-8"
    )
    (folder / PAGE).write_text(page, encoding="utf-8")
    return folder / PAGE


def _all_figures(exams: Sequence[Exam]) -> list[ExamFigures]:
    """Each exam's, and last those of all drawn exams together."""
    return [*(exam_figures(exam) for exam in exams), drawn_figures(exams)]


def _walls(exams: Sequence[Exam]) -> dict[str, Wall]:
    mistakes = [(exam, mistakes_wall(exam)) for exam in exams]
    filed = [(exam, filed_not_digits_wall(exam)) for exam in exams]
    drawings = [(exam, every_drawing_wall(exam)) for exam in exams if exam.name == "drawings"]
    return {
        "mistakes": _section("mistakes", "Misread, as drawn and as the network saw it", mistakes),
        "drawings": _section("drawings", "Every real drawing and how it was read", drawings),
        "filed": _section("filed", "Filed though not a digit", filed),
    }


def _section(name: str, title: str, walls: Sequence[tuple[Exam, Wall]]) -> Wall:
    shown = [(exam, wall) for exam, wall in walls if wall.html]
    parts = [f"<h3>{escape(exam.title)}</h3>\n{wall.html}" for exam, wall in shown]
    return Wall(section(name, title, *parts), "\n".join(wall.css for _, wall in shown))
