"""How far to trust the confidence, and what the threshold does. Plain text, no markup."""

from training.network.calibrate import LEVEL, MAX_WRONG, Calibration
from training.report.comments import ENOUGH, Comment
from training.statistics.exam_figures import ExamFigures
from training.statistics.reliability import Reliability
from training.statistics.shares import Share
from training.wording import per_thousand, percent, plural


def reliability_comments(
    drawn: ExamFigures, measured: Reliability, calibration: Calibration
) -> tuple[Comment, ...]:
    """Return how far to trust the confidence, and what the default threshold does."""
    threshold = percent(measured.min_confidence)
    return (
        Comment("The confidence", _confidence(measured)),
        Comment("What is filed", _filed(drawn.tally.filed_wrongly, threshold)),
        Comment("Where the threshold comes from", _chosen(calibration)),
    )


def _confidence(measured: Reliability) -> str:
    error, claimed, right = measured.calibration_error, measured.claimed, measured.right
    if error is None or claimed is None or right is None:
        return "No drawn digits were read, so nothing can be said about the confidence."
    drawings = sum(one.right.of for one in measured.bins)
    apart = 100 * abs(claimed - right)
    bias = (
        "on the whole it is neither overconfident nor underconfident"
        if apart < 0.1
        else f"on the whole it is {'over' if claimed > right else 'under'}confident by {apart:.1f} points"
    )
    text = (
        f"The mean confidence is {percent(claimed)}, and {percent(right)} were read right: {bias}. "
        f"Range by range, the two are {100 * error:.1f} points apart (the expected calibration error, "
        f"over {plural(drawings, 'drawing')})."
    )
    if drawings < 10 * ENOUGH:
        text += " So few drawings cannot tell a good confidence from a fair one."
    return text


def _filed(wrongly: Share, threshold: str) -> str:
    if not wrongly.of:
        return f"No drawn digit was filed at the default threshold of {threshold}."
    about = (
        f"none of {wrongly.of:,} in the exams was wrong"
        if not wrongly.hits
        else f"about {per_thousand(wrongly.hits / wrongly.of)} are wrong ({wrongly.hits:,} of "
        f"{wrongly.of:,} in the exams)"
    )
    aim = per_thousand(MAX_WRONG)
    if wrongly.low > MAX_WRONG:
        verdict = f"That is more than the {aim} aimed at."
    elif wrongly.high <= MAX_WRONG:
        verdict = f"That is within the {aim} aimed at."
    else:
        verdict = (
            f"The exams are too small to tell whether that is under or over the {aim} aimed at."
        )
    return (
        f"Of 1,000 drawings filed at the default threshold of {threshold}, {about}. Allowing for chance, "
        f"at most {per_thousand(wrongly.high)} of 1,000 (95%). {verdict}"
    )


def _chosen(calibration: Calibration) -> str:
    return (
        f"It was chosen before these exams, from {plural(calibration.drawings, 'drawing')} by "
        f"{plural(calibration.writers, 'writer')} whose drawings the network had never seen: of the "
        f"{calibration.filed:,} filed there {calibration.wrong:,} were wrong (95%: "
        f"{per_thousand(calibration.interval[0])} to {per_thousand(calibration.interval[1])} of 1,000)."
        + (
            f" For other writers it is, with {LEVEL:.0%} certainty, at most "
            f"{per_thousand(calibration.bound)} of 1,000 (bootstrap by writer)."
            if calibration.bound is not None
            else ""
        )
    )
