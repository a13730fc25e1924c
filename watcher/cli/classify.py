"""`classify`: say what the watcher would do with files, without touching them."""

import argparse
import json
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus

if TYPE_CHECKING:
    from watcher.filing.judge import Judge

SUMMARY = "show what the watcher would do with files, without moving them"
EXAMPLE = "classify drawing.png"
SHARED: tuple[str, ...] = ("config",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", metavar="PATH", type=Path, nargs="+", help="a file, or a folder for its files"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Print a line for each file."""
    from watcher.config.model import model_in_use
    from watcher.filing.judge import judge_for

    settings = load_settings()
    recogniser = model_in_use(settings, terminal.warn).recogniser()
    all_read = True
    say = terminal.write if options.json else terminal.say
    for line, is_readable in classify(
        judge_for(settings, recogniser), options.paths, as_json=options.json
    ):
        say(line)
        all_read = all_read and is_readable
    return ExitStatus.DONE if all_read else ExitStatus.FAILED


def classify(judge: "Judge", paths: Sequence[Path], *, as_json: bool) -> Iterator[tuple[str, bool]]:
    """Yield a line for each file in the order given, and whether the file could be read.

    A folder stands for the files in it, sorted by name.
    """
    from watcher.console.text import format_outcome

    files = list(_expand(paths))
    for path, (found, is_unreadable) in zip(files, judge.look(files), strict=True):
        is_missing = bool(is_unreadable) and _is_missing(path)
        decision = replace(found, reason="not found") if is_missing else found
        if as_json:
            yield json.dumps({"file": str(path), **asdict(decision)}), not is_unreadable
        elif is_missing:
            yield f"{path}: not found", False
        else:
            yield format_outcome(str(path), decision), not is_unreadable


def _expand(paths: Iterable[Path]) -> Iterator[Path]:
    from watcher.fs.files import is_folder
    from watcher.fs.ignored_names import is_ignored

    for path in paths:
        if not is_folder(path):
            yield path
            continue
        try:
            entries = sorted(path.iterdir())
        except OSError:
            yield path  # Reading it reports why it cannot be read.
            continue
        yield from (
            entry for entry in entries if not is_ignored(entry.name) and _may_be_file(entry)
        )


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    return False


def _may_be_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:  # Deleted meanwhile, or a dangling link.
        return False
    except OSError:
        return True  # Reading it reports why it cannot be read.
