"""The commands of `python -m watcher`. What is heavy is imported only once it is needed."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import __version__, config
from watcher.exit_status import ExitStatus
from watcher.lock import AnotherWatcherError
from watcher.looking import LOOKING
from watcher.messages import Terminal, shown
from watcher.network import network_type

if TYPE_CHECKING:
    from watcher.daemon import Work
    from watcher.wakeup import Wakeup


def run(arguments: Sequence[str]) -> ExitStatus:
    """Runs one command line; argparse itself ends the process with 2 on a wrong one, 0 on --help."""
    terminal = Terminal()
    options = _parser().parse_args(arguments)
    try:
        settings = config.load(options.config, inbox=options.inbox, outbox=options.outbox)
        match options.command:
            case "review" | "spark" as name:
                return _OF_PACKAGES[name](options, settings, terminal)
            case "classify" | "log" | "why" as name:
                return LOOKING[name](options, settings, terminal)
            case "once":
                return _once(_prepared(settings), terminal)
            case _:
                return _watch(_prepared(settings), terminal)
    except config.ConfigError as error:
        terminal.warn(shown(str(error)))
        return ExitStatus.WRONG_SETTINGS
    except AnotherWatcherError as error:
        terminal.warn(shown(str(error)))
        return ExitStatus.ANOTHER_RUNS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m watcher",
        description="Files drawings of digits: inbox/ -> outbox/<digit>/ and a row in "
        "outbox/log.csv. Without a command it watches until Ctrl-C.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    _add_settings(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    once = commands.add_parser("once", help="file what is in the inbox, then end")
    _add_settings(once, argparse.SUPPRESS)
    classify = commands.add_parser("classify", help="say what drawings are; moves nothing")
    _add_settings(classify, argparse.SUPPRESS)
    classify.add_argument("paths", metavar="PATH", type=Path, nargs="+")
    classify.add_argument("--json", action="store_true", help="one JSON object a line")
    log = commands.add_parser("log", help="sum up the log: days, digits, confidence, corrections")
    _add_settings(log, argparse.SUPPRESS)
    log.add_argument("--since", metavar="DATE", type=_date, help="from this day on, UTC")
    log.add_argument("--csv", action="store_true", help="a line for each day and folder, as CSV")
    why = commands.add_parser("why", help="tell the whole story of a drawing")
    _add_settings(why, argparse.SUPPRESS)
    why.add_argument("file", metavar="FILE", help="a file, its name when it was saved, or its id")
    why.add_argument("--json", action="store_true", help="one JSON object a drawing, a line each")
    review = commands.add_parser("review", help="look at drawings in the browser and correct them")
    _add_settings(review, argparse.SUPPRESS)
    review.add_argument("--port", metavar="N", type=int, default=0, help="default: any free one")
    review.add_argument("--no-browser", action="store_true", help="only say the page's address")
    _add_spark(
        commands.add_parser("spark", help="file drawings with the workers of a Spark cluster")
    )
    return parser


def _add_spark(parser: argparse.ArgumentParser) -> None:
    from watcher.spark.command import add_options  # noqa: PLC0415

    add_options(parser)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: expected a day such as 2026-11-22") from None


def _add_settings(parser: argparse.ArgumentParser, default: str | None) -> None:
    """The options that every command takes, before or after its name."""
    for option, metavar, text in (
        ("--config", "FILE", "settings (default: config.toml of this folder)"),
        ("--inbox", "DIR", "watch this folder"),
        ("--outbox", "DIR", "file into this folder"),
    ):
        parser.add_argument(option, metavar=metavar, type=Path, default=default, help=text)


def _prepared(settings: config.Settings) -> config.Settings:
    config.make_folders(settings)
    kind = network_type(settings.paths.state)
    if kind is not None:
        raise config.ConfigError(
            f"{settings.source}: [paths] state: expected a folder on a disk of this machine, but "
            f"{settings.paths.state} is on a network file system ({kind}): "
            'set it to a folder here, such as state = "watcher-state"'
        )
    return settings


def _watch(settings: config.Settings, terminal: Terminal) -> ExitStatus:
    from watcher.wakeup import Wakeup, ended_by_signals  # noqa: PLC0415

    wakeup = Wakeup()
    with ended_by_signals(wakeup):
        from watcher.daemon import watch  # noqa: PLC0415
        from watcher.journal import NewerJournalError  # noqa: PLC0415

        try:
            return watch(_work(settings, terminal, wakeup))
        except NewerJournalError as error:
            terminal.warn(shown(str(error)))
            return ExitStatus.FAILED


def _review(
    options: argparse.Namespace, settings: config.Settings, terminal: Terminal
) -> ExitStatus:
    from watcher.review.command import review_command  # noqa: PLC0415

    return review_command(options, _prepared(settings), terminal)


def _spark(
    options: argparse.Namespace, settings: config.Settings, terminal: Terminal
) -> ExitStatus:
    from watcher.spark.command import spark_command  # noqa: PLC0415

    return spark_command(options, settings, terminal)


_OF_PACKAGES = {"review": _review, "spark": _spark}


def _once(settings: config.Settings, terminal: Terminal) -> ExitStatus:
    from watcher.wakeup import Wakeup, ended_by_signals  # noqa: PLC0415

    wakeup = Wakeup()
    with ended_by_signals(wakeup):
        from watcher.daemon import once  # noqa: PLC0415
        from watcher.journal import NewerJournalError  # noqa: PLC0415
        from watcher.progress import Progress  # noqa: PLC0415
        from watcher.trouble import TROUBLES, described  # noqa: PLC0415

        progress = Progress(sys.stderr)
        try:
            status, tally = once(_work(settings, terminal, wakeup), progress.show)
        except NewerJournalError as error:
            terminal.warn(shown(str(error)))
            return ExitStatus.FAILED
        except TROUBLES as error:
            progress.end()
            why = described(error, settings)
            terminal.warn(shown(f"{why}; nothing is lost, run this again afterwards"))
            return ExitStatus.FAILED
        progress.end()
        if wakeup.stop_requested:
            terminal.warn("stopped early; what is left lies in the inbox")
        terminal.say(str(tally))
        return status


def _work(settings: config.Settings, terminal: Terminal, wakeup: "Wakeup") -> "Work":
    from watcher.daemon import Work  # noqa: PLC0415
    from watcher.models import Serving  # noqa: PLC0415
    from watcher.recognition.formats import is_complete  # noqa: PLC0415

    serving = Serving(settings, lambda line: terminal.warn(shown(line)))
    return Work(settings, serving.recogniser, is_complete, terminal, wakeup)
