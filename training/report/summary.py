"""The first lines of a report: one sentence, whether the aim is met, and thresholds to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from training.network.calibrate import MAX_WRONG
from training.statistics.exam_figures import ExamFigures
from training.statistics.reliability import Reliability
from training.statistics.tally import Tally
from training.wording import join_words, per_thousand


@dataclass(frozen=True, slots=True)
class Threshold:
    """What one `min_confidence` does with 1,000 drawings of digits, in words."""

    min_confidence: str
    files: str
    wrongly: str
    leaves: str
    is_in_use: bool


def sentence(tally: Tally) -> str:
    """Return what to expect of 1,000 drawings, in words for anybody; "" without drawings."""
    if not tally.filed.of:
        return ""
    filed = round(1000 * tally.filed.hits / tally.filed.of)
    wrong = 1000 * tally.filed_wrongly.hits / tally.filed.of
    if not wrong:
        wrongly = "none of them wrongly"
    elif wrong < 0.95:
        wrongly = "fewer than one of them wrongly"
    else:
        wrongly = f"about {round(wrong)} of them wrongly"
    return f"Of 1,000 drawings of digits it files {filed}, {wrongly}, and leaves {1000 - filed} for you."


def missed_aims(exams: Sequence[ExamFigures]) -> str:
    """Return which exams have more filed wrongly than aimed at, worst first; "" where none has."""
    missed = [
        (wrongly.hits / wrongly.of, exam.title, wrongly)
        for exam in exams
        if (wrongly := exam.tally.filed_wrongly).of and wrongly.hits > MAX_WRONG * wrongly.of
    ]
    if not missed:
        return ""
    names = [
        f"{per_thousand(share)} in “{title}” ({wrongly.hits:,} of {wrongly.of:,}"
        f"{'' if wrongly.low > MAX_WRONG else ', too few to be sure'})"
        for share, title, wrongly in sorted(missed, key=lambda one: (-one[0], one[1]))
    ]
    return (
        f"It misses its aim of at most {per_thousand(MAX_WRONG)} in a wrong folder of 1,000 filed drawings: "
        f"{join_words(names)}."
    )


def thresholds(measured: Reliability) -> tuple[Threshold, ...]:
    """Return the thresholds to choose from, loosest first."""
    return tuple(
        Threshold(
            min_confidence=f"{point.threshold:.4g}",
            files=per_thousand(point.coverage),
            wrongly=per_thousand(point.coverage * point.risk),
            leaves=per_thousand(1 - point.coverage),
            is_in_use=point.threshold == measured.min_confidence,
        )
        for point in measured.offered
    )
