"""What an exam's figures mean, for somebody who never trained a network. Plain text, no markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.statistics.exam_figures import DIGITS, PLAIN, ExamFigures, Group
from training.statistics.shares import Share
from training.statistics.weakness import weaknesses
from training.wording import between, join_words, percent, plural

# With fewer drawings in each group than this only a very large difference could show.
ENOUGH = 30

# Confusions named one by one; the rest is summed up.
MAX_CONFUSIONS = 5


@dataclass(frozen=True, slots=True)
class Comment:
    """A few sentences about one subject."""

    subject: str
    text: str


def exam_comments(exam: ExamFigures) -> tuple[Comment, ...]:
    """Return what one exam shows: mistakes, weak digits, confusions, weak groups, what was filed."""
    if not exam.tally.count:
        return (Comment("No drawings", "This exam has no drawings."),)
    if not exam.tally.right.of:
        return (Comment("Not digits", kept_out(exam)),)
    comments = (
        Comment("Mistakes", mistakes(exam.tally.right)),
        Comment("Weak digits", _weak({f"the {one.digit}": one.recall for one in exam.digits}, "digit")),
        Comment("Confusions", confusions(exam)),
        Comment("Styles", weak_groups(exam.by_style, "style")),
        Comment("Canvas", weak_groups(exam.by_canvas, "canvas size")),
        Comment("Pen", weak_groups(exam.by_pen, "pen width")),
        Comment("Filing", filing(exam)),
        Comment("Not digits", kept_out(exam)),
    )  # fmt: skip
    return tuple(comment for comment in comments if comment.text)


def mistakes(right: Share) -> str:
    """Return how many digits were misread, and what that means for the drawings to come."""
    wrong = right.of - right.hits
    if not right.of:
        return "There are no digits among the drawings."
    if not wrong:
        return (
            f"Every digit was read right ({right.of:,} of {right.of:,}). That does not mean that it never "
            f"errs: with this many drawings, up to {percent(1 - right.low)} misread is possible (95%)."
        )
    text = (
        f"{plural(wrong, 'digit')} of {right.of:,} misread: {percent(right.share)} were read right "
        f"(95% interval: {between(right)})."
    )
    if right.high - right.low > 0.05:
        text += " The interval is wide because the exam is small; do not compare finer than that."
    return text


def weak_groups(groups: Sequence[Group], noun: str) -> str:
    """Return which groups are read less well than the rest; "" where there is only one."""
    shares = {
        "drawings of no named style" if noun == "style" and group.name == PLAIN
        else f"“{group.name}”": group.tally.right
        for group in groups
        if group.tally.right.of
    }  # fmt: skip
    return _weak(shares, noun) if len(shares) > 1 else ""


def _weak(groups: Mapping[str, Share], noun: str) -> str:
    known = [share for share in groups.values() if share.of]
    if len(known) < 2 or all(share.hits == share.of for share in known):
        return ""
    if found := weaknesses(groups):
        names = [
            f"{one.name} ({one.missed.hits:,} of {one.missed.of:,} misread, {percent(one.missed.share)}; "
            f"the others {percent(one.rest_missed.share)})"
            for one in found
        ]
        return f"Read less well than the rest: {join_words(names)}."
    if max(share.of for share in known) < ENOUGH:
        return f"The exam is too small to tell whether one {noun} is read less well than another."
    return f"No {noun} stands out: the differences are within chance."


def confusions(exam: ExamFigures) -> str:
    """Return which digits were read as which, and how often."""
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
        named = [
            f"{digit} as {read}, {_times(count)} "
            f"({percent(count / sum(exam.confusion[digit]))} of all {digit}s)"
            for count, digit, read in pairs[:MAX_CONFUSIONS]
        ]
        rest = sum(count for count, _, _ in pairs[MAX_CONFUSIONS:])
        more = f"; and {_times(rest)} some other way" if rest else ""
        sentences.append(f"Read as another digit: {'; '.join(named)}{more}.")
    if not_read:
        sentences.append(
            f"In {plural(not_read, 'drawing')} no ink was found: taken for a blank canvas."
        )
    return " ".join(sentences)


def filing(exam: ExamFigures) -> str:
    """Return what was filed, filed wrongly, and left unsure."""
    tally = exam.tally
    if not tally.filed.of:
        return ""
    wrongly = tally.filed_wrongly
    text = f"{tally.filed.hits:,} of {plural(tally.filed.of, 'digit')} filed ({percent(tally.filed.share)})"
    text += f", {wrongly.hits:,} of them in a wrong folder" if wrongly.hits else ""
    text += ", none of them in a wrong folder" if wrongly.of and not wrongly.hits else ""
    if tally.unsure.hits:
        text += f"; {tally.unsure.hits:,} left for the unsure folder"
        text += f", of which {tally.unsure_right:,} had been read right all the same"
    text += f"; {tally.rejected.hits:,} rejected" if tally.rejected.hits else ""
    return text + "."


def kept_out(exam: ExamFigures) -> str:
    """Return how many not-digits were kept out of the digits' folders, and where the others went."""
    share = exam.tally.kept_out
    if not share.of:
        return ""
    text = (
        f"{share.hits:,} of {plural(share.of, 'drawing')} of something other than a digit kept out of "
        f"the digits' folders ({percent(share.share)}; 95%: {between(share)})"
    )
    filed = sorted(
        ((count, digit) for digit, count in enumerate(exam.filed_as) if count),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if filed:
        named = [f"{count:,} as {digit}" for count, digit in filed[:MAX_CONFUSIONS]]
        named += ["the rest otherwise"] if len(filed) > MAX_CONFUSIONS else []
        text += f"; filed by mistake: {join_words(named)}"
    return text + "."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
