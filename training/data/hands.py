"""Digits, letters and signs by the writers of UJI and UNIPEN, with whole writers held back."""

import functools
import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.data.strokes import Character
from training.data.uji import read_uji
from training.data.unipen_selection import read_unipen

# A quarter: 35 writers of digits, of Spain, Quebec, the USA, India, China and others, and some 5,900
# characters; that bounds an error rate of 0.5% to within 0.2%.
_VALIDATION_SHARE = 1 / 4


@dataclass(frozen=True, slots=True)
class Hands:
    """Characters to train on, and characters by other writers to validate with."""

    training: tuple[Character, ...]
    validation: tuple[Character, ...]


@functools.cache
def read_hands(data: Path) -> Hands:
    """Return the characters of UJI and UNIPEN in the data folder; raises `DatasetError`.

    They are kept, since reading them takes a quarter of a minute and two exams ask for them.
    """
    characters = [*read_uji(data / "uji" / "ujipenchars2.json"), *read_unipen(data / "unipen")]
    held_back = validation_writers({character.writer for character in characters})
    return Hands(
        tuple(character for character in characters if character.writer not in held_back),
        tuple(character for character in characters if character.writer in held_back),
    )


def validation_writers(writers: Iterable[str]) -> frozenset[str]:
    """Return the writers held back: of each provider the quarter whose ids have the smallest sha256.

    A writer's id is "provider/name". No seed decides, so no later training sees them either.
    """
    by_provider = defaultdict(list)
    for writer in writers:
        by_provider[writer.rpartition("/")[0]].append(writer)
    return frozenset(
        writer
        for names in by_provider.values()
        for writer in sorted(names, key=_digest)[: math.ceil(len(names) * _VALIDATION_SHARE)]
    )


def evenly_by_writer(characters: Sequence[Character], count: int, seed: int) -> list[Character]:
    """Return `count` of `characters` at random, any writer as often as any other.

    Some writers gave 700 digits, most 20.
    """
    by_writer = defaultdict(list)
    for character in characters:
        by_writer[character.writer].append(character)
    rng = np.random.default_rng(seed)
    chosen = (by_writer[writer] for writer in rng.choice(sorted(by_writer), count))
    return [written[rng.integers(len(written))] for written in chosen]


def _digest(writer: str) -> str:
    return hashlib.sha256(writer.encode()).hexdigest()
