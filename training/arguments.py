"""What the command line of `python -m training` takes: a command for each step, with its options."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

PROGRAM = "python -m training"

# NumPy and Keras take no larger seed.
_MAX_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does, the options that mean something to it, and an example."""

    help: str
    options: tuple[str, ...]
    example: str = ""


_SPLIT = ("--config", "--data", "--run", "--quick", "--further", "--seed")

COMMANDS: Mapping[str, Command] = {
    "fetch": Command(
        "get the datasets where they are missing", ("--data", "--mirror"), "--mirror ../datasets"
    ),
    "find": Command(
        "draw pictures of all kinds and fit a new ink finder to them; no step of a training",
        ("--data", "--run", "--quick"),
        "--quick",
    ),
    "fit": Command(
        "draw the examples and fit the network to them and your corrections",
        (*_SPLIT, "--epochs"),
        "--quick",
    ),
    "calibrate": Command(
        "find temperature and threshold by unseen writers, and export the model",
        (*_SPLIT, "--epochs", "--models"),
        "--quick",
    ),
    "evaluate": Command(
        "let the model read every exam",
        ("--config", "--data", "--run", "--quick", "--models", "--model", "--drawings"),
        "--drawings my-drawings",
    ),
    "baseline": Command(
        "train the tutorial's CNN and let it read the same exams",
        ("--data", "--run", "--quick", "--seed"),
    ),
    "compare": Command(
        "let the new model and the one in use read the validation drawings and your held-back ones",
        (*_SPLIT, "--epochs", "--models"),
    ),
    "report": Command(
        "write the report on the last evaluation and comparison",
        ("--config", "--run", "--quick", "--models", "--model"),
        "--model watcher/recognition",
    ),
    "publish": Command(
        "put the model in use, if it is no worse than the one before",
        (*_SPLIT, "--epochs", "--models", "--force"),
        "--quick --force",
    ),
    "refresh": Command(
        "learn your corrections, starting from the model in use, in about 5 minutes",
        ("--config", "--data", "--mirror", "--run", "--models", "--drawings", "--epochs", "--seed",
         "--force"),
    ),
    "explain": Command(
        "write a page on which a drawing travels through every layer of the network",
        ("--config", "--models", "--model", "--pictures"),
        "sept.png",
    ),
    "models": Command("list the published models; * marks the one in use", ("--config", "--models")),
    "rollback": Command(
        "put the model before the one in use, or VERSION, in use again",
        ("--config", "--models"),
        "shipped",
    ),
}  # fmt: skip

_ALL_STEPS = (
    "--config", "--data", "--mirror", "--run", "--models", "--drawings", "--quick", "--further",
    "--epochs", "--seed", "--force",
)  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, with the command or option that was probably meant."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {_with_suggestion(message)} (see {self.prog} --help)\n")


def _with_suggestion(message: str) -> str:
    reason, _, words = message.partition("unrecognized arguments: ")
    known = [*COMMANDS, *_OPTIONS]
    if reason:
        word = message.partition("invalid choice: '")[2].partition("'")[0]
        if not word:
            return message.removeprefix("argument ")
        kind = "command"
    else:
        word = words.split()[0].partition("=")[0]
        kind = "option" if word.startswith("-") else "argument"
        if word in _OPTIONS:
            return f"this command takes no {word}"
    meant = get_close_matches(word, known, n=1, cutoff=0.7)
    return f"there is no {kind} {word}" + (f": did you mean {meant[0]}?" if meant else "")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = _Parser(
        prog=PROGRAM,
        description="Train the model that the watcher uses. Without a command: all steps in turn.",
        epilog=f"example: {PROGRAM} --quick",
    )
    top.set_defaults(**{name.removeprefix("--"): one["default"] for name, one in _OPTIONS.items()})
    _add_options(top, _ALL_STEPS)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        example = " ".join([PROGRAM, name, *([command.example] if command.example else [])])
        below = commands.add_parser(
            name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=f"example: {example}",
        )
        _add_options(below, command.options)
        if name in _ARGUMENTS:
            below.add_argument(**_ARGUMENTS[name])
    return top


# The argument of a command that takes one.
_ARGUMENTS: Mapping[str, dict[str, Any]] = {
    "explain": {"dest": "file", "metavar": "FILE", "type": Path, "help": "a drawing"},
    "rollback": {
        "dest": "version", "nargs": "?", "metavar": "VERSION", "help": "a name that 'models' lists"
    },
}  # fmt: skip


def _add_options(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    for name in names:
        # A command sets no default, which would replace what was given before its name.
        parser.add_argument(name, **{**_OPTIONS[name], "default": argparse.SUPPRESS})


def _whole_number(least: int, most: int = sys.maxsize) -> Any:
    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            upper = "" if most == sys.maxsize else f" and at most {most}"
            raise argparse.ArgumentTypeError(
                f"{text}: expected a whole number, at least {least}{upper}"
            )
        return int(text)

    return number


def _path(metavar: str, text: str, default: Path | None = None) -> dict[str, Any]:
    return {"type": Path, "metavar": metavar, "help": text, "default": default}


def _switch(text: str) -> dict[str, Any]:
    return {"action": "store_true", "help": text, "default": False}


_OPTIONS: Mapping[str, dict[str, Any]] = {
    "--config": _path("FILE", "settings (default: config.toml of this folder)"),
    "--data": _path("DIR", "folder of the datasets (default: data)", Path("data")),
    "--mirror": _path("DIR", "take the datasets from here instead of the internet"),
    "--run": _path("DIR", "checkpoints and figures (default: runs/full, quick, further or refresh)"),
    "--models": _path("DIR", "published models (default: as the settings say)"),
    "--drawings": _path("DIR", "drawings to examine: index.csv or a folder for each digit"),
    "--model": _path("DIR", "this model instead of the run's or the one in use"),
    "--pictures": _path("DIR", "write the page's pictures here, too"),
    "--quick": _switch("a small but real training of a few minutes"),
    "--further": _switch("fit the model in use further, not a new one from nothing"),
    "--epochs": {
        "type": _whole_number(0), "metavar": "N", "default": None,
        "help": "instead of the recipe's; 0 with --further only calibrates the network again",
    },
    "--seed": {
        "type": _whole_number(0, _MAX_SEED), "metavar": "N", "default": 1,
        "help": "random seed (default: 1)",
    },
    "--force": _switch("publish a model even if it reads worse"),
}  # fmt: skip
