"""What people drew, split by writer: what trains, and what validates."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

from training.data.examples import Examples, source_table
from training.data.hands import read_hands
from training.data.mnist import find_mnist, read_labels, read_mnist
from training.data.omniglot import EXAM_ALPHABETS, VALIDATION_ALPHABETS, alphabet, read_omniglot
from training.data.pendigits import read_pendigits
from training.data.strokes import Character
from watcher.recognition import NOT_DIGIT, InkFinder

# Of MNIST's training pictures: 5,000.
VALIDATION_SHARE = 1 / 12

# The same pictures and writers validate every training, so that models can be compared by them.
SPLIT_SEED = 1

# Of the 30 pendigits writers: a fifth; all their digits validate, none trains.
VALIDATION_WRITERS = 6


@dataclass(frozen=True, slots=True)
class Sources:
    """What people drew, on one side of the split.

    `mnist`: pictures of MNIST-JPG. `pen`: digits of pendigits. `digits`, `letters`: of UJI and UNIPEN,
    signs among the letters. `alphabets`: characters of Omniglot.
    """

    mnist: Examples
    pen: Sequence[Character]
    digits: Sequence[Character]
    letters: Sequence[Character]
    alphabets: Sequence[Character]


def split_sources(data: Path, most_mnist: int, finder: InkFinder) -> tuple[Sources, Sources]:
    """Return what trains and what validates; no writer and no alphabet is in both.

    At most `most_mnist` pictures of MNIST train; `finder` finds their ink. Raises `DatasetError`.
    """
    hands = read_hands(data)
    sides = zip(
        _split_mnist(data, most_mnist, finder),
        split_pen_writers(data),
        (hands.training, hands.validation),
        split_alphabets(data),
        strict=True,
    )
    training, validation = (
        Sources(
            mnist,
            pen,
            [character for character in by_hand if character.label != NOT_DIGIT],
            [character for character in by_hand if character.label == NOT_DIGIT],
            alphabets,
        )
        for mnist, pen, by_hand, alphabets in sides
    )
    return training, validation


def split_alphabets(data: Path) -> tuple[list[Character], list[Character]]:
    """Return the characters of Omniglot's alphabets that train, and of those that validate."""
    characters = read_omniglot(data / "omniglot")
    held_back = EXAM_ALPHABETS | VALIDATION_ALPHABETS
    return (
        [one for one in characters if alphabet(one) not in held_back],
        [one for one in characters if alphabet(one) in VALIDATION_ALPHABETS],
    )


def split_pen_writers(data: Path) -> tuple[list[Character], list[Character]]:
    """Return the digits of pendigits' writers that train, and of those that validate."""
    written = read_pendigits(data / "pendigits" / "pendigits-orig.tra")
    writers = sorted({one.writer for one in written})
    _, held_back = train_test_split(writers, test_size=VALIDATION_WRITERS, random_state=SPLIT_SEED)
    training = [one for one in written if one.writer not in held_back]
    return training, [one for one in written if one.writer in held_back]


def _split_mnist(data: Path, most: int, finder: InkFinder) -> tuple[Examples, Examples]:
    path = find_mnist(data)
    labels = read_labels(path, "training")
    training, validation = train_test_split(
        np.arange(len(labels)),
        test_size=VALIDATION_SHARE,
        stratify=labels,
        random_state=SPLIT_SEED,
    )
    training = training[:most]
    digits = read_mnist(path, "training", finder, [*training, *validation])

    def taken(part: slice) -> Examples:
        images, labels = digits.images[part], digits.labels[part]
        return Examples(images, images, labels, source_table(len(labels), "mnist"))

    return taken(slice(len(training))), taken(slice(len(training), None))
