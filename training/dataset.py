"""Everything to learn from: MNIST-JPG read, pen strokes and inventions drawn, split by who wrote them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from training.data.errors import DatasetError
from training.data.examples import Examples, Split, about, joined, load, save
from training.data.hands import evenly_by_writer, read_hands
from training.data.mnist import find_mnist, read_mnist
from training.data.omniglot import EXAM_ALPHABETS, VALIDATION_ALPHABETS, alphabet, read_omniglot
from training.data.pendigits import read_pendigits
from training.data.skeletons import strokes_of
from training.data.strokes import Character
from training.drawing import glyphs, scribbles
from training.drawing.render import draw, draw_pixels, embellish, invent
from training.drawing.warp import by_another_hand, slightly_bent
from training.parallel import on_all_cores
from watcher import recognition
from watcher.recognition import NOT_DIGIT


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many pictures of each source. The defaults are the full training's.

    `renderings` of each digit of pendigits and `validation_renderings` of those that validate, `hands`
    digits of UJI and UNIPEN and `letters` letters and signs of UNIPEN in all, `redrawn` of each
    of MNIST's digits turned back into strokes, `glyphs` of each
    style of digit, `pixels` of each digit drawn pixel by pixel, `embellished` pen digits in all,
    `characters` of each Omniglot character, `signs` of each sign, `scribbles` in all;
    `mnist` bounds MNIST's share.
    """

    mnist: int = 60_000
    renderings: int = 12
    validation_renderings: int = 6
    hands: int = 50_000
    letters: int = 25_000
    redrawn: int = 2
    glyphs: int = 1500
    pixels: int = 1500
    embellished: int = 8_000
    characters: int = 5
    signs: int = 350
    scribbles: int = 10_000


QUICK_AMOUNTS = Amounts(
    mnist=12_000,
    renderings=2,
    validation_renderings=1,
    hands=4_000,
    letters=2_000,
    redrawn=1,
    glyphs=150,
    pixels=150,
    embellished=800,
    characters=1,
    signs=30,
    scribbles=1_000,
)
"""For `--quick`: a small but real run."""

REFRESH_AMOUNTS = replace(
    QUICK_AMOUNTS, mnist=20_000, renderings=4, validation_renderings=4, hands=8_000
)
"""For a refresh: enough that the network forgets nothing while it learns from corrections."""

# Keras takes 32 bits; sources add up to 22 to it.
MAX_SEED = 2**32 - 100

VALIDATION_SHARE = 1 / 12
"""Of MNIST's training pictures: 5,000."""

_SPLIT_SEED = 1
"""The same pictures and writers validate every training, so that models can be compared by them."""

VALIDATION_WRITERS = 6
"""Of the 30 pendigits writers; all their digits validate, none trains."""


def load_or_build(data: Path, amounts: Amounts, seed: int, run: Path) -> Split:
    """`gather`, or what it gave before if the folder `run` holds that of the same amounts, seed and code."""
    key = json.dumps({"amounts": asdict(amounts), "seed": seed, "code": _code()})
    files = run / "training.npz", run / "validation.npz"
    try:
        if (run / "examples.json").read_text(encoding="utf-8") == key:
            return Split(load(files[0]), load(files[1]))
    except FileNotFoundError:
        pass
    split = build_dataset(data, amounts, seed)
    run.mkdir(parents=True, exist_ok=True)
    (run / "examples.json").unlink(missing_ok=True)
    save(split.training, files[0])
    save(split.validation, files[1])
    (run / "examples.json").write_text(key, encoding="utf-8")
    return split


