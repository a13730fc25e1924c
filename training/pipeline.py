"""The steps of a training: what one leaves in the run's folder, the next takes up from there."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.data.corrections import SOURCE as OWN
from training.data.corrections import corrected_examples, read_corrections
from training.data.errors import DatasetError
from training.data.examples import Examples, Split, joined
from training.data.fetch import fetch
from training.dataset import Amounts, load_or_build
from training.evaluation.exam import Exam, load_exam, save_exam, summary
from training.evaluation.exams import EXAMS, take
from training.evaluation.stability import measure_stability, read_stability, write_stability
from training.network.calibrate import Calibration, calibrate
from training.network.recipe import Epoch, Recipe, read_history
from training.publishing.gate import (
    Comparison,
    compare,
    read_comparison,
    refusals,
    write_comparison,
)
from training.publishing.versions import in_use, publish, read_card
from watcher.recognition import Recogniser

if TYPE_CHECKING:
    import keras

MODEL, EXAM_FOLDER, BASELINE = "model", "exams", "baseline"
"""Folders of a run: the exported model, how it read the exams, how the tutorial's CNN did."""

_OVER = "over"
"""The file of a run that says that its model was published or refused."""


class RefusedError(Exception):
    """The new model may not take the place of the one in use; one line that says why."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a training is to do, and where. `goes_on`: from the model in use instead of from nothing."""

    data: Path
    mirror: Path | None
    outbox: Path
    run: Path
    models: Path
    drawings: Path | None
    model: Path | None
    amounts: Amounts
    recipe: Recipe
    goes_on: bool
    force: bool


def fetch_data(job: Job) -> None:
    """get the datasets where they are missing"""
    fetch(job.data, job.mirror)


def fit_network(job: Job) -> None:
    """draw the examples and fit the network to them and your corrections"""
    if job.goes_on or (job.run / _OVER).exists():
        # What was fitted before was fitted to fewer corrections; a refresh is quick enough to begin anew
        # each time, a training goes on until it is over.
        _forget_fit(job.run)
    _fitted(job, _split(job))


def calibrate_model(job: Job) -> None:
    """find temperature and threshold on unseen writers, and export the model to the run's folder"""
    from training.network.fit import predict
    from training.publishing.export import about_training, export

    split = _split(job)
    model, history = _fitted(job, split)
    is_pen = (split.validation.about["source"] == "pen").to_numpy()
    drawings = split.validation.where(is_pen)
    writers = drawings.about["writer"].to_numpy(np.str_)
    calibration = calibrate(predict(model, drawings.images), drawings.labels, writers)
    about = about_training(job.recipe, job.amounts, history)
    about["corrections"] = {
        "learned_from": _count_own(split.training),
        "held_back": _count_own(split.validation),
    }
    if job.goes_on:
        about["goes_on_from"] = read_card(in_use(job.models))["name"]
    export(model, calibration, about, job.run / MODEL)
    print(
        f"calibrated on {calibration.drawings} drawings by {calibration.writers} unseen writers: filed from "
        f"{calibration.min_confidence:.1%} on, which files {calibration.filed}, {calibration.wrong} wrongly"
    )


def evaluate_model(job: Job) -> None:
    """read every exam with the model"""
    own = job.run / MODEL
    folder = job.model or (own if own.exists() else in_use(job.models))
    recogniser = Recogniser.load(folder)
    print(f"examining {recogniser.name} in {folder}")
    for kind in EXAMS:
        source = job.drawings if kind.is_own else job.data
        if source is None:
            continue
        try:
            exam = take(kind, source, recogniser)
        except DatasetError as error:
            if kind.is_own or job.drawings is None:
                raise
            print(f"{kind.title}: left out, {error}")
            continue
        save_exam(exam, job.run / EXAM_FOLDER)
        print(summary(exam))
    if (job.data / "pendigits").exists():
        stability = measure_stability(job.data, recogniser)
        write_stability(stability, job.run)
        print(
            f"{stability.drawings} drawings in {stability.renderings} renderings: "
            f"{stability.like_majority:.2%} read like their drawing's majority, "
            f"{stability.alike_in_all:.1%} of drawings alike in all"
        )


