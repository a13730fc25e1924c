"""Everything a report says, as plain data: what `report.json` holds and the page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.evaluation.exam import Exam
from training.evaluation.exams import EXAMS
from training.evaluation.stability import Stability
from training.network.calibrate import Calibration
from training.network.recipe import Epoch
from training.publishing.gate import Comparison, refusals
from training.report.comments import Comment, exam_comments
from training.report.reliability_comments import reliability_comments
from training.statistics.exam_figures import ExamFigures, exam_figures, only_digits
from training.statistics.reliability import Reliability, reliability

_DRAWN = {kind.name for kind in EXAMS if kind.is_drawn}


@dataclass(frozen=True, slots=True)
class Content:
    """The figures and comments of a report.

    `drawn`: all digits of the drawn exams together. `baseline`: another network's figures on the same
    exams. `comparison`: the model beside the one it would replace, with the `refusals` of the gate.
    `comments`: by name of the exam, "drawn" and "reliability" among them.
    """

    title: str
    exams: tuple[ExamFigures, ...]
    drawn: ExamFigures
    reliability: Reliability
    comments: Mapping[str, tuple[Comment, ...]]
    baseline: tuple[ExamFigures, ...]
    comparison: Comparison | None
    refusals: tuple[str, ...]
    stability: Stability | None
    calibration: Calibration
    history: tuple[Epoch, ...]
    card: Mapping[str, Any]


def build_content(
    title: str,
    exams: Sequence[Exam],
    *,
    calibration: Calibration,
    history: Sequence[Epoch],
    card: Mapping[str, Any],
    baseline: Sequence[Exam] = (),
    comparison: Comparison | None = None,
    stability: Stability | None = None,
) -> Content:
    """Compute what a report on these results says. Exams may be missing or empty."""
    digits = only_digits([exam.readings for exam in exams if exam.name in _DRAWN])
    drawn = exam_figures("drawn", "All drawn digits together", digits)
    measured = reliability(digits, calibration.min_confidence)
    figures = tuple(exam_figures(exam.name, exam.title, exam.readings) for exam in exams)
    comments = {one.name: exam_comments(one) for one in (*figures, drawn)}
    comments["reliability"] = reliability_comments(drawn, measured, calibration)
    return Content(
        title=title,
        exams=figures,
        drawn=drawn,
        reliability=measured,
        comments=comments,
        baseline=tuple(exam_figures(exam.name, exam.title, exam.readings) for exam in baseline),
        comparison=comparison,
        refusals=tuple(refusals(comparison)) if comparison else (),
        stability=stability,
        calibration=calibration,
        history=tuple(history),
        card=card,
    )
