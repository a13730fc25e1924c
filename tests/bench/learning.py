"""`python -m tests.bench training RUN`: the time and accuracy after each epoch, ours and the tutorial's.

Ours comes from the `history.json` that a training left in the folder RUN (`runs/...`), with what every
epoch took there; the tutorial's CNN is trained now, on the same share of MNIST-JPG, until it reads
99.0% of the same validation pictures or for `--epochs`. So both machines should be the same, and idle.
`--lead-in` also runs our lead-in now, an epoch of MNIST alone with which RUN began: the same race in one
go, on one machine. With `--epochs 0` the tutorial's CNN is left out.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.table import Bar, Row, as_text, write_json

if TYPE_CHECKING:
    from training.data.examples import Split

# Share of MNIST's validation pictures read right that is raced for.
ENOUGH = 0.99


@dataclass(frozen=True, slots=True)
class Point:
    """The share read right after `seconds` of fitting, without the time of validation."""

    seconds: float
    accuracy: float


def main(words: Sequence[str]) -> int:
    """Prints both courses and the table; 1 if a bar is not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench training", description=__doc__)
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a training's history.json")
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the datasets")
    parser.add_argument("--epochs", type=int, default=12, help="the tutorial's CNN's at most")
    parser.add_argument(
        "--json", type=Path, default=Path("runs/bench-training.json"), metavar="FILE"
    )
    parser.add_argument("--lead-in", action="store_true", help="fit our lead-in now")
    options = parser.parse_args(words)
    ours = course_of(options.run)
    lead_in: list[Point] = []
    tutorial: list[Point] = []
    if options.lead_in or options.epochs:
        split = mnist_only(options.data)
        lead_in = lead_in_course(split) if options.lead_in else []
        tutorial = tutorials_course(split, options.epochs) if options.epochs else []
    for name, points in (
        ("ours", ours),
        ("our lead-in now", lead_in),
        ("the tutorial's", tutorial),
    ):
        for epoch, point in enumerate(points, 1):
            print(f"{name}, epoch {epoch}: {point.seconds:.0f} s, {point.accuracy:.2%} of MNIST")
    shares = [_pipelines_share(options.run)] if (options.run / "training.npz").exists() else []
    rows = [
        Row(
            f"training until {ENOUGH:.1%} of MNIST's validation",
            "s",
            {"program": reached(ours), "peer": reached(tutorial)},
            (Bar(0.5, "peer"),),
        ),
        Row(
            "the same, both now",
            "s",
            {"program": reached(lead_in), "peer": reached(tutorial)},
            (Bar(0.5, "peer"),),
        ),
        Row("share of an epoch that its pictures take to make", "of 1", {"program": shares}),
    ]
    print(as_text(rows))
    courses = {"ours": ours, "lead-in": lead_in, "tutorial": tutorial}
    listed = {name: [(p.seconds, p.accuracy) for p in course] for name, course in courses.items()}
    write_json(rows, {"courses": listed}, options.json)
    return int(any(row.is_met(bar) is False for row in rows for bar in row.bars))


def course_of(run: Path) -> list[Point]:
    """The course of the training in the folder `run`."""
    from training.network.recipe import read_history

    history = read_history(run)
    seconds = accumulate(epoch.seconds for epoch in history)
    return [
        Point(at, epoch.validation["mnist"]) for at, epoch in zip(seconds, history, strict=True)
    ]


def mnist_only(data: Path) -> "Split":
    """MNIST-JPG's training pictures, as many held back as the training does."""
    from sklearn.model_selection import train_test_split

    from training.data.examples import Examples, Split, source_table
    from training.data.mnist import find_mnist, read_mnist
    from training.splits import VALIDATION_SHARE
    from watcher.recognition.ink_finder import shipped_finder

    digits = read_mnist(find_mnist(data), "training", shipped_finder())
    parts = train_test_split(
        digits.images,
        digits.labels,
        test_size=VALIDATION_SHARE,
        stratify=digits.labels,
        random_state=1,
    )
    images, held_back, labels, right = parts
    return Split(
        Examples(images, images, labels, source_table(len(labels), "mnist")),
        Examples(held_back, held_back, right, source_table(len(right), "mnist")),
    )


def lead_in_course(split: "Split") -> list[Point]:
    """The lead-in of our recipe."""
    from training.network.fit import fit
    from training.network.recipe import Recipe

    with tempfile.TemporaryDirectory() as run:
        fit(split, Recipe(epochs=Recipe().lead_in), Path(run))
        return course_of(Path(run))


def tutorials_course(split: "Split", epochs: int) -> list[Point]:
    """The tutorial's CNN fitted as `training baseline` does."""
    import keras

    from training.network.architecture import build_tutorial
    from training.network.augment import plain
    from training.network.fit import predict

    keras.utils.set_random_seed(1)
    pictures = plain(split.training.images)
    model = build_tutorial()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    course: list[Point] = []
    seconds = 0.0
    while len(course) < epochs and not reached(course):
        began = time.perf_counter()
        model.fit(pictures, split.training.labels, verbose=0)
        seconds += time.perf_counter() - began
        answers = predict(model, split.validation.images).argmax(axis=1)
        course.append(Point(seconds, float((answers == split.validation.labels).mean())))
    return course


def reached(course: Sequence[Point]) -> list[float]:
    """After how many seconds ENOUGH was read right; empty if never."""
    return [point.seconds for point in course if point.accuracy >= ENOUGH][:1]


# The batches that are made to estimate the time of an epoch's.
_BATCHES = 40


def _pipelines_share(run: Path) -> float:
    from training.data.examples import load
    from training.network.fit import Batches
    from training.network.recipe import Recipe, read_history

    recipe = Recipe()
    batches = Batches(load(run / "training.npz"), recipe, recipe.lead_in)
    count = min(_BATCHES, len(batches))
    began = time.perf_counter()
    for number in range(count):
        batches[number]
    an_epochs = (time.perf_counter() - began) / count * len(batches)
    return an_epochs / read_history(run)[recipe.lead_in].seconds
