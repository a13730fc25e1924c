"""A refresh learns a person's way of writing from few corrections, and nothing from contradictory ones."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install '.[training]'")

from tests.support.outboxes import Outbox
from tests.support.pictures import paint_digit, png
from training.data.mnist import find_mnist, read_mnist
from training.data.strokes import Character, Stroke
from training.drawing.paint import Canvas, paint
from training.drawing.sessions import choose
from training.publishing.versions import in_use
from watcher.recognition import Drawing, Recogniser, normalise
from watcher.recognition.ink_finder import shipped_finder
from watcher.recognition.recogniser import SHIPPED

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DATASETS = ROOT.parent / "shared" / "datasets"

# A 7 with so short a bar that most would take it for a 1.
NARROW_7 = np.array([(4.1, 0.9), (4.3, 0.1), (6.2, 0.2), (5.2, 10)], np.float32)


@pytest.fixture(scope="module", autouse=True)
def _asked_for(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--refresh"):
        pytest.skip("the refresh takes minutes; --refresh asks for it")
    if not DATASETS.is_dir():
        pytest.skip("the datasets are not there (../shared/datasets)")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder that all refreshes share: what everybody learns from is drawn once."""
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "outbox").mkdir()
    return tmp_path


def refresh(place: Path, run: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    """What a refresh says, and how many seconds it takes."""
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "training", "refresh", "--data", DATASETS, "--run", run],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended, time.monotonic() - began


def narrow_sevens(count: int, seed: int) -> Iterator[Canvas]:
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        stroke: Stroke = NARROW_7 + rng.normal(0, 0.25, NARROW_7.shape).astype(np.float32)
        session = replace(choose(rng), texture="plain", quality=0)
        # One hand slants and stretches less than all the hands that training draws.
        hand = session.hand
        hand = replace(hand, rotation=hand.rotation / 3, slant=hand.slant / 3, aspect=1)
        canvas = paint(Character((stroke,), 7, "", ""), replace(session, hand=hand))
        yield canvas if canvas.ndim == 3 else np.asarray(cv2.cvtColor(canvas, cv2.COLOR_GRAY2BGR))


def share_right(model: Recogniser, images: np.ndarray, labels: np.ndarray) -> float:
    parts = [model.logits(images[at : at + 256])[:, :10] for at in range(0, len(images), 256)]
    return float((np.concatenate(parts).argmax(axis=1) == labels).mean())


def test_thirty_corrections_teach_a_hand_whose_sevens_look_like_ones(
    place: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outbox = Outbox(place / "outbox")
    for number, canvas in enumerate(narrow_sevens(30, seed=1)):
        outbox.corrected(f"7/{number}.png", png(canvas))
    ended, seconds = refresh(place, base)
    assert ended.returncode == 0, ended.stderr
    assert "All kinds of pictures" in ended.stdout
    # A sample has too few pictures of each kind to tell one kind from another.
    assert "paper: ruled" not in ended.stdout
    before, after = Recogniser.shipped(), Recogniser.load(in_use(place / "models"))
    unseen = [normalise(Drawing(canvas), shipped_finder()) for canvas in narrow_sevens(200, seed=2)]
    images = np.stack([one.image for one in unseen if one is not None])
    sevens = np.full(len(images), 7)
    mnist = read_mnist(find_mnist(DATASETS), "testing", shipped_finder())
    read = [share_right(model, images, sevens) for model in (before, after)]
    exam = [share_right(model, mnist.images, mnist.labels) for model in (before, after)]
    with capsys.disabled():
        print(
            f"\nrefresh: {seconds:.0f} s; unseen 7s {read[0]:.1%} -> {read[1]:.1%}, "
            f"MNIST-JPG test {exam[0]:.2%} -> {exam[1]:.2%}"
        )
    assert read[0] < 0.5
    assert read[1] >= 0.95
    assert exam[0] - exam[1] <= 0.0015
    assert seconds <= 300


def test_drawings_dragged_into_random_folders_are_refused_and_the_old_model_stays(
    place: Path, base: Path
) -> None:
    outbox = Outbox(place / "outbox")
    rng = np.random.default_rng(3)
    for number in range(200):
        digit = number % 10
        canvas = paint_digit(digit, width=int(rng.integers(100, 600)), pen=int(rng.integers(1, 12)))
        wrong = (digit + int(rng.integers(1, 10))) % 10
        outbox.corrected(f"{wrong}/{number}.png", png(canvas))
    ended, _ = refresh(place, base)
    assert ended.returncode == 1
    assert "is not published" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert in_use(place / "models") == SHIPPED
