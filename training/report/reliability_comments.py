"""What the confidence and the threshold are worth, in plain words. Pure; plain text, no markup."""

from training.network.calibrate import MAX_WRONG, Calibration
from training.report.comments import ENOUGH, Comment
from training.report.figures import ExamFigures
from training.report.reliability import Trust
from training.report.tally import Share
from training.report.wording import counted, per_thousand, percent


def trust_comments(
    drawn: ExamFigures, trusted: Trust, calibration: Calibration
) -> tuple[Comment, ...]:
    """How far to trust the confidence, and what the default threshold does."""
    threshold = percent(trusted.min_confidence)
    return (
        Comment("The confidence", _confidence(trusted)),
        Comment("What is filed", _filed(drawn.tally.filed_wrongly, threshold)),
        Comment("Where the threshold comes from", _chosen(calibration)),
    )


def _confidence(trusted: Trust) -> str:
    error, claimed, right = trusted.calibration_error, trusted.claimed, trusted.right
    if error is None or claimed is None or right is None:
        return "No drawn digits were read, so nothing can be said about the confidence."
    drawings = sum(one.right.of for one in trusted.bins)
    apart = 100 * abs(claimed - right)
    side = (
        "on the whole it is neither too sure nor too modest"
        if apart < 0.1
        else f"on the whole it is {'too sure' if claimed > right else 'too modest'} by {apart:.1f} points"
    )
    text = (
        f"The confidence claims {percent(claimed)} on average, and {percent(right)} were right: {side}. "
        f"Taken range by range, claim and truth lie {100 * error:.1f} points apart (the expected "
        f"calibration error, over {counted(drawings, 'drawing')})."
    )
    if drawings < 10 * ENOUGH:
        text += " That many drawings are too few to tell a good confidence from a fair one."
    return text


def _filed(wrongly: Share, threshold: str) -> str:
    if not wrongly.of:
        return f"No drawn digit was filed at the default threshold of {threshold}: nothing to tell."
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
        verdict = f"That keeps within the {aim} aimed at."
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
        f"It was chosen before these exams, from {counted(calibration.drawings, 'drawing')} by "
        f"{counted(calibration.writers, 'writer')} whom the network had not seen: of the "
        f"{calibration.filed:,} filed there {calibration.wrong:,} were wrong (95%: "
        f"{per_thousand(calibration.interval[0])} to {per_thousand(calibration.interval[1])} of 1,000)."
    )
