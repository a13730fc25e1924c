"""The commands of `python -m watcher`. What is heavy is imported only once it is needed."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import __version__, config
from watcher.clock import Clock
from watcher.exit_status import ExitStatus
from watcher.lock import AnotherWatcherError
from watcher.looking import LOOKING
from watcher.messages import Level, Terminal, shown

if TYPE_CHECKING:
    from watcher.reporter import Reporter
    from watcher.wakeup import Wakeup
    from watcher.work import Work


def run(arguments: Sequence[str]) -> ExitStatus:
    """Runs one command line; argparse itself ends the process with 2 on a wrong one, 0 on --help."""
    terminal = Terminal()
    options = parser().parse_args(arguments)
    try:
        return _run(options, terminal)
    except config.ConfigError as error:
        terminal.error(shown(str(error)))
        return ExitStatus.WRONG_SETTINGS


def _load(options: argparse.Namespace) -> config.Settings:
    return config.load(options.config, inbox=options.inbox, outbox=options.outbox)


def _run(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:  # noqa: PLR0911
    if options.command == "doctor":  # For whom a mistake in the settings is a finding.
        return _doctor(options, terminal)
    if options.command == "uninstall":  # Also where the settings have become wrong.
        return _uninstall(options, terminal)
    settings = _load(options)
    match options.command:
        case "review":
            config.make_folders(settings)
            return _review(options, settings, terminal)
        case "install":
            return _install(options, settings, terminal)
        case "status":
            return _status(options, settings, terminal)
        case "once" | None:
            return _file(options, terminal)
        case name:
            return LOOKING[name](options, settings, terminal)


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
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
    settings = commands.add_parser("config", help="show the settings in force and their origin")
    _add_settings(settings, argparse.SUPPRESS)
    settings.add_argument("--json", action="store_true", help="one JSON object")
    why = commands.add_parser("why", help="tell the whole story of a drawing")
    _add_settings(why, argparse.SUPPRESS)
    why.add_argument("file", metavar="FILE", help="a file, its name when it was saved, or its id")
    why.add_argument("--json", action="store_true", help="one JSON object a drawing, a line each")
    doctor = commands.add_parser("doctor", help="look for what keeps the watcher from working")
    _add_settings(doctor, argparse.SUPPRESS)
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    review = commands.add_parser("review", help="look at drawings in the browser and correct them")
    _add_settings(review, argparse.SUPPRESS)
    review.add_argument("--port", metavar="N", type=int, default=0, help="default: any free one")
    review.add_argument("--no-browser", action="store_true", help="only say the page's address")
    install = commands.add_parser("install", help="run it in the background, from each login on")
    uninstall = commands.add_parser("uninstall", help="take it out of the background again")
    for command in (install, uninstall):
        _add_settings(command, argparse.SUPPRESS)
        command.add_argument("--print", action="store_true", help="only show what would be done")
    status = commands.add_parser("status", help="tell whether it runs, and what waits and why")
    _add_settings(status, argparse.SUPPRESS)
    status.add_argument("--json", action="store_true", help="one JSON object")
    return parser


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
    least = Level.INFO if default is None else default
    for option, level, text in (
        ("--verbose", Level.DEBUG, "also say what is waited for, and why"),
        ("--quiet", Level.WARNING, "say warnings only"),
    ):
        parser.add_argument(
            option, dest="least", action="store_const", const=level, default=least, help=text
        )


def _doctor(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    from watcher.doctor.command import doctor_command  # noqa: PLC0415

    return doctor_command(options, terminal)


def _review(
    options: argparse.Namespace, settings: config.Settings, terminal: Terminal
) -> ExitStatus:
    from watcher.review.command import review_command  # noqa: PLC0415

    return review_command(options, settings, terminal)


def _install(
    options: argparse.Namespace, settings: config.Settings, terminal: Terminal
) -> ExitStatus:
    from watcher.service.command import install_command  # noqa: PLC0415

    return install_command(options, settings, terminal)


def _uninstall(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    from watcher.service.command import uninstall_command  # noqa: PLC0415

    return uninstall_command(options, terminal)


def _status(
    options: argparse.Namespace, settings: config.Settings, terminal: Terminal
) -> ExitStatus:
    from watcher.status.command import status_command  # noqa: PLC0415

    return status_command(options, settings, terminal)


def _file(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    """`once`, or watching until told to stop."""
    from watcher.wakeup import Wakeup, ended_by_signals  # noqa: PLC0415

    wakeup = Wakeup()
    with ended_by_signals(wakeup):
        from watcher.first_run import lay_settings  # noqa: PLC0415
        from watcher.journal import NewerJournalError  # noqa: PLC0415
        from watcher.reporter import Reporter  # noqa: PLC0415

        reporter = Reporter(terminal, Clock(), options.least)
        with reporter.ending():
            # Only now, when the command line is known to be right.
            if options.config is None and (laid := lay_settings(Path.cwd())):
                reporter.say(shown(laid))
            try:
                if options.command == "once":
                    return _once(_load(options), reporter, wakeup)
                return _watch(options, reporter, wakeup)
            except AnotherWatcherError as error:
                reporter.error(shown(str(error)))
                return ExitStatus.ANOTHER_RUNS
            except NewerJournalError as error:
                reporter.error(shown(str(error)))
                return ExitStatus.FAILED


def _watch(options: argparse.Namespace, reporter: "Reporter", wakeup: "Wakeup") -> ExitStatus:
    from watcher.daemon import watch  # noqa: PLC0415
    from watcher.reloading import Reloading  # noqa: PLC0415

    file = options.config or Path(config.DEFAULT_FILE)
    source = Reloading(file, lambda: _load(options), reporter, Clock())
    return watch(source, _working(reporter, wakeup))


def _once(settings: config.Settings, reporter: "Reporter", wakeup: "Wakeup") -> ExitStatus:
    from watcher.once import once  # noqa: PLC0415
    from watcher.progress import Progress  # noqa: PLC0415
    from watcher.trouble import TROUBLES, described  # noqa: PLC0415

    config.make_folders(settings)
    progress = Progress(None if reporter.is_quiet else sys.stderr)
    try:
        status, tally = once(_working(reporter, wakeup)(settings), progress.show)
    except TROUBLES as error:
        progress.end()
        why = described(error, settings)
        reporter.error(shown(f"{why}; nothing is lost, run this again afterwards"))
        return ExitStatus.FAILED
    progress.end()
    if wakeup.stop_requested:
        reporter.warn("stopped early; what is left lies in the inbox")
    reporter.say(str(tally))
    return status


def _working(reporter: "Reporter", wakeup: "Wakeup") -> "Callable[[config.Settings], Work]":
    """What gives the work as settings want it; the model that serves stays the same where it can."""
    from watcher.models import Serving  # noqa: PLC0415
    from watcher.recognition.formats import is_complete  # noqa: PLC0415
    from watcher.work import Work  # noqa: PLC0415

    serving: Serving | None = None

    def work_with(settings: config.Settings) -> Work:
        nonlocal serving
        if serving is None or not serving.suits(settings):
            serving = Serving(settings, lambda line: reporter.warn(shown(line)))
        return Work(settings, serving.recogniser, is_complete, reporter, wakeup)

    return work_with
