"""The commands of `python -m training`; each step is one, and all of them in turn is the default."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from training.data.errors import DatasetError
from training.data.fetch import fetch
from training.evaluation import exams
from training.evaluation.exam import Exam, load_exam, save_exam, summary
from training.evaluation.stability import measure_stability
from training.gather import QUICK_AMOUNTS, Amounts, gathered
from training.network.calibrate import Calibration, calibrate
from training.network.publish import publish, read_card
from training.network.recipe import Recipe, read_history
from watcher.recognition import ModelError, Recogniser
from watcher.recognition.recogniser import SHIPPED

QUICK_RECIPE = Recipe(epochs=3)
"""The recipe of `--quick`."""

MODEL, EXAMS, BASELINE = "model", "exams", "baseline"
"""Folders of a run: the exported model, how it read the exams, how the tutorial's CNN did."""

STABILITY = "stability.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line says."""

    data: Path
    mirror: Path | None
    run: Path
    models: Path
    drawings: Path | None
    model: Path | None
    amounts: Amounts
    recipe: Recipe


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 it failed, 2 wrong usage."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    settings = Settings(
        data=chosen.data,
        mirror=chosen.mirror,
        run=chosen.run or Path("runs") / ("quick" if chosen.quick else "full"),
        models=chosen.models,
        drawings=chosen.drawings,
        model=chosen.model,
        amounts=QUICK_AMOUNTS if chosen.quick else Amounts(),
        recipe=_recipe(chosen),
    )
    try:
        for step in _STEPS.values() if chosen.command is None else (_STEPS[chosen.command],):
            step(settings)
    except (DatasetError, ModelError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # no space, no permission
        print(
            f"{error}; what is done is kept, and the same command goes on from there",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print(
            "stopped; what is done is kept, and the same command goes on from there",
            file=sys.stderr,
        )
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Train the model that the watcher uses. Without a command: all steps in turn.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n"
        + "\n".join(
            f"  {name:10} {(step.__doc__ or '').splitlines()[0]}" for name, step in _STEPS.items()
        ),
    )
    parser.add_argument("command", nargs="?", choices=_STEPS, metavar="COMMAND")
    parser.add_argument(
        "--quick", action="store_true", help="a small but real run of a few minutes"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        metavar="DIR",
        help="where the datasets lie (default: data)",
    )
    parser.add_argument(
        "--mirror",
        type=Path,
        metavar="DIR",
        help="take the datasets from this folder instead of the internet",
    )
    parser.add_argument(
        "--run",
        type=Path,
        metavar="DIR",
        help="checkpoints and figures (default: runs/full or runs/quick)",
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=Path("models"),
        metavar="DIR",
        help="published models (default: models)",
    )
    parser.add_argument(
        "--drawings",
        type=Path,
        metavar="DIR",
        help="real drawings to examine: index.csv or a folder a digit",
    )
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="evaluate this model instead of the run's own"
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="instead of the recipe's")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    return parser


def _fetch(settings: Settings) -> None:
    """get the datasets where they are missing"""
    fetch(settings.data, settings.mirror)


def _fit(settings: Settings) -> None:
    """draw the examples and fit the network, going on from the last checkpoint"""
    from training.network.fit import fit  # noqa: PLC0415 (TensorFlow takes seconds to import)

    split = gathered(settings.data, settings.amounts, settings.recipe.seed, settings.run)
    print(f"fitting to {len(split.training)} pictures, {len(split.validation)} to validate")
    fit(split, settings.recipe, settings.run)


