"""The commands of `python -m training`: each step is one, and all of them in turn is the default."""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from training import pipeline
from training.data.errors import DatasetError
from training.dataset import QUICK_AMOUNTS, REFRESH_AMOUNTS, Amounts
from training.network.recipe import QUICK_RECIPE, REFRESH_RECIPE, Recipe
from training.publishing.versions import Version, roll_back, versions
from training.report.wording import percent
from watcher.config.errors import ConfigError
from watcher.config.loading import load
from watcher.recognition import ModelError

Step = Callable[[pipeline.Job], object]

STEPS: Mapping[str, Step] = {
    "fetch": pipeline.fetch_data,
    "fit": pipeline.fit_network,
    "calibrate": pipeline.calibrate_model,
    "evaluate": pipeline.evaluate_model,
    "baseline": pipeline.measure_baseline,
    "compare": pipeline.compare_models,
    "report": pipeline.write_report,
    "publish": pipeline.publish_model,
}

_REFRESH = ("fetch", "fit", "calibrate", "compare", "report", "publish")
"""The steps of a refresh. Exams would take longer than all of it."""

_OTHERS = {
    "refresh": "a few minutes of learning from your corrections, from the model in use on",
    "models": "list the published models",
    "rollback": "put the model before the one in use, or VERSION, in use again",
}


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 it failed, 2 wrong usage or settings."""
    words = parser()
    chosen = words.parse_args(arguments)
    if chosen.version is not None and chosen.command != "rollback":
        words.error(f"unrecognized arguments: {chosen.version}")
    try:
        settings = load(chosen.config)
        models: Path = chosen.models or settings.paths.models
        match chosen.command:
            case "models":
                print("\n".join(_told(version) for version in versions(models)))
            case "rollback":
                print(
                    f"in use: {roll_back(models, chosen.version).name}; a watcher takes it from there"
                )
            case _:
                _take(_steps(chosen.command), _job(chosen, settings.paths.outbox, models))
    except ConfigError as error:
        return _failed(error, 2)
    except (DatasetError, ModelError, pipeline.RefusedError) as error:
        return _failed(error)
    except OSError as error:  # no space, no permission
        return _failed(f"{error}; what is done is kept, and the same command goes on from there")
    except KeyboardInterrupt:
        return _failed("stopped; what is done is kept, and the same command goes on from there")
    return 0


def _failed(why: object, status: int = 1) -> int:
    print(why, file=sys.stderr)
    return status


def _steps(command: str | None) -> tuple[Step, ...]:
    names = {None: tuple(STEPS), "refresh": _REFRESH}.get(command, (str(command),))
    return tuple(STEPS[name] for name in names)


def _take(chosen: tuple[Step, ...], job: pipeline.Job) -> None:
    for step in chosen:
        step(job)


def _job(chosen: argparse.Namespace, outbox: Path, models: Path) -> pipeline.Job:
    is_refresh = chosen.command == "refresh"
    kind = "refresh" if is_refresh else "quick" if chosen.quick else "full"
    amounts, recipe = {
        "refresh": (REFRESH_AMOUNTS, REFRESH_RECIPE),
        "quick": (QUICK_AMOUNTS, QUICK_RECIPE),
        "full": (Amounts(), Recipe()),
    }[kind]
    recipe = replace(recipe, seed=chosen.seed, epochs=chosen.epochs or recipe.epochs)
    return pipeline.Job(
        data=chosen.data,
        mirror=chosen.mirror,
        outbox=outbox,
        run=chosen.run or Path("runs") / kind,
        models=models,
        drawings=chosen.drawings,
        model=chosen.model,
        amounts=amounts,
        recipe=recipe,
        goes_on=is_refresh,
        force=chosen.force,
    )


def _told(version: Version) -> str:
    card = version.card
    validation = ", ".join(
        f"{name} {percent(share)}" for name, share in card.get("validation", {}).items()
    )
    mark = "*" if version.in_use else " "
    return f"{mark} {version.name:16} {card['created']}  {validation}"


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    told = {name: (step.__doc__ or "").splitlines()[0] for name, step in STEPS.items()} | _OTHERS
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Train the model that the watcher uses. Without a command: all steps in turn.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n" + "\n".join(f"  {name:10} {text}" for name, text in told.items()),
    )
    parser.add_argument("command", nargs="?", choices=told, metavar="COMMAND")
    parser.add_argument("version", nargs="?", metavar="VERSION", help="for rollback")
    _add_folders(parser)
    parser.add_argument(
        "--quick", action="store_true", help="a small but real run of a few minutes"
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="instead of the recipe's")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument(
        "--force",
        action="store_true",
        help="publish a model though it reads worse than the old one",
    )
    return parser


def _add_folders(parser: argparse.ArgumentParser) -> None:
    for option, metavar, default, text in (
        ("--config", "FILE", None, "settings (default: load.toml of this folder)"),
        ("--data", "DIR", Path("data"), "where the datasets lie (default: data)"),
        ("--mirror", "DIR", None, "take the datasets from here instead of the internet"),
        ("--run", "DIR", None, "checkpoints and figures (default: runs/full, quick or refresh)"),
        ("--models", "DIR", None, "published models (default: as the settings say)"),
        ("--drawings", "DIR", None, "drawings to examine: index.csv or a folder a digit"),
        ("--model", "DIR", None, "evaluate this model instead of the run's own"),
    ):
        parser.add_argument(option, type=Path, metavar=metavar, default=default, help=text)
