"""The steps of a training: each takes up what the one before left in the run's folder."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.data.errors import DatasetError
from training.data.examples import Split
from training.data.fetch import fetch
from training.evaluation import stability
from training.evaluation.conditions import by_kind
from training.evaluation.exam import save_exam, summary
from training.evaluation.exams import EXAMS, take
from training.examples import count_own, is_drawn_digit, own_examples, training_split
from training.job import Job
from training.network.calibrate import Calibration, calibrate, describe
from training.network.quiet import import_tensorflow
from training.network.recipe import Epoch, read_history
from training.publishing.finder import CARD_SECTION, add_finder, choose_finder, export_finder
from training.publishing.gate import (
    Comparison,
    compare,
    read_comparison,
    refusals,
    write_comparison,
)
from training.publishing.versions import in_use, publish, read_card
from training.run_folder import (
    BASELINE,
    EXAM_FOLDER,
    FINDER,
    MODEL,
    begin_exams,
    check_exams,
    finish,
    is_finished,
    load_exams,
    start_over,
)
from training.views import training_views, validation_views
from training.wording import percent, plural, source_title
from watcher.errors import UserError
from watcher.recognition import InkFinder, Recogniser

if TYPE_CHECKING:
    import keras

# With fewer labels than this, chance decides whether a refresh seems to help.
_ENOUGH_LABELS = 10


class RefusedError(UserError):
    """The new model may not replace the one in use."""


def find_labels(job: Job) -> None:
    """Count the drawings that you corrected; hold every fourth back as a check."""
    own = own_examples(job.outbox, _finder(job))
    if not (labels := len(own.training) + len(own.validation)):
        raise DatasetError(
            f"{job.outbox}: no corrected drawings to learn from; drag misfiled ones into the right "
            "folder first, while the watcher runs"
        )
    print(f"your corrections: {len(own.training)} to learn from, {len(own.validation)} held back")
    if labels < _ENOUGH_LABELS:
        print(
            f"{plural(labels, 'corrected drawing')} are too few to tell whether a refresh helps; "
            f"{_ENOUGH_LABELS} or more would"
        )


def fetch_data(job: Job) -> None:
    """Get the datasets where they are missing."""
    fetch(job.data, job.mirror)


def fit_ink_finder(job: Job) -> None:
    """Draw pictures of all kinds and fit the ink finder to them."""
    import_tensorflow()
    from training.network.fit_finder import fit_finder

    run, recipe = job.run / FINDER, job.kind.finder
    if is_finished(job.run):
        start_over(job.run)
    validation = validation_views(job.data, recipe.validation_pictures, run)
    views_of = partial(training_views, job.data, recipe.pictures, recipe.seed, run)
    model, history = fit_finder(views_of, validation, recipe, run)
    export_finder(model, recipe, history, run)


def fit_network(job: Job) -> None:
    """Draw the examples and fit the network to them and your corrections."""
    if job.kind.from_model_in_use or is_finished(job.run):
        # What was fitted before was fitted to fewer corrections. A refresh is short, so it always
        # starts over; a training is resumed until its model is published or refused.
        start_over(job.run)
    split = _split(job)
    print(f"fitting to {len(split.training):,} pictures; {len(split.validation):,} validate")
    _fit(job, split)


def calibrate_model(job: Job) -> None:
    """Find temperature and threshold by unseen writers, and export the model."""
    import_tensorflow()
    from training.network.fit import predict_examples
    from training.publishing.export import TRAINING, describe_training, export

    split = _split(job)
    model, history = _fit(job, split)
    drawings = split.validation.where(is_drawn_digit(split.validation))
    writers = drawings.about["writer"].to_numpy(np.str_)
    is_plain = drawings.about["is_plain"].to_numpy(np.bool_)
    calibration = calibrate(predict_examples(model, drawings), drawings.labels, writers, is_plain)
    before = read_card(in_use(job.models))
    if history:
        card = describe_training(job.kind.recipe, job.kind.amounts, history)
    else:
        # The network is the one in use, so what its card says of its training stays true.
        card = {name: before[name] for name in TRAINING if name in before}
    card["command"] = job.kind.command if history else f"{job.kind.command} --epochs 0"
    card["calibrated_on"] = drawings.about["source"].value_counts().to_dict()
    card["corrections"] = {
        "learned_from": count_own(split.training),
        "held_back": count_own(split.validation),
    }
    if job.kind.from_model_in_use:
        card["goes_on_from"] = before["name"]
    card[CARD_SECTION] = add_finder(job.run / MODEL, job.run / FINDER, in_use(job.models))
    export(model, calibration, card, job.run / MODEL)
    print(describe(calibration, before["min_confidence"]))


def evaluate_model(job: Job) -> None:
    """Let the model read every exam."""
    own = job.run / MODEL
    folder = job.model or (own if own.exists() else in_use(job.models))
    recogniser = Recogniser.load(folder)
    print(f"examining {recogniser.name} in {folder}")
    begin_exams(job.run, recogniser.name)
    for kind in EXAMS:
        source = job.drawings if kind.is_own else job.data
        if source is None:
            continue
        try:
            exam = take(kind, source, recogniser, job.kind.exam_sample)
        except DatasetError as error:
            if kind.is_own or job.drawings is None:
                raise
            print(f"{kind.title}: left out, {error}")
            continue
        save_exam(exam, job.run / EXAM_FOLDER)
        print(summary(exam))
        # A sample has too few of each kind to tell one from another.
        if kind.has_kinds and job.kind.exam_sample is None:
            print(by_kind(exam).to_string(formatters={"read": percent, "filed": percent}))
    if job.kind.exam_sample is None and (job.data / "pendigits").exists():
        measured = stability.measure_stability(job.data, recogniser)
        stability.write_stability(measured, job.run)
        print(stability.describe(measured))


def measure_baseline(job: Job) -> None:
    """Train the tutorial's CNN and let it read the same exams."""
    import_tensorflow()
    from training.evaluation.baseline import fit_baseline, read_by_baseline

    model = fit_baseline(job.data, job.kind.recipe.seed, InkFinder.load(_finder(job)))
    for exam in load_exams(job.run / EXAM_FOLDER):
        theirs = read_by_baseline(exam, model)
        save_exam(theirs, job.run / BASELINE)
        print(f"tutorial: {summary(theirs)}")