def _calibrate(settings: Settings) -> None:
    """find temperature and threshold on unseen writers, and export the model to the run's folder"""
    from training.network.fit import fit, predict  # noqa: PLC0415
    from training.network.publish import about_training, export  # noqa: PLC0415

    split = gathered(settings.data, settings.amounts, settings.recipe.seed, settings.run)
    model, history = fit(split, settings.recipe, settings.run)
    is_pen = (split.validation.about["source"] == "pen").to_numpy()
    drawings = split.validation.where(is_pen)
    writers = drawings.about["writer"].to_numpy(np.str_)
    calibration = calibrate(predict(model, drawings.images), drawings.labels, writers)
    about = about_training(
        settings.recipe, settings.amounts, sum(epoch.seconds for epoch in history)
    )
    export(model, calibration, about, settings.run / MODEL)
    print(
        f"calibrated on {calibration.drawings} drawings by {calibration.writers} unseen writers: filed from "
        f"{calibration.min_confidence:.1%} on, which files {calibration.filed}, {calibration.wrong} wrongly"
    )


def _evaluate(settings: Settings) -> None:
    """read every exam with the model"""
    own = settings.run / MODEL
    folder = settings.model or (own if own.exists() else SHIPPED)
    recogniser = Recogniser.load(folder)
    print(f"examining {recogniser.name} in {folder}")
    if settings.drawings is not None:
        _examined(exams.drawings_exam(settings.drawings, recogniser), settings)
    _examined(exams.nothing_exam(recogniser), settings)
    try:
        for take in (exams.mnist_exam, exams.pen_exam, exams.style_exam, exams.not_digit_exam):
            _examined(take(settings.data, recogniser), settings)
    except DatasetError as error:
        if settings.drawings is None:
            raise
        print(f"only the drawings are examined: {error}")
        return
    stability = measure_stability(settings.data, recogniser)
    (settings.run / STABILITY).write_text(json.dumps(asdict(stability)), encoding="utf-8")
    print(
        f"{stability.drawings} drawings in {stability.renderings} renderings: {stability.like_majority:.2%} "
        f"read like their drawing's majority, {stability.alike_in_all:.1%} of drawings alike in all"
    )


def _examined(exam: Exam, settings: Settings) -> None:
    save_exam(exam, settings.run / EXAMS)
    print(summary(exam))


def _baseline(settings: Settings) -> None:
    """train the tutorial's CNN and let it read the same exams"""
    from training.evaluation.baseline import answered, fit_baseline  # noqa: PLC0415

    model = fit_baseline(settings.data, settings.recipe.seed)
    for exam in _exams(settings.run / EXAMS):
        theirs = answered(exam, model)
        save_exam(theirs, settings.run / BASELINE)
        print(f"tutorial: {summary(theirs)}")


def _report(settings: Settings) -> None:
    """write the report on the last evaluation"""
    from training.report.write import write_report  # noqa: PLC0415 (matplotlib takes a second to import)

    folder = settings.model or settings.run / MODEL
    card = read_card(folder)
    page = write_report(
        folder,
        title=f"How well model {card['name']} reads drawings",
        exams=_exams(settings.run / EXAMS),
        baseline=_exams(settings.run / BASELINE),
        calibration=Calibration(**card["calibration"]),
        history=read_history(settings.run),
        card=card,
    )
    print(f"report: {page}")


def _publish(settings: Settings) -> None:
    """put the model and its report in use for the watcher"""
    folder = publish(settings.run / MODEL, settings.models)
    print(f"published: {folder}; a watcher takes it from there")


def _exams(folder: Path) -> list[Exam]:
    """The exams kept in `folder`, in the order of a report."""
    paths = [folder / f"{name}.npz" for name in exams.NAMES]
    return [load_exam(path) for path in paths if path.exists()]


def _recipe(chosen: argparse.Namespace) -> Recipe:
    recipe = replace(QUICK_RECIPE if chosen.quick else Recipe(), seed=chosen.seed)
    return recipe if chosen.epochs is None else replace(recipe, epochs=chosen.epochs)


_STEPS: dict[str, Callable[[Settings], None]] = {
    "fetch": _fetch,
    "fit": _fit,
    "calibrate": _calibrate,
    "evaluate": _evaluate,
    "baseline": _baseline,
    "report": _report,
    "publish": _publish,
}
