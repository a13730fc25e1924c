"""Which characters of UNIPEN are used: digits, and letters and signs as "not a digit".

Chosen by looking at contact sheets of all digits and of 34 samples of each letter and sign.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from training.data.strokes import Character, Stroke
from training.data.unipen import Segment, read_segments
from watcher.recognition import NOT_DIGIT

# Letters and signs that many people write as others write a digit: neither answer would be wrong. With
# a backslash before it, as UNIPEN escapes it, a backslash; with one before it, "@" is what kai calls the
# pieces of line between two letters of a word (a real "@" is not escaped).
LOOK_ALIKES = frozenset(
    {
        *"DOoQ",  # 0
        *"Iil'/(),.",  # 1: without its dot an i is one; commas and brackets are often straight
        *"Zz",  # 2, 3 or 7
        *"Yy",  # an open 4; y a 9
        *"Ss",  # 5, in a loop 8
        *"Gb",  # 6
        *"gq",  # 9 or 8
        "\\\\",  # 1
        "\\@",
    }
)

# Digits whose strokes may stand apart; others whose strokes do are two digits, or one and a sign.
_OPEN_DIGITS = frozenset("45")

# Gap between strokes standing side by side, as a share of the character's height. The 13 whole digits
# other than 4 and 5 with a gap of more than 0.01 have at least 0.08, and all are labelled wrongly.
_MAX_GAP = 0.05

# Fewer points are a touch of the pen.
_MIN_POINTS = 5

# Wrong labels and digits broken off, which nobody would read as labelled: of 160 that the shipped
# model of version 0.1 read otherwise, looked at one by one.
_MISLABELLED = frozenset(
    {
        "1a/ceb/Cheng.dat:203",  # 0, an arc
        "1a/ced/flad4341_s_jh.dat:464",  # 8, an open loop
        "1a/ced/flad4341_s_jh.dat:466",  # 0, an arc
        "1a/ced/racy0978_s_0l.dat:475-476",  # 7, a p
        "1a/syn/syn1/jcp-dig11.dat:916",  # 0, a 6
        "1a/syn/syn1/rkt-dig19.dat:244",  # 0, a 6
        "1a/syn/syn1/zor-dig22.dat:601",  # 0, an 8
        "1a/val/gresai31.dat:111-111",  # 1, a ruled line
        "1a/val/gresai34.dat:127-129",  # 4, an H
        "1a/val/gresai34.dat:292-294",  # 4, a dot
        "1a/val/gresai36.dat:132-133",  # 6, ruled lines
        "1a/val/gresai38.dat:0-4",  # 8, ruled lines
        "1a/val/yannis30.dat:6-6",  # 0, an arc
        "1a/val/yannis30.dat:26-26",  # 0, an arc
        "1a/val/yannis30.dat:52-52",  # 0, an arc
    }
)

# CEDAR delivered in three parts, with one writer in two of them.
_PROVIDERS = {"cea": "cedar", "ceb": "cedar", "ced": "cedar"}

# Distance between points kept, as a share of the character's longer side: about that of pendigits.
# Tablets report up to ten times as many, which would make a fast mouse's polyline a smooth curve.
_SPACING = 0.04


def read_unipen(folder: Path) -> list[Character]:
    """Return the digits, letters and signs below `folder`, ordered by file.

    Left out are look-alikes of digits, letters cut out of a word, repeats (the same points by the same
    writer), digits with strokes side by side, and wrong labels. Raises `DatasetError`.
    """
    segments = filter(_is_usable, read_segments(folder))
    return [_character(segment) for segment in _without_repeats(segments)]


def _is_usable(segment: Segment) -> bool:
    if sum(map(len, segment.strokes)) < _MIN_POINTS:
        return False
    if segment.is_cut or segment.place in _MISLABELLED:
        return False
    if segment.label.isdigit():
        return segment.label in _OPEN_DIGITS or _widest_gap(segment.strokes) <= _MAX_GAP
    return segment.label not in LOOK_ALIKES


def _widest_gap(strokes: Iterable[Stroke]) -> float:
    """Return the widest horizontal gap between strokes, as a share of the whole's height."""
    spans = sorted((float(stroke[:, 0].min()), float(stroke[:, 0].max())) for stroke in strokes)
    ends = np.maximum.accumulate([end for _, end in spans])
    gaps = [start - end for (start, _), end in zip(spans[1:], ends, strict=False)]
    height = float(np.ptp(np.vstack(list(strokes))[:, 1]))
    return max(gaps, default=0.0) / max(height, 1.0)


def _without_repeats(segments: Iterable[Segment]) -> Iterator[Segment]:
    seen = set()
    for segment in segments:
        origin = segment.strokes[0][0]
        shape = segment.writer, *((stroke - origin).tobytes() for stroke in segment.strokes)
        if shape not in seen:
            seen.add(shape)
            yield segment


def _character(segment: Segment) -> Character:
    provider = segment.place.split("/")[1]
    size = float(np.ptp(np.vstack(segment.strokes), axis=0).max())
    return Character(
        tuple(_thinned(stroke, size * _SPACING) for stroke in segment.strokes),
        int(segment.label) if segment.label.isdigit() else NOT_DIGIT,
        f"unipen/{_PROVIDERS.get(provider, provider)}/{segment.writer}",
        f"unipen/{segment.label}/{segment.place}",
    )


def _thinned(stroke: Stroke, spacing: float) -> Stroke:
    """Return the points of `stroke` at least `spacing` apart along the line, and its last point."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    marks = np.floor(np.concatenate([[0], np.cumsum(steps)]) / max(spacing, 1e-6))
    kept = np.flatnonzero(np.diff(marks, prepend=-1))
    return np.asarray(stroke[np.union1d(kept, [len(stroke) - 1])])