def _code() -> str:
    """A hash of the source code that examples depend on: what reads, draws and normalises them."""
    here = Path(__file__).parent
    folders = here / "data", here / "drawing", Path(recognition.__file__).parent
    sources = [
        Path(__file__),
        *(path for folder in folders for path in sorted(folder.glob("*.py"))),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def build_dataset(data: Path, amounts: Amounts, seed: int) -> Split:
    """Read MNIST and draw everything else; the same for the same `seed`. Raises `DatasetError`."""
    if not 0 <= seed <= MAX_SEED:
        raise DatasetError(f"seed {seed}: must be from 0 to {MAX_SEED}")
    mnist_training, mnist_validation = _mnist(data, amounts)
    pen_training, pen_validation = _pen(data)
    hands = read_hands(data)
    characters = read_omniglot(data / "omniglot")
    held_back = EXAM_ALPHABETS | VALIDATION_ALPHABETS
    negatives = [one for one in characters if alphabet(one) not in held_back]
    validation_negatives = [one for one in characters if alphabet(one) in VALIDATION_ALPHABETS]
    training = [
        mnist_training,
        draw("pen", pen_training, amounts.renderings, seed + 1, by_another_hand),
        draw(
            "hands",
            evenly_by_writer(_digits(hands.training), amounts.hands, seed + 21),
            1,
            seed + 21,
            by_another_hand,
        ),
        draw(
            "letters",
            evenly_by_writer(_not_digits(hands.training), amounts.letters, seed + 22),
            1,
            seed + 22,
            by_another_hand,
        ),
        draw("redrawn", traced(mnist_training), amounts.redrawn, seed + 8, slightly_bent),
        draw("omniglot", negatives, amounts.characters, seed + 2, by_another_hand),
        invent(
            "glyphs", glyphs.written_digit, tuple(glyphs.DIGIT_STYLES), amounts.glyphs, seed + 3
        ),
        invent(
            "signs", glyphs.written_not_digit, tuple(glyphs.NOT_DIGITS), amounts.signs, seed + 4
        ),
        invent(
            "scribbles",
            partial(scribbles.scribble, pen_training),
            scribbles.KINDS,
            amounts.scribbles // len(scribbles.KINDS),
            seed + 5,
        ),
        draw_pixels("pixels", amounts.pixels, seed + 6),
        embellish("embellished", pen_training, amounts.embellished, seed + 7),
    ]
    validation = [
        mnist_validation,
        draw("pen", pen_validation, amounts.validation_renderings, _SPLIT_SEED + 11),
        draw("hands", _digits(hands.validation), 1, _SPLIT_SEED + 13),
        draw("letters", _not_digits(hands.validation), 1, _SPLIT_SEED + 14),
        draw("omniglot", validation_negatives, max(1, amounts.characters // 2), _SPLIT_SEED + 12),
    ]
    return Split(_without_blanks(joined(training)), joined(validation))


def traced(pictures: Examples) -> list[Character]:
    """The strokes of `pictures`, all but those that have none."""
    labels = pictures.labels.tolist()
    strokes = on_all_cores(strokes_of, list(pictures.images), "following strokes")
    return [
        Character(followed, label, "mnist", "mnist")
        for followed, label in zip(strokes, labels, strict=True)
        if followed
    ]


def _digits(characters: Sequence[Character]) -> list[Character]:
    return [character for character in characters if character.label != NOT_DIGIT]


def _not_digits(characters: Sequence[Character]) -> list[Character]:
    return [character for character in characters if character.label == NOT_DIGIT]


def _without_blanks(examples: Examples) -> Examples:
    return examples.where(examples.images.max(axis=(1, 2)) > 0)


def _mnist(data: Path, amounts: Amounts) -> tuple[Examples, Examples]:
    digits = read_mnist(find_mnist(data), "training")
    training, validation = train_test_split(
        np.arange(len(digits.labels)),
        test_size=VALIDATION_SHARE,
        stratify=digits.labels,
        random_state=_SPLIT_SEED,
    )
    training = training[: amounts.mnist]

    def taken(index: NDArray[np.int64]) -> Examples:
        return Examples(digits.images[index], digits.labels[index], about(len(index), "mnist"))

    return taken(training), taken(validation)


def _pen(data: Path) -> tuple[list[Character], list[Character]]:
    written = read_pendigits(data / "pendigits" / "pendigits-orig.tra")
    writers = sorted({one.writer for one in written})
    _, held_back = train_test_split(writers, test_size=VALIDATION_WRITERS, random_state=_SPLIT_SEED)
    training = [one for one in written if one.writer not in held_back]
    return training, [one for one in written if one.writer in held_back]
