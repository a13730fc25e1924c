"""`log`: sum up the log."""

import argparse
import errno
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.clock import show_local, utc
from watcher.config.settings import LoadSettings, Settings
from watcher.console.terminal import Terminal
from watcher.console.text import plural
from watcher.errors import UserError
from watcher.exit_status import ExitStatus
from watcher.layout import LOG_FILE

if TYPE_CHECKING:
    from watcher.cli.log_summary import Summary

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
    form.add_argument(
        "--xlsx",
        metavar="FILE",
        type=_parse_workbook,
        help="write a workbook with the drawings, links to them, and totals (extra: xlsx)",
    )
    form.add_argument("--open", action="store_true", help="open log.csv in its usual program")


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Print the summary."""
    from watcher.cli.log_summary import as_csv, as_dict, as_text, summarise

    settings, since = load_settings(), options.since or ""
    log = settings.paths.outbox / LOG_FILE
    if options.open:
        _open(log)
        return ExitStatus.DONE
    try:
        summary = summarise(settings.paths, since)
    except OSError as error:
        raise UserError(f"{log} cannot be read ({error.strerror})") from error
    if options.xlsx:
        _write_workbook(options, settings, summary, terminal)
    elif options.json:
        terminal.write(json.dumps(as_dict(summary)))
    elif options.csv:
        terminal.write(as_csv(summary).rstrip("\n"))
    elif summary.cells:
        for line in as_text(summary):
            terminal.say(line)
    else:
        terminal.say(_nothing_filed(log, since, summary.newest))
    return ExitStatus.DONE


def _write_workbook(
    options: argparse.Namespace, settings: Settings, summary: "Summary", terminal: Terminal
) -> None:
    """Write the rows since the chosen time as a workbook."""
    try:
        from watcher.cli.log_workbook import MAX_ROWS, SIDE, write_workbook
    except ModuleNotFoundError as error:
        if error.name != "xlsxwriter":
            raise
        raise UserError(
            'a workbook needs one more package: python -m pip install ".[xlsx]"'
        ) from None
    from watcher.config.model import limits_of
    from watcher.log.reader import read_log
    from watcher.review.thumbnails import small_picture

    outbox, limits, file = settings.paths.outbox, limits_of(settings), options.xlsx
    log = outbox / LOG_FILE
    latest = {row.id: outbox / row.filed_as for row in read_log(log)}
    try:
        count = write_workbook(
            file,
            (row for row in read_log(log) if row.time >= (options.since or "")),
            summary,
            {id_: path for id_, path in latest.items() if os.path.isfile(path)},  # noqa: PTH113
            lambda path: small_picture(path, limits, SIDE),
        )
    except OSError as error:
        held = ": close it in other programs" if isinstance(error, PermissionError) else ""
        raise UserError(f"{file} cannot be written ({error.strerror or error}){held}") from error
    terminal.say(f"{file}: {plural(count, 'row')}, in local time")
    if count == MAX_ROWS:
        terminal.warn("a sheet holds no more rows: write the newest ones with --since")


def _open(log: Path) -> None:
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
        return
    raise UserError(f"{log} cannot be opened: {reason}")


def _nothing_filed(log: Path, since: str, newest: str) -> str:
    """Return why a summary is empty; both times are in the log's form, `newest` is of its newest row."""
    if not since or not newest:
        return f"nothing was filed: {log} has no rows"
    return (
        f"nothing was filed since {show_local(since)}: no row of {log} is that new, "
        f"the newest is of {show_local(newest)}"
    )


def _parse_workbook(text: str) -> Path:
    # The suffix keeps a slip from replacing a drawing or the log.
    if not text.lower().endswith(".xlsx"):
        raise argparse.ArgumentTypeError(f"{text}: expected a name that ends in .xlsx")
    return Path(text)


def _parse_since(text: str) -> str:
    """Return a local day or time, or one with an offset from UTC, in the log's form."""
    try:
        return utc(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            f'{text}: expected a local day or time, such as 2026-11-22 or "2026-11-22 17:30"'
        ) from None
