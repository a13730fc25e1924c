"""The ink finder is fitted to a handful of views, resumed, exported and published with the reader."""

import json
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install '.[training]'")

from training.network.fit_finder import augmented, find, fit_finder
from training.network.ink_finder import MAX_FINDER_PARAMETERS, build_finder
from training.network.recipe import FINDER_PROGRESS, FinderRecipe
from training.publishing.finder import add_finder, export_finder
from training.publishing.versions import in_use, publish
from training.views import Views, ink_view
from watcher.recognition import InkFinder, Recogniser
from watcher.recognition.ink_finder import FINDER_FILE
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE, SHIPPED
from watcher.recognition.view import view_of

RECIPE = FinderRecipe(cycles=2, epochs=1, batch=8)


def bars(count: int, seed: int) -> Views:
    """Black bars on white paper: the ink."""
    rng = np.random.default_rng(seed)
    cells, ink = [], []
    for _ in range(count):
        pixels = np.full((100, 100, 3), 255, np.uint8)
        mask = np.zeros((100, 100), np.uint8)
        left, top = rng.integers(5, 60, 2)
        pixels[top : top + 35, left : left + 12] = 0
        mask[top : top + 35, left : left + 12] = 255
        cells.append(view_of(pixels))
        ink.append(ink_view(mask))
    return Views(np.stack(cells), np.stack(ink))


VALIDATION = bars(8, 2)


def views_of(cycle: int) -> Views:
    print(f"views of cycle {cycle}")
    return bars(64, cycle)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finder")
    with (folder / "said.txt").open("w") as said, redirect_stdout(said):
        model, history = fit_finder(views_of, VALIDATION, RECIPE, folder)
    export_finder(model, RECIPE, history, folder)
    return folder


@pytest.mark.slow
def test_each_epoch_is_a_line_with_its_number_and_each_cycle_has_its_own_views(run: Path) -> None:
    lines = (run / "said.txt").read_text().splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "views of cycle 0",
        "epoch 1 of 2",
        "views of cycle 1",
        "epoch 2 of 2",
    ]


@pytest.mark.slow
def test_a_finished_run_is_not_fitted_again(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (run / "finder-history.json").read_bytes()
    _, history = fit_finder(views_of, VALIDATION, RECIPE, run)
    assert capsys.readouterr().out == ""
    assert [epoch.number for epoch in history] == [1, 2]
    assert (run / "finder-history.json").read_bytes() == before
    assert FINDER_PROGRESS.read(run, FinderRecipe(cycles=3, epochs=1, batch=8)) == []


@pytest.mark.slow
def test_a_version_holds_reader_and_finder_as_one(run: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    about = add_finder(model, run, SHIPPED)
    assert about["recipe"]["cycles"] == 2
    shutil.copy(SHIPPED / MODEL_FILE, model)
    card = json.loads((SHIPPED / CARD_FILE).read_text(encoding="utf-8")) | {"name": "one"}
    (model / CARD_FILE).write_text(json.dumps(card), encoding="utf-8")
    publish(model, tmp_path / "models")
    folder = in_use(tmp_path / "models")
    assert (folder / FINDER_FILE).read_bytes() == (run / FINDER_FILE).read_bytes()
    own = Recogniser.load(folder).finder
    assert np.array_equal(
        own.levels(VALIDATION.cells[0]), InkFinder.load(run).levels(VALIDATION.cells[0])
    )


def test_the_finder_is_small_and_answers_for_every_cell() -> None:
    model = build_finder()
    assert model.count_params() <= MAX_FINDER_PARAMETERS
    assert find(model, VALIDATION.cells[:2]).shape == (2, 128, 128)


def test_augmented_views_keep_their_ink_and_the_order_of_least_mean_and_most() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        cells, ink = augmented(rng, VALIDATION.cells[0], VALIDATION.ink[0])
        assert (ink > 0).sum() == (VALIDATION.ink[0] > 0).sum()
        least, most, mean = (cells[..., start : start + 3].astype(int) for start in (0, 3, 6))
        assert (least <= mean + 1).all()
        assert (mean <= most + 1).all()
