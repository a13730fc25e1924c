"""`classify`: what the watcher would say of files, without touching them."""

import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from watcher.console.text import format_outcome
from watcher.exit_status import ExitStatus
from watcher.filing.judge import Judge
from watcher.fs.ignored_names import is_ignored
from watcher.recognition import Decision


def classify(judge: Judge, paths: Sequence[Path], as_json: bool) -> Iterator[tuple[str, bool]]:
    """A line for each file in the order given, and whether it could be read.

    A folder stands for the files in it, by name.
    """
    files = list(_expanded(paths))
    for path, (decision, unreadable) in zip(files, judge.look(files), strict=True):
        line = _json(path, decision) if as_json else format_outcome(str(path), decision)
        yield line, not unreadable


def status_of(all_read: bool) -> ExitStatus:
    return ExitStatus.DONE if all_read else ExitStatus.FAILED


def _expanded(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises, before Python 3.14
            yield path
            continue
        try:
            inside = sorted(path.iterdir())
        except OSError:
            yield path  # Reading it says why it cannot be read.
            continue
        yield from (file for file in inside if not is_ignored(file.name) and _may_be_file(file))


def _may_be_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:  # It is gone, or a link to nothing.
        return False
    except OSError:
        return True  # Reading it says why it cannot be read.


def _json(path: Path, decision: Decision) -> str:
    return json.dumps(
        {
            "file": str(path),
            "status": str(decision.status),
            "digit": decision.digit,
            "confidence": decision.confidence,
            "second_digit": decision.second_digit,
            "second_confidence": decision.second_confidence,
            "reason": decision.reason,
        }
    )