def measure_baseline(job: Job) -> None:
    """train the tutorial's CNN and let it read the same exams"""
    from training.evaluation.baseline import fit_baseline, read_by_baseline

    model = fit_baseline(job.data, job.recipe.seed)
    for exam in _exams(job.run / EXAM_FOLDER):
        theirs = read_by_baseline(exam, model)
        save_exam(theirs, job.run / BASELINE)
        print(f"tutorial: {summary(theirs)}")


def compare_models(job: Job) -> Comparison:
    """let the new model and the one in use read what validates and your held-back corrections"""
    comparison = compare(
        Recogniser.load(in_use(job.models)),
        Recogniser.load(job.run / MODEL),
        _split(job).validation,
    )
    write_comparison(comparison, job.run)
    for side in comparison.sides:
        print(
            f"{side.source}: {side.after} of {side.of} right, {side.before} with the model in use"
        )
    return comparison


def write_report(job: Job) -> None:
    """write the report on the last evaluation and comparison"""
    from training.report import write

    folder = job.model or job.run / MODEL
    card = read_card(folder)
    page = write.write_report(
        folder,
        title=f"How well model {card['name']} reads drawings",
        exams=_exams(job.run / EXAM_FOLDER),
        baseline=_exams(job.run / BASELINE),
        calibration=Calibration(**card["calibration"]),
        history=read_history(job.run),
        comparison=_comparison(job, card["name"]),
        stability=read_stability(job.run),
        card=card,
    )
    print(f"report: {page}")


def publish_model(job: Job) -> None:
    """put the model and its report in use for the watcher, if it is no worse than the one in use"""
    name = read_card(job.run / MODEL)["name"]
    if not job.force:
        comparison = _comparison(job, name) or compare_models(job)
        if reasons := refusals(comparison):
            (job.run / _OVER).touch()
            raise RefusedError(
                f"{name} is not published, {comparison.before} stays in use: {'; '.join(reasons)}; "
                f"the report is {job.run / MODEL / 'report.html'}, and --force publishes it all the same"
            )
    folder = publish(job.run / MODEL, job.models)
    (job.run / _OVER).touch()
    print(f"published: {folder}; a watcher takes it from there")


def _split(job: Job) -> Split:
    """What everybody learns from and the user's corrections; of either a part only validates."""
    base = load_or_build(job.data, job.amounts, job.recipe.seed, job.run)
    own = corrected_examples(read_corrections(job.outbox))
    if not len(own.training) and not len(own.validation):
        if job.goes_on:
            raise DatasetError(
                f"{job.outbox}: no corrected drawings to learn from; drag misfiled ones into the right "
                "folder first, while the watcher runs"
            )
        return base
    print(f"your corrections: {len(own.training)} to learn from, {len(own.validation)} held back")
    return Split(joined([base.training, own.training]), joined([base.validation, own.validation]))


def _count_own(examples: Examples) -> int:
    return int((examples.about["source"] == OWN).sum())


def _fitted(job: Job, split: Split) -> tuple["keras.Model", list[Epoch]]:
    """The network fitted to the end of the recipe; at once if it is already."""
    from training.network.fit import fit
    from training.publishing.export import load_network

    print(f"fitting to {len(split.training)} pictures, {len(split.validation)} to validate")
    if not job.goes_on:
        return fit(split, job.recipe, job.run)
    return fit(split, job.recipe, job.run, start=lambda: load_network(in_use(job.models)))


def _forget_fit(run: Path) -> None:
    from training.network.fit import CHECKPOINT

    for name in (CHECKPOINT, _OVER):
        (run / name).unlink(missing_ok=True)
    for folder in (MODEL, EXAM_FOLDER, BASELINE):
        shutil.rmtree(run / folder, ignore_errors=True)


def _comparison(job: Job, name: str) -> Comparison | None:
    """The comparison of the model `name` with the one in use now, if it was made."""
    comparison = read_comparison(job.run)
    before = read_card(in_use(job.models))["name"]
    if comparison is None or (comparison.before, comparison.after) != (before, name):
        return None
    return comparison


def _exams(folder: Path) -> list[Exam]:
    """The exams kept in `folder`, in the order of a report."""
    paths = [folder / f"{kind.name}.npz" for kind in EXAMS]
    return [load_exam(path) for path in paths if path.exists()]
