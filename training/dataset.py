"""The dataset: MNIST-JPG read, pen strokes and inventions drawn, split by writer."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from training.data.errors import DatasetError
from training.data.examples import Examples, Split, concatenate, load, save, source_table
from training.data.hands import evenly_by_writer, read_hands
from training.data.mnist import find_mnist, read_mnist
from training.data.omniglot import EXAM_ALPHABETS, VALIDATION_ALPHABETS, alphabet, read_omniglot
from training.data.pendigits import read_pendigits
from training.data.skeletons import trace_strokes
from training.data.strokes import Character
from training.drawing import scribbles
from training.drawing.glyph_shapes import DIGIT_STYLES, NOT_DIGITS
from training.drawing.glyphs import written_digit, written_not_digit
from training.drawing.render import Renderer
from training.drawing.warp import bend_slightly, by_another_hand
from training.parallel import on_all_cores
from watcher import recognition
from watcher.recognition import NOT_DIGIT, InkFinder
from watcher.recognition.ink_finder import FINDER_FILE


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many pictures of each source. The defaults are the full training's.

    In all: `mnist` at most; `hands`: digits of UJI and UNIPEN; `letters`: letters and signs of UNIPEN;
    `embellished`: digits of pendigits; `scribbles`. Of each: `renderings` of a digit of pendigits,
    `validation_renderings` of one that validates, `redrawn` of a digit of MNIST traced back to strokes,
    `glyphs` of a style of digit, `signs` of a sign, `pixels` of a digit drawn pixel by pixel,
    `characters` of a character of Omniglot. `scenes`: pictures of all kinds, of the digits of pendigits,
    UJI and UNIPEN and every tenth of a letter; `validation_scenes`: of those that validate.
    """

    mnist: int = 60_000
    renderings: int = 6
    validation_renderings: int = 4
    hands: int = 24_000
    letters: int = 12_000
    redrawn: int = 1
    glyphs: int = 700
    pixels: int = 700
    embellished: int = 4_000
    characters: int = 3
    signs: int = 200
    scribbles: int = 7_200
    scenes: int = 24_000
    validation_scenes: int = 4_000


# For `--quick`: a small but real training.
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
    scribbles=1_200,
    scenes=800,
    validation_scenes=400,
)
# For a refresh: enough that the network forgets nothing while it is trained on corrections.
REFRESH_AMOUNTS = replace(
    QUICK_AMOUNTS, mnist=20_000, renderings=4, validation_renderings=4, hands=8_000
)
# Keras takes 32 bits, and each source adds up to 22.
MAX_SEED = 2**32 - 100

# Of MNIST's training pictures: 5,000.
VALIDATION_SHARE = 1 / 12

# The same pictures and writers validate every training, so that models can be compared by them.
_SPLIT_SEED = 1

# Of the 30 pendigits writers: a fifth; all their digits validate, none trains.
VALIDATION_WRITERS = 6


def load_or_build(data: Path, amounts: Amounts, seed: int, run: Path, model: Path) -> Split:
    """Return `build_dataset` with the finder in `model`, as kept in `run` if arguments and code are alike."""
    finder = hashlib.sha256((model / FINDER_FILE).read_bytes()).hexdigest()
    key = json.dumps({"amounts": asdict(amounts), "seed": seed, "finder": finder, "code": _code()})
    files = run / "training.npz", run / "validation.npz"
    # Examples that are missing or damaged are drawn again.
    with suppress(OSError, EOFError, ValueError, KeyError, BadZipFile):
        if (run / "examples.json").read_text(encoding="utf-8") == key:
            return Split(load(files[0]), load(files[1]))
    split = build_dataset(data, amounts, seed, InkFinder.load(model))
    run.mkdir(parents=True, exist_ok=True)
    (run / "examples.json").unlink(missing_ok=True)
    save(split.training, files[0])
    save(split.validation, files[1])
    (run / "examples.json").write_text(key, encoding="utf-8")
    return split


