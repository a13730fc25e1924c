"""The dataset: MNIST-JPG read, pen strokes and inventions drawn, split by writer."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

from training import splits
from training.amounts import Amounts
from training.data.errors import DatasetError
from training.data.examples import Examples, Split, concatenate, load, save
from training.data.hands import evenly_by_writer
from training.data.skeletons import trace_strokes
from training.data.strokes import Character
from training.drawing import scribbles
from training.drawing.glyph_shapes import DIGIT_STYLES, NOT_DIGITS
from training.drawing.glyphs import written_digit, written_not_digit
from training.drawing.render import Renderer
from training.drawing.warp import bend_slightly, by_another_hand
from training.parallel import on_all_cores
from training.splits import SPLIT_SEED, Sources, split_sources
from watcher import recognition
from watcher.recognition import InkFinder
from watcher.recognition.ink_finder import FINDER_FILE

# Keras takes 32 bits, and each source adds up to 22.
MAX_SEED = 2**32 - 100


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
        Path(splits.__file__),
        *(path for folder in folders for path in sorted(folder.glob("**/*.py"))),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def build_dataset(data: Path, amounts: Amounts, seed: int, finder: InkFinder) -> Split:
    """Return MNIST and everything that is drawn, the same for the same `seed` and `finder`.

    Raises `DatasetError`.
    """
    if not 0 <= seed <= MAX_SEED:
        raise DatasetError(f"seed {seed}: must be from 0 to {MAX_SEED}")
    training, validation = split_sources(data, amounts.mnist, finder)
    return Split(
        _draw_training(training, amounts, seed, Renderer(finder, "to learn from")),
        _draw_validation(validation, amounts, Renderer(finder, "to validate")),
    )


def _draw_training(sources: Sources, amounts: Amounts, seed: int, render: Renderer) -> Examples:
    """Return what trains: people's drawings in many hands, and inventions; nothing blank."""

    def by_writer(source: str, written: Sequence[Character], count: int, own_seed: int) -> Examples:
        chosen = evenly_by_writer(written, count, own_seed)
        return render.draw(source, chosen, 1, own_seed, by_another_hand)

    examples = concatenate(
        [
            sources.mnist,
            render.draw("pen", sources.pen, amounts.renderings, seed + 1, by_another_hand),
            by_writer("hands", sources.digits, amounts.hands, seed + 21),
            by_writer("letters", sources.letters, amounts.letters, seed + 22),
            render.draw_scenes(
                evenly_by_writer(
                    [*sources.pen, *sources.digits, *sources.letters[::10]],
                    amounts.scenes,
                    seed + 9,
                ),
                seed + 9,
                by_another_hand,
                relabel=True,
            ),
            render.draw(
                "redrawn", trace_pictures(sources.mnist), amounts.redrawn, seed + 8, bend_slightly
            ),
            render.draw(
                "omniglot", sources.alphabets, amounts.characters, seed + 2, by_another_hand
            ),
            render.invent("glyphs", written_digit, tuple(DIGIT_STYLES), amounts.glyphs, seed + 3),
            render.invent("signs", written_not_digit, tuple(NOT_DIGITS), amounts.signs, seed + 4),
            render.invent(
                "scribbles",
                partial(scribbles.scribble, sources.pen),
                scribbles.KINDS,
                amounts.scribbles // len(scribbles.KINDS),
                seed + 5,
            ),
            render.draw_pixels("pixels", amounts.pixels, seed + 6),
            render.embellish("embellished", sources.pen, amounts.embellished, seed + 7),
        ]
    )
    return examples.where(examples.images.max(axis=(1, 2)) > 0)


def _draw_validation(sources: Sources, amounts: Amounts, render: Renderer) -> Examples:
    """Return what validates: the same drawings for every training, also where they came out blank."""
    return concatenate(
        [
            sources.mnist,
            render.draw("pen", sources.pen, amounts.validation_renderings, SPLIT_SEED + 11),
            render.draw("hands", sources.digits, 1, SPLIT_SEED + 13),
            render.draw("letters", sources.letters, 1, SPLIT_SEED + 14),
            render.draw_scenes(
                evenly_by_writer(
                    [*sources.pen, *sources.digits], amounts.validation_scenes, SPLIT_SEED + 15
                ),
                SPLIT_SEED + 15,
                relabel=False,
            ),
            render.draw(
                "omniglot", sources.alphabets, max(1, amounts.characters // 2), SPLIT_SEED + 12
            ),
        ]
    )


def trace_pictures(pictures: Examples) -> list[Character]:
    """Return the strokes of `pictures`, without those that have none."""
    labels = pictures.labels.tolist()
    traced = on_all_cores(trace_strokes, list(pictures.images), "tracing strokes")
    return [
        Character(strokes, label, "mnist", "mnist")
        for strokes, label in zip(traced, labels, strict=True)
        if strokes
    ]
