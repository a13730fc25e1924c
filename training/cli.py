"""Run the command line of `python -m training`.

Nothing heavy is imported before a command needs it: `models` and `rollback` work without TensorFlow.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from training.arguments import parser
from watcher.config import loading
from watcher.config.errors import ConfigError
from watcher.config.settings import Settings
from watcher.errors import DigitWatcherError
from watcher.recognition import ModelError

if TYPE_CHECKING:
    from training.job import Job

# Packages of the extra, by the names they are imported by.
_EXTRA = {
    "tensorflow", "keras", "sklearn", "skimage", "scipy", "pandas", "matplotlib", "tqdm", "jinja2", "pooch",
}  # fmt: skip

# What a shell expects of a program that Ctrl-C ended (128 + SIGINT).
_INTERRUPTED = 130


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 it failed, 2 wrong usage or settings."""
    known = parser()
    options = known.parse_args(arguments)
    if options.epochs == 0 and not options.further:
        known.error("--epochs: 0: expected a whole number, at least 1 without --further")
    try:
        settings = loading.load(options.config)
        if options.command in ("models", "rollback"):
            _models(options, settings)
        elif options.command == "explain":
            _explain(options, settings)
        else:
            _train(options, settings)
    except ConfigError as error:
        return _fail(error, 2)
    except (DigitWatcherError, ModelError) as error:
        return _fail(error)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        return _fail(
            f'training needs more packages ({error.name} is missing): python -m pip install ".[training]", '
            "with Python 3.11 to 3.13"
        )
    except OSError as error:  # no space, no permission
        return _fail(f"{error}; what is done is kept, and the same command resumes it")
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return _fail("stopped; what is done is kept, and the same command resumes it", _INTERRUPTED)
    return 0


def _fail(why: object, status: int = 1) -> int:
    print(why, file=sys.stderr)
    return status


def _train(options: argparse.Namespace, settings: Settings) -> None:
    from training import pipeline
    from training.run_folder import hold_run

    job = _job(options, settings)
    with hold_run(job.data if options.command == "fetch" else job.run):
        if options.command in (None, "refresh"):
            pipeline.run_steps(job)
        else:
            pipeline.STEPS[options.command](job)


def _job(options: argparse.Namespace, settings: Settings) -> "Job":
    from training.job import FULL, FURTHER, QUICK, REFRESH, Job

    kind = QUICK if options.quick else FURTHER if options.further else FULL
    kind = REFRESH if options.command == "refresh" else kind
    epochs = kind.recipe.epochs if options.epochs is None else options.epochs
    recipe = replace(kind.recipe, seed=options.seed, epochs=epochs)
    return Job(
        kind=replace(kind, recipe=recipe),
        data=options.data,
        outbox=settings.paths.outbox,
        run=options.run or Path("runs") / kind.name,
        models=options.models or settings.paths.models,
        mirror=options.mirror,
        drawings=options.drawings,
        model=options.model,
        force=options.force,
    )


def _explain(options: argparse.Namespace, settings: Settings) -> None:
    from training.explain.command import explain

    page = explain(options.file, settings, options.models, options.model, options.pictures)
    print(f"{page}: open it in a browser")


def _models(options: argparse.Namespace, settings: Settings) -> None:
    from training.publishing.versions import describe, roll_back, versions

    models = options.models or settings.paths.models
    if options.command == "models":
        print("\n".join(describe(version) for version in versions(models)))
    else:
        version = roll_back(models, options.version)
        print(f"in use: {version.name}; a running watcher takes it within seconds")
