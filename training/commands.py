"""The commands of `python -m training`; each step is one, and all of them in turn is the default."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from training.fetch import fetch
from training.gather import QUICK, Amounts, gathered
from training.mnist import DatasetError
from watcher.recognition import ModelError

QUICK_EPOCHS = 3


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
    epochs: int | None
    seed: int


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
        amounts=QUICK if chosen.quick else Amounts(),
        epochs=chosen.epochs or (QUICK_EPOCHS if chosen.quick else None),
        seed=chosen.seed,
    )
    try:
        for step in _STEPS.values() if chosen.command is None else (_STEPS[chosen.command],):
            step(settings)
    except (DatasetError, ModelError) as error:
        print(error, file=sys.stderr)
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
    from training.fit import Recipe, fit  # noqa: PLC0415 (TensorFlow takes seconds to import)

    recipe = Recipe(seed=settings.seed)
    if settings.epochs is not None:
        recipe = replace(recipe, epochs=settings.epochs)
    split = gathered(settings.data, settings.amounts, settings.seed, settings.run)
    print(f"fitting to {len(split.training)} pictures, {len(split.validation)} to validate")
    fit(split, recipe, settings.run)


_STEPS: dict[str, Callable[[Settings], None]] = {"fetch": _fetch, "fit": _fit}