def compare_models(job: Job) -> Comparison:
    """Let the new model and the one in use read what neither learned from."""
    comparison = compare(
        Recogniser.load(in_use(job.models)),
        Recogniser.load(job.run / MODEL),
        _split(job).validation,
    )
    write_comparison(comparison, job.run)
    for side in comparison.sides:
        counts = f"{side.after} of {side.of} right, {side.before} before"
        print(f"{source_title(side.source)}: {counts}")
    return comparison


def write_report(job: Job) -> None:
    """Write the report on the last evaluation and comparison."""
    from training.report.write import write_report as write

    folder = job.model or job.run / MODEL
    card = read_card(folder)
    check_exams(job.run, card["name"])
    page = write(
        folder,
        title=f"How well model {card['name']} reads drawings",
        exams=load_exams(job.run / EXAM_FOLDER),
        baseline=load_exams(job.run / BASELINE),
        calibration=Calibration(**card["calibration"]),
        history=read_history(job.run),
        comparison=_comparison(job, card["name"]),
        stability=stability.read_stability(job.run),
        card=card,
    )
    print(f"report: {page}")


def publish_model(job: Job) -> None:
    """Put the model in use for the watcher, if it is no worse than the one before."""
    name = read_card(job.run / MODEL)["name"]
    if not job.force:
        comparison = _comparison(job, name) or compare_models(job)
        if reasons := refusals(comparison, must_gain=job.kind.from_model_in_use):
            finish(job.run)
            raise RefusedError(
                f"{name} is not published, {comparison.before} stays in use: {'; '.join(reasons)}; "
                f"the report is {job.run / MODEL / 'report.html'}, and --force publishes it all the same"
            )
    folder = publish(job.run / MODEL, job.models)
    finish(job.run)
    print(f"published: {folder}; a running watcher takes it within seconds")


def _finder(job: Job) -> Path:
    """Return the folder of the ink finder that looks at what is drawn."""
    return choose_finder(job.run / FINDER, in_use(job.models))


def _split(job: Job) -> Split:
    return training_split(job, _finder(job))


def _fit(job: Job, split: Split) -> tuple["keras.Model", list[Epoch]]:
    """Return the network fitted to the end of the recipe; at once if it is already."""
    import_tensorflow()
    from training.network.fit import fit
    from training.publishing.export import load_network

    if job.kind.from_model_in_use:
        return fit(split, job.kind.recipe, job.run, start=lambda: load_network(in_use(job.models)))
    return fit(split, job.kind.recipe, job.run)


def _comparison(job: Job, name: str) -> Comparison | None:
    """Return the comparison of the model `name` with the one in use now, if it was made."""
    comparison, before = read_comparison(job.run), read_card(in_use(job.models))["name"]
    is_theirs = comparison is not None and (comparison.before, comparison.after) == (before, name)
    return comparison if is_theirs else None