def _code() -> str:
    """Return a hash of the source code that reads, draws and normalises the examples."""
    here = Path(__file__).parent
    folders = here / "data", here / "drawing", Path(recognition.__file__).parent
    sources = [
        Path(__file__),
        *(path for folder in folders for path in sorted(folder.glob("**/*.py"))),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def build_dataset(data: Path, amounts: Amounts, seed: int, finder: InkFinder) -> Split:
    """Return MNIST and everything that is drawn, the same for the same `seed` and `finder`.

    Raises `DatasetError`.
    """
    if not 0 <= seed <= MAX_SEED:
        raise DatasetError(f"seed {seed}: must be from 0 to {MAX_SEED}")
    mnist_training, mnist_validation = _mnist(data, amounts)
    pen_training, pen_validation = split_pen_writers(data)
    hands = read_hands(data)
    digits, letters = _digits(hands.training), _not_digits(hands.training)
    validation_digits = _digits(hands.validation)
    alphabets, validation_alphabets = split_alphabets(data)
    render = Renderer(finder)

    def by_writer(source: str, written: Sequence[Character], count: int, own_seed: int) -> Examples:
        chosen = evenly_by_writer(written, count, own_seed)
        return render.draw(source, chosen, 1, own_seed, by_another_hand)

    training = [
        mnist_training,
        render.draw("pen", pen_training, amounts.renderings, seed + 1, by_another_hand),
        by_writer("hands", digits, amounts.hands, seed + 21),
        by_writer("letters", letters, amounts.letters, seed + 22),
        render.draw_scenes(
            evenly_by_writer([*pen_training, *digits, *letters[::10]], amounts.scenes, seed + 9),
            seed + 9,
            by_another_hand,
            relabel=True,
        ),
        render.draw(
            "redrawn", trace_pictures(mnist_training), amounts.redrawn, seed + 8, bend_slightly
        ),
        render.draw("omniglot", alphabets, amounts.characters, seed + 2, by_another_hand),
        render.invent("glyphs", written_digit, tuple(DIGIT_STYLES), amounts.glyphs, seed + 3),
        render.invent("signs", written_not_digit, tuple(NOT_DIGITS), amounts.signs, seed + 4),
        render.invent(
            "scribbles",
            partial(scribbles.scribble, pen_training),
            scribbles.KINDS,
            amounts.scribbles // len(scribbles.KINDS),
            seed + 5,
        ),
        render.draw_pixels("pixels", amounts.pixels, seed + 6),
        render.embellish("embellished", pen_training, amounts.embellished, seed + 7),
    ]
    validation = [
        mnist_validation,
        render.draw("pen", pen_validation, amounts.validation_renderings, _SPLIT_SEED + 11),
        render.draw("hands", validation_digits, 1, _SPLIT_SEED + 13),
        render.draw("letters", _not_digits(hands.validation), 1, _SPLIT_SEED + 14),
        render.draw_scenes(
            evenly_by_writer(
                [*pen_validation, *validation_digits], amounts.validation_scenes, _SPLIT_SEED + 15
            ),
            _SPLIT_SEED + 15,
            relabel=False,
        ),
        render.draw(
            "omniglot", validation_alphabets, max(1, amounts.characters // 2), _SPLIT_SEED + 12
        ),
    ]
    return Split(_without_blanks(concatenate(training)), concatenate(validation))


def trace_pictures(pictures: Examples) -> list[Character]:
    """Return the strokes of `pictures`, without those that have none."""
    labels = pictures.labels.tolist()
    traced = on_all_cores(trace_strokes, list(pictures.images), "tracing strokes")
    return [
        Character(strokes, label, "mnist", "mnist")
        for strokes, label in zip(traced, labels, strict=True)
        if strokes
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
        images = digits.images[index]
        return Examples(images, images, digits.labels[index], source_table(len(index), "mnist"))

    return taken(training), taken(validation)


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
    _, held_back = train_test_split(writers, test_size=VALIDATION_WRITERS, random_state=_SPLIT_SEED)
    training = [one for one in written if one.writer not in held_back]
    return training, [one for one in written if one.writer in held_back]
