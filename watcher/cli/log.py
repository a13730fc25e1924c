"""`log`: sum up the log."""

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from watcher.clock import show_local, utc
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.exit_status import ExitStatus
from watcher.layout import LOG_FILE

SUMMARY = "sum up the log: drawings by folder and day, median confidence, and corrections"
EXAMPLE = "log --since 2026-11-22"
SHARED: tuple[str, ...] = ("config", "outbox")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since",
        metavar="DATE",
        type=_parse_since,
        help='only from this day or time on, in local time, such as "2026-11-22 17:30"',
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="a line for each day and folder, as CSV")
    form.add_argument("--json", action="store_true", help="one JSON object with the same numbers")
    form.add_argument("--open", action="store_true", help="open log.csv in its usual program")


def run(
    options: argparse.Namespace, load_settings: Callable[[], Settings], terminal: Terminal
) -> ExitStatus:
    """Print the summary."""
    from watcher.cli.log_summary import as_csv, as_dict, as_text, summarise
    from watcher.log.reader import read_log

    log, since = load_settings().paths.outbox / LOG_FILE, options.since or ""
    try:
        summary = summarise(read_log(log), since)
    except OSError as error:
        terminal.warn(escape_for_terminal(f"{log} cannot be read ({error.strerror})"))
        return ExitStatus.FAILED
    if options.open:
        return _open(log, terminal)
    if options.json:
        terminal.say(json.dumps(as_dict(summary)))
    elif options.csv:
        terminal.say(as_csv(summary).rstrip("\n"))
    elif summary.cells:
        for line in as_text(summary):
            terminal.say(line)
    else:
        terminal.say(escape_for_terminal(_nothing_filed(log, since, summary.newest)))
    return ExitStatus.DONE


def _open(log: Path, terminal: Terminal) -> ExitStatus:
    """Open the log in the system's program for such files."""
    import subprocess

    try:
        if not log.exists():
            raise FileNotFoundError(errno.ENOENT, "there is no log yet")
        if sys.platform == "win32":
            os.startfile(log)
        else:
            program = "open" if sys.platform == "darwin" else "xdg-open"
            subprocess.run([program, str(log)], check=True, capture_output=True)
    except FileNotFoundError as error:
        reason = (
            error.strerror if error.filename is None else f"there is no program {error.filename}"
        )
    except (OSError, subprocess.CalledProcessError) as error:
        reason = str(error)
    else:
        return ExitStatus.DONE
    terminal.warn(escape_for_terminal(f"{log} cannot be opened: {reason}"))
    return ExitStatus.FAILED


def _nothing_filed(log: Path, since: str, newest: str) -> str:
    """Return why a summary is empty; both times are in the log's form, `newest` is of its newest row."""
    if not since or not newest:
        return f"nothing was filed: {log} has no rows"
    return (
        f"nothing was filed since {show_local(since)}: no row of {log} is that new, "
        f"the newest is of {show_local(newest)}"
    )


def _parse_since(text: str) -> str:
    """Return a local day or time, or one with a distance from UTC, in the log's form."""
    try:
        return utc(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            f'{text}: expected a local day or time, such as 2026-11-22 or "2026-11-22 17:30"'
        ) from None
