"""The sections of the report: figures and comments as HTML."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from training.evaluation.stability import CANVASES, LOOKS, Stability
from training.network.calibrate import Calibration
from training.report.comments import exam_comments
from training.report.figures import ExamFigures
from training.report.markup import (
    cell,
    figure,
    folded,
    paragraph,
    remarks,
    section,
    side_by_side,
    table,
    values,
)
from training.report.plots import reliability_plot, risk_coverage_plot, training_plot
from training.report.reliability import Trust
from training.report.reliability_comments import trust_comments
from training.report.wording import percent, range_of

if TYPE_CHECKING:
    from training.network.recipe import Epoch

TERMS = (
    "Every figure comes from an exam: drawings whose digit is known and that training never saw. "
    "Read right: the digit that the network thinks likeliest is the one drawn. Filed: it was also sure "
    "enough to put the drawing into that digit’s folder; what it is less sure of goes to the folder "
    "“unsure” for you to look at."
)

TUTORIAL = "The tutorial’s network"

INTERVALS = (
    "Small print below a share: of how many, and the 95% interval (Clopper and Pearson), within which the "
    "true share probably lies. It takes every drawing by itself; drawings by one hand resemble each other, "
    "so the truth is somewhat wider."
)


def headline(exams: Sequence[ExamFigures], drawn: ExamFigures) -> str:
    """The figures that a user cares about, as tiles."""
    known = {exam.name: exam.tally for exam in exams}
    tally = drawn.tally
    tiles = [
        (f"{what} read right", known[name].right)
        for name, what in (("drawings", "real drawings"), ("mnist", "MNIST test digits"))
        if name in known
    ]
    tiles += [
        ("drawn digits filed by themselves", tally.filed),
        ("of those in a wrong folder", tally.filed_wrongly),
    ]
    tiles += [
        ("letters kept out", known[name].kept_out) for name in ("not-digits",) if name in known
    ]
    told = "\n".join(
        f"<li><strong>{percent(share.share)}</strong> {escape(what)}"
        f"<small>{share.hits:,} of {share.of:,} <br>95%: {range_of(share)}</small></li>"
        for what, share in tiles
        if share.of
    )
    return f'<ul class="tiles">\n{told}\n</ul>\n{paragraph(TERMS, "note")}' if told else ""


def in_words(exams: Sequence[ExamFigures], drawn: ExamFigures, tail: str) -> str:
    """What the whole says in plain words: the drawn digits, or without any the first exam's."""
    told = (
        drawn if drawn.tally.count else next((exam for exam in exams if exam.tally.right.of), drawn)
    )
    about = f"{told.title} ({told.tally.count:,}):" if told.tally.count else ""
    out = [
        f"{exam.title}: {comment.text}"
        for exam in exams
        for comment in exam_comments(exam)
        if comment.subject == "Not digits"
    ]
    others = "".join(paragraph(text) for text in out)
    return section(
        "words",
        "In plain words",
        paragraph(about) if about else "",
        remarks(exam_comments(told)),
        tail,
        others,
    )


def trust_words(drawn: ExamFigures, trusted: Trust, calibration: Calibration) -> str:
    """How far to trust it, as a list."""
    return remarks(trust_comments(drawn, trusted, calibration))


def side_table(
    exams: Sequence[ExamFigures], drawn: ExamFigures, baseline: Sequence[ExamFigures]
) -> str:
    """All exams in one table, the tutorial's network beside ours where it was measured."""
    theirs = {exam.name: exam.tally for exam in baseline}
    head = [
        "Exam",
        "Read right",
        *([TUTORIAL] if theirs else []),
        "Filed",
        "Filed wrongly",
        "Unsure",
    ]
    head += ["Not digits kept out", *([TUTORIAL] if theirs else [])]
    rows = []
    for exam in [*exams, *([drawn] if drawn.tally.count else [])]:
        ours, other = exam.tally, theirs.get(exam.name)
        row = [escape(exam.title), cell(ours.right), cell(ours.filed), cell(ours.filed_wrongly)]
        row += [cell(ours.unsure), cell(ours.kept_out)]
        if theirs:
            row.insert(2, cell(other.right) if other else "–")
            row.append(cell(other.kept_out) if other else "–")
        rows.append(row)
    notes = [INTERVALS]
    if theirs:
        notes.append(
            f"{TUTORIAL}: the CNN of TensorFlow’s own tutorial, trained and measured on the same exams. It "
            "knows no “not a digit”."
        )
    if drawn.tally.count:
        notes.append(f"{drawn.title}: what the confidence and the threshold are judged by.")
    return section(
        "exams",
        "The exams side by side",
        table(head, rows, "exams"),
        *(paragraph(n, "note") for n in notes),
    )


def stability_section(stability: Stability | None) -> str:
    """How alike one drawing is read however it is drawn and saved; nothing without a measure."""
    if stability is None:
        return ""
    low, high = stability.alike_interval
    told = paragraph(
        f"The strokes of {stability.drawings:,} digits by unseen writers, each drawn in "
        f"{stability.renderings} ways and read from the file: {percent(stability.alike_in_all)} of them are "
        f"read alike in every way (95%: {percent(low)} to {percent(high)}), and "
        f"{percent(stability.like_majority)} of the readings are what most readings of their digit are."
    )
    rows = [
        [f"{width:,} × {height:,}", *map(percent, shares)]
        for (width, height, _), shares in zip(CANVASES, stability.by_rendering, strict=True)
    ]
    return section(
        "stability",
        "One digit in many renderings",
        told,
        table(["Canvas", *LOOKS], rows),
        paragraph("Share of readings like their digit’s majority.", "note"),
    )


def trust_section(trusted: Trust) -> str:
    """Risk against coverage, and reliability, as plots and numbers."""
    if not trusted.bins:
        return ""
    curve = figure(
        risk_coverage_plot(trusted),
        "Filing more costs more mistakes. From left to right the threshold falls; the dot is the one in use.",
    )
    bins = figure(
        reliability_plot(trusted),
        "Is the confidence honest? In each range, the dash is what was claimed and the dot what was right. "
        "Dash within the dot’s whisker: no sign of dishonesty.",
    )
    rows = [
        [
            f"{100 * one.low:g} to {100 * one.high:g}%",
            f"{one.right.of:,}",
            percent(one.claimed),
            cell(one.right),
        ]
        for one in trusted.bins
    ]
    numbers = table(["Confidence", "Drawings", "Claimed on average", "Read right"], rows)
    return section(
        "trust",
        "How far to trust the confidence",
        side_by_side(curve, bins),
        folded("The same in numbers", numbers),
    )


def training_section(history: Sequence["Epoch"]) -> str:
    """How the network learned, epoch by epoch; nothing without history."""
    if not history:
        return ""
    caption = (
        "What it misread of drawings that were kept back from training, after each pass through the data, "
        "and below the loss that training lessens. A full training's first pass shows MNIST alone. The last "
        "pass is what is used."
    )
    return section(
        "training", "How it learned", side_by_side(figure(training_plot(history), caption))
    )


def card_section(card: Mapping[str, Any]) -> str:
    """The model's card."""
    return section("card", "How it was made", values(card))
