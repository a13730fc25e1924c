"""One exam of the report, as HTML."""

from collections.abc import Sequence
from html import escape

from training.report.comments import exam_comments
from training.report.figures import DIGITS, ExamFigures, Group
from training.report.markup import cell, figure, folded, remarks, side_by_side, table
from training.report.plots import confusion_plot
from training.report.wording import percent


def exam_section(exam: ExamFigures, is_open: bool) -> str:
    """One exam: comments, precision and recall, confusion matrix, groups."""
    share = exam.tally.right if exam.tally.right.of else exam.tally.kept_out
    what = "read right" if exam.tally.right.of else "kept out"
    summary = f"<b>{escape(exam.title)}</b> {percent(share.share)} {what} of {share.of:,}"
    parts = [remarks(exam_comments(exam))]
    if exam.tally.right.of:
        picture = figure(
            confusion_plot(exam),
            "A row for each digit drawn, a column for each digit read; orange is misread, “none” not read.",
        )
        parts += [
            side_by_side(_by_digit(exam), picture),
            folded("The confusion matrix in numbers", _confusion(exam)),
        ]
    for title, groups in (
        ("Style", exam.by_style),
        ("Canvas", exam.by_canvas),
        ("Pen", exam.by_pen),
    ):
        parts.append(_groups(title, groups))
    return folded(summary, *parts, is_open=is_open)


def _by_digit(exam: ExamFigures) -> str:
    rows = [
        [str(one.digit), cell(one.recall), cell(one.precision), percent(one.f1)]
        for one in exam.digits
    ]
    head = [
        "Digit",
        "Recall<small>of those drawn,<br>read so</small>",
        "Precision<small>of those read so,<br>drawn so</small>",
        "F1<small>their mean</small>",
    ]
    return table(head, rows)


def _confusion(exam: ExamFigures) -> str:
    rows = [
        [str(digit), *(f"{count:,}" if count else "·" for count in counts)]
        for digit, counts in enumerate(exam.confusion)
    ]
    return table(["drawn \\ read", *map(str, DIGITS), "not read"], rows, "confusion")


def _groups(title: str, groups: Sequence[Group]) -> str:
    if len(groups) < 2:  # it would only repeat the exam's own figures
        return ""
    columns = {
        "Read right": [group.tally.right for group in groups],
        "Filed": [group.tally.filed for group in groups],
        "Filed wrongly": [group.tally.filed_wrongly for group in groups],
        "Not digits kept out": [group.tally.kept_out for group in groups],
    }
    kept = {name: shares for name, shares in columns.items() if any(one.of for one in shares)}
    rows = [
        [escape(group.name), *(cell(shares[number]) for shares in kept.values())]
        for number, group in enumerate(groups)
    ]
    return table([title, *kept], rows)
