"""The whole of training on a handful of pictures, in seconds: fitted, resumed, exported, published."""

import json
import shutil
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install '.[training]'")

import keras

from training import examples, steps
from training.amounts import QUICK_AMOUNTS, Amounts
from training.data.corrections import SOURCE as OWN
from training.data.examples import Examples, Split, concatenate, load, save, source_table
from training.dataset import load_or_build
from training.job import FULL, FURTHER, Job
from training.network.architecture import MAX_PARAMETERS, build
from training.network.augment import augment, plain
from training.network.calibrate import Calibration
from training.network.fit import Batches, fit, predict, predict_examples
from training.network.recipe import Recipe, read_history
from training.publishing.export import describe_training, export
from training.publishing.gate import Comparison, Side, write_comparison
from training.publishing.versions import in_use, publish, read_card
from watcher.recognition import InkFinder, ModelError, Recogniser
from watcher.recognition.recogniser import CURRENT_FILE, SHIPPED

CALIBRATION = Calibration(1.0, 0.5, 100, 3, 90, 0, (0.0, 0.04))
RECIPE = Recipe(epochs=2, batch=16)


def handful(seed: int, source: str) -> Examples:
    """Ten bars at ten places, one a class, with noise: nothing is easier to learn."""
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(10, dtype=np.uint8), 8)
    images = rng.integers(0, 60, (80, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 3 + 2 * label : 6 + 2 * label] = 255
    return Examples(images, images, labels, source_table(80, source))


SPLIT = Split(concatenate([handful(1, "mnist"), handful(2, "pen")]), handful(3, "pen"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    model, history = fit(SPLIT, RECIPE, folder)
    export(model, CALIBRATION, describe_training(RECIPE, Amounts(), history), folder / "model")
    return folder


@pytest.mark.slow
def test_every_epoch_is_recorded_with_its_validation(run: Path) -> None:
    epochs = read_history(run, RECIPE)
    assert [epoch.number for epoch in epochs] == [1, 2]
    assert set(epochs[0].validation) == {"all", "pen"}


def test_a_finished_run_is_not_fitted_again_and_another_recipe_starts_again(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, history = fit(SPLIT, RECIPE, run)
    assert capsys.readouterr().out == ""
    assert history == read_history(run)
    assert read_history(run, Recipe(epochs=3, batch=16)) == []


def test_a_network_fitted_further_is_the_mean_of_what_it_was_and_became(tmp_path: Path) -> None:
    recipe = replace(RECIPE, epochs=1)
    before = build()
    fitted, _ = fit(SPLIT, recipe, tmp_path / "a", start=lambda: clone(before))
    mean, _ = fit(
        SPLIT, replace(recipe, start_share=0.25), tmp_path / "b", start=lambda: clone(before)
    )
    for old, new, both in zip(
        before.get_weights(), fitted.get_weights(), mean.get_weights(), strict=True
    ):
        np.testing.assert_allclose(both, 0.25 * old + 0.75 * new, rtol=1e-3, atol=1e-4)
    assert any(
        not np.allclose(old, both)
        for old, both in zip(before.get_weights(), mean.get_weights(), strict=True)
    )


def clone(network: keras.Model) -> keras.Model:
    copy = build()
    copy.set_weights(network.get_weights())
    return copy


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_after_its_last_epoch(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    class Stops(Batches):
        def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray]:
            if self._epoch == 1:
                raise StoppedError
            return super().__getitem__(number)

    with pytest.raises(StoppedError):
        fit(SPLIT, RECIPE, tmp_path, batches=Stops)
    (first,) = read_history(tmp_path, RECIPE)
    _, history = fit(SPLIT, RECIPE, tmp_path)
    assert history[0] == first
    assert len(history) == 2


@pytest.mark.slow
@pytest.mark.parametrize("is_refused", [False, True], ids=["published", "refused"])
def test_a_training_resumes_until_its_model_is_published_or_refused_and_the_next_starts_over(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_refused: bool
) -> None:
    monkeypatch.setattr(examples, "load_or_build", lambda *_: SPLIT)
    job = Job(
        kind=replace(FULL, recipe=RECIPE),
        data=tmp_path,
        outbox=tmp_path,
        run=tmp_path / "run",
        models=tmp_path / "models",
        force=not is_refused,
    )
    job.run.mkdir()
    steps.fit_network(job)
    first = read_history(job.run)
    steps.fit_network(job)
    assert read_history(job.run) == first
    shutil.copytree(run / "model", job.run / "model")
    names = [read_card(folder)["name"] for folder in (in_use(job.models), job.run / "model")]
    write_comparison(Comparison(*names, (Side("mnist", 5000, 4980, 4900, 90, 10),)), job.run)
    with pytest.raises(steps.RefusedError) if is_refused else nullcontext():
        steps.publish_model(job)
    steps.fit_network(job)
    assert len(read_history(job.run)) == len(first)
    assert read_history(job.run) != first  # no two epochs take the same time


def test_a_network_kept_as_it_is_keeps_what_its_card_says_of_its_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = SPLIT.validation.about.assign(writer=["one", "another"] * 40)
    split = replace(SPLIT, validation=replace(SPLIT.validation, about=about))
    monkeypatch.setattr(examples, "load_or_build", lambda *_: split)
    kept = replace(FURTHER, recipe=replace(FURTHER.recipe, epochs=0))
    job = Job(kept, tmp_path, tmp_path, tmp_path / "run", tmp_path / "models")
    steps.fit_network(job)
    steps.calibrate_model(job)
    before, card = read_card(SHIPPED), read_card(job.run / "model")
    assert card["recipe"] == before["recipe"]
    assert card["training_seconds"] == before["training_seconds"] > 0
    assert card["goes_on_from"] == before["name"] != card["name"]
    assert card["command"] == "python -m training --further --epochs 0"


def test_examples_are_drawn_again_where_amounts_or_the_code_that_draws_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Amounts] = []

    def build_dataset(_data: Path, amounts: Amounts, _seed: int, _finder: InkFinder) -> Split:
        drawn.append(amounts)
        return SPLIT

    monkeypatch.setattr("training.dataset.build_dataset", build_dataset)
    for amounts in (Amounts(), Amounts(), QUICK_AMOUNTS, QUICK_AMOUNTS):
        load_or_build(tmp_path, amounts, 1, tmp_path, SHIPPED)
    assert drawn == [Amounts(), QUICK_AMOUNTS]
    key = json.loads((tmp_path / "examples.json").read_text(encoding="utf-8"))
    (tmp_path / "examples.json").write_text(json.dumps({**key, "code": "another"}))
    load_or_build(tmp_path, QUICK_AMOUNTS, 1, tmp_path, SHIPPED)
    assert len(drawn) == 3


@pytest.mark.parametrize("damage", [b"", b"cut", None])
def test_examples_are_drawn_again_where_those_kept_are_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    drawn = []
    monkeypatch.setattr("training.dataset.build_dataset", lambda *_: drawn.append(1) or SPLIT)
    load_or_build(tmp_path, QUICK_AMOUNTS, 1, tmp_path, SHIPPED)
    kept = tmp_path / "validation.npz"
    kept.write_bytes(kept.read_bytes()[:-300] if damage is None else damage)
    assert len(load_or_build(tmp_path, QUICK_AMOUNTS, 1, tmp_path, SHIPPED).validation) == 80
    load_or_build(tmp_path, QUICK_AMOUNTS, 1, tmp_path, SHIPPED)
    assert len(drawn) == 2


def test_the_lead_in_shows_mnist_alone_as_it_is_and_the_rest_everything_augmented() -> None:
    lead_in, first = (Batches(SPLIT.training, RECIPE, epoch) for epoch in (0, 1))
    pictures = {picture.tobytes() for picture in plain(handful(1, "mnist").images)}

    def shown(batches: Batches) -> list[bytes]:
        return [
            picture.tobytes() for number in range(len(batches)) for picture in batches[number][0]
        ]

    assert set(shown(lead_in)) == pictures
    assert len(shown(first)) > len(pictures)
    assert not pictures & set(shown(first))


def test_what_forgets_nothing_learns_everybodys_pictures_from_its_teacher_and_the_own_from_labels() -> (
    None
):
    mixed = concatenate([handful(1, "pen"), handful(2, OWN)])
    teacher = build()
    (images, answers), (_, by_label) = (
        Batches(mixed, replace(RECIPE, batch=160, own_repeats=1, drawn_share=1), 1, taught)[0]
        for taught in (teacher, None)
    )
    taught = keras.ops.softmax(teacher(images, training=False))
    is_own = (answers == by_label).all(axis=1)
    assert is_own.sum() == 80
    assert np.allclose(answers[~is_own], taught[~is_own], atol=1e-5)


def test_an_epoch_shows_some_examples_as_the_second_look_does_but_no_lead_in() -> None:
    dark = replace(SPLIT.training, again=np.zeros_like(SPLIT.training.images))
    lead_in, first = (Batches(dark, RECIPE, epoch) for epoch in (0, 1))
    seen = [
        [picture.max() == 0 for number in range(len(batches)) for picture in batches[number][0]]
        for batches in (lead_in, first)
    ]
    assert not any(seen[0])
    assert 0.3 < np.mean(seen[1]) < 0.7


def test_both_looks_count_alike() -> None:
    model = build()
    one, other = handful(5, "pen"), handful(6, "pen")
    apart = [predict(model, examples.images) for examples in (one, other)]
    together = predict_examples(model, replace(one, again=other.images))
    assert np.allclose(together, (apart[0] + apart[1]) / 2, atol=1e-5)


def test_the_exported_model_answers_as_keras_does(run: Path) -> None:
    model, _ = fit(SPLIT, RECIPE, run)
    images = SPLIT.validation.images
    exported = Recogniser.load(run / "model")
    assert np.abs(exported.logits(images) - predict(model, images)).max() < 1e-4
    assert exported.min_confidence == CALIBRATION.min_confidence


def test_the_network_keeps_to_its_size(run: Path) -> None:
    assert build().count_params() <= MAX_PARAMETERS
    assert read_card(run / "model")["bytes"] < 2_000_000


def test_a_published_model_is_in_use_whole_and_under_its_name(run: Path, tmp_path: Path) -> None:
    folder = publish(run / "model", tmp_path / "models")
    assert (tmp_path / "models" / CURRENT_FILE).read_text(encoding="utf-8").strip() == folder.name
    assert Recogniser.load(folder).name == folder.name
    assert publish(run / "model", tmp_path / "models") == folder


def test_a_broken_model_is_not_published(run: Path, tmp_path: Path) -> None:
    broken = tmp_path / "model"
    broken.mkdir()
    (broken / "card.json").write_bytes((run / "model" / "card.json").read_bytes())
    (broken / "digits.tflite").write_bytes(b"TFL3 is not enough")
    with pytest.raises(ModelError, match=r"digits\.tflite"):
        publish(broken, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_examples_come_back_from_disk_as_they_went(tmp_path: Path) -> None:
    save(SPLIT.training, tmp_path / "training.npz")
    back = load(tmp_path / "training.npz")
    assert np.array_equal(back.images, SPLIT.training.images)
    assert np.array_equal(back.again, SPLIT.training.again)
    assert back.about.to_dict("list") == SPLIT.training.about.to_dict("list")


def test_augmented_pictures_differ_but_keep_their_shape_and_range() -> None:
    images = SPLIT.training.images
    changed = augment(images, np.random.default_rng(1))
    assert changed.shape == plain(images).shape
    assert changed.dtype == np.float32
    assert 0 <= changed.min() <= changed.max() <= 1
    assert not np.array_equal(changed, plain(images))
    assert np.array_equal(changed, augment(images, np.random.default_rng(1)))
