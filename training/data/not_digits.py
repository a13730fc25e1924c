"""Which of Omniglot's characters are "not a digit", and which alphabets are held back.

Looked through by eye: characters that somebody would take for a digit in some hand are left out of
training and exam alike, since neither answer would be wrong.
"""

from collections.abc import Iterator
from pathlib import Path

from training.data.strokes import Character, read_omniglot
from watcher.recognition import NOT_DIGIT

EXAM_ALPHABETS = frozenset({"Greek", "Early_Aramaic", "Tagalog"})
"""Whole alphabets that training never sees: an exam."""

VALIDATION_ALPHABETS = frozenset({"Balinese"})
"""Not fitted to either, but looked at while choosing."""

LOOK_ALIKES: dict[str, frozenset[int]] = {
    "Balinese": frozenset({5, 14, 17}),  # 7, 7 or mirrored 1, 7
    "Early_Aramaic": frozenset({1, 2, 3, 4, 6, 7, 12, 14, 16, 17, 20}),  # 4 9 1 4 4 1 6 9 0 7 4
    "Greek": frozenset({4, 6, 8, 9, 15, 18}),  # 8 5 0 1 0 6
    "Japanese_(katakana)": frozenset(
        {1, 4, 22, 24, 27, 30, 38, 42, 43, 45, 46}
    ),  # 7 1 7 1 7 7 7 0 7 2 7
    "Korean": frozenset({12, 20, 21, 22, 27, 28, 33, 37}),  # 4 4 1 7 2 0 0 7
    "Latin": frozenset({2, 7, 9, 12, 15, 17, 19, 26}),  # b g i l o q s z
    "Sanskrit": frozenset({5, 13, 27, 37}),  # 5 5 2 3
    "Tagalog": frozenset({3, 16}),  # 3 9
}
"""Alphabet -> numbers of its characters that look like a digit (named behind)."""


def read_not_digits(folder: Path) -> Iterator[Character]:
    """All characters of the Omniglot zips in `folder` that are no digit's look-alike, each once."""
    seen: set[tuple[str, str]] = set()
    for path in sorted(folder.glob("strokes_background_small*.zip")):
        for written in read_omniglot(path, NOT_DIGIT):
            alphabet, character = written.source.split("/")
            if int(character.removeprefix("character")) in LOOK_ALIKES[alphabet]:
                continue
            # Greek and Latin are in both zips.
            if (written.source, written.writer) in seen:
                continue
            seen.add((written.source, written.writer))
            yield written


def alphabet(written: Character) -> str:
    """The alphabet of a character read by `read_not_digits`."""
    return written.source.split("/")[0]
