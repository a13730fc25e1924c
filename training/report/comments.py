"""What the figures say, for somebody who never trained a network. Pure; plain text, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import fisher_exact

from training.report.figures import DIGITS, PLAIN, ExamFigures, Group
from training.report.tally import Share
from training.report.wording import between, counted, listed, percent

CHANCE = 0.05
"""A group is called weak where chance alone would make any of its like so weak in 5% of exams."""

ENOUGH = 30
"""Fewer drawings of each group than this, and only a gulf could show."""

MAX_CONFUSIONS = 5


@dataclass(frozen=True, slots=True)
class Comment:
    """A few sentences about one subject."""

    subject: str
    text: str


def exam_comments(exam: ExamFigures) -> tuple[Comment, ...]:
    """What one exam says: mistakes, weak digits, confusions, weak styles and sizes, what was filed."""
    if not exam.tally.count:
        return (Comment("Nothing to tell", "This exam has no drawings."),)
    if not exam.tally.right.of:
        return (Comment("Not digits", kept_out(exam)),)
    found = [
        Comment("Mistakes", mistakes(exam.tally.right)),
        Comment("Weak digits", weak_digits(exam)),
        Comment("Confusions", confusions(exam)),
        Comment("Styles", weak_groups(exam.by_style, "style")),
        Comment("Canvas", weak_groups(exam.by_canvas, "canvas size")),
        Comment("Pen", weak_groups(exam.by_pen, "pen width")),
        Comment("Filing", left_unsure(exam)),
        Comment("Not digits", kept_out(exam)),
    ]
    return tuple(comment for comment in found if comment.text)


def mistakes(right: Share) -> str:
    """How many were misread, and what that says of the drawings to come."""
    wrong = right.of - right.hits
    if not right.of:
        return "There are no digits among the drawings."
    if not wrong:
        return (
            f"Every digit was read right ({right.of:,} of {right.of:,}). That does not mean that it never "
            f"errs: with so many drawings, up to {percent(1 - right.low)} misread is possible (95%)."
        )
    text = (
        f"{counted(wrong, 'digit')} of {right.of:,} misread: {percent(right.share)} were read right "
        f"(95% interval: {between(right)})."
    )
    if right.high - right.low > 0.05:
        text += " The interval is wide because the exam is small; do not compare finer than that."
    return text


def weak_digits(exam: ExamFigures) -> str:
    """Which digits are read less well than the others, by more than chance."""
    shares = [(f"the {one.digit}", one.recall) for one in exam.digits]
    return _weak(shares, "digit")


def weak_groups(groups: Sequence[Group], noun: str) -> str:
    """Which groups are read less well than the rest; nothing where there is only one."""
    names = [(f"“{group.name}”", group.tally.right) for group in groups]
    if noun == "style":
        plain = f"“{PLAIN}”"
        names = [("drawings of no named style" if name == plain else name, s) for name, s in names]
    known = [(name, share) for name, share in names if share.of]
    return _weak(known, noun) if len(known) > 1 else ""


def _weak(shares: Sequence[tuple[str, Share]], noun: str) -> str:
    """Each share against all others together (Fisher's exact test, Bonferroni's correction)."""
    known = [(name, share) for name, share in shares if share.of]
    wrong = sum(share.of - share.hits for _, share in known)
    drawings = sum(share.of for _, share in known)
    if not wrong or len(known) < 2:
        return ""
    told = []
    for name, share in sorted(known, key=lambda pair: pair[1].hits / pair[1].of):
        missed = share.of - share.hits
        others, others_missed = drawings - share.of, wrong - missed
        table = np.array([[missed, share.hits], [others_missed, others - others_missed]])
        if fisher_exact(table, alternative="greater")[1] < CHANCE / len(known):
            told.append(
                f"{name} ({missed:,} of {share.of:,} misread, {percent(missed / share.of)}; "
                f"the others {percent(others_missed / others)})"
            )
    if told:
        return f"Read less well than the rest: {listed(told)}."
    if max(share.of for _, share in known) < ENOUGH:
        return f"The exam is too small to tell whether one {noun} is read less well than another."
    return f"No {noun} stands out: the differences are within what chance makes."


def confusions(exam: ExamFigures) -> str:
    """Which digits were read as which, and how often."""
    pairs = sorted(
        (
            (count, digit, read)
            for digit, row in enumerate(exam.confusion)
            for read, count in enumerate(row[: len(DIGITS)])
            if read != digit and count
        ),
        key=lambda pair: (-pair[0], pair[1:]),
    )
    not_read = sum(row[-1] for row in exam.confusion)
    sentences = []
    if pairs:
        told = [
            f"{digit} as {read}, {_times(count)} "
            f"({percent(count / sum(exam.confusion[digit]))} of all {digit}s)"
            for count, digit, read in pairs[:MAX_CONFUSIONS]
        ]
        rest = sum(count for count, _, _ in pairs[MAX_CONFUSIONS:])
        more = f"; and {_times(rest)} some other way" if rest else ""
        sentences.append(f"Read as another digit: {'; '.join(told)}{more}.")
    if not_read:
        sentences.append(
            f"In {counted(not_read, 'drawing')} nothing was found: taken for a blank canvas."
        )
    return " ".join(sentences)


def left_unsure(exam: ExamFigures) -> str:
    """What was filed, filed wrongly, and left for the unsure folder."""
    tally = exam.tally
    if not tally.filed.of:
        return ""
    wrongly = tally.filed_wrongly
    text = f"{tally.filed.hits:,} of {counted(tally.filed.of, 'digit')} filed ({percent(tally.filed.share)})"
    text += f", {wrongly.hits:,} of them in a wrong folder" if wrongly.hits else ""
    text += ", none of them in a wrong folder" if wrongly.of and not wrongly.hits else ""
    if tally.unsure.hits:
        text += f"; {tally.unsure.hits:,} left for the unsure folder"
        text += f", of which {tally.unsure_right:,} had been read right all the same"
    text += f"; {tally.rejected.hits:,} rejected" if tally.rejected.hits else ""
    return text + "."


def kept_out(exam: ExamFigures) -> str:
    """How many not-digits were kept out of the digits' folders, and where the others went."""
    share = exam.tally.kept_out
    if not share.of:
        return ""
    text = (
        f"{share.hits:,} of {counted(share.of, 'drawing')} of something other than a digit kept out of "
        f"the digits' folders ({percent(share.share)}; 95%: {between(share)})"
    )
    filed = sorted(
        ((count, digit) for digit, count in enumerate(exam.filed_as) if count),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if filed:
        told = [f"{count:,} as {digit}" for count, digit in filed[:MAX_CONFUSIONS]]
        told += ["the rest otherwise"] if len(filed) > MAX_CONFUSIONS else []
        text += f"; filed by mistake: {listed(told)}"
    return text + "."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
