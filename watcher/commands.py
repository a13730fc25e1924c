"""The commands of `python -m watcher`. What is heavy is imported only once it is needed."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import config
from watcher.arguments import parser
from watcher.clock import Clock
from watcher.exit_status import ExitStatus
from watcher.lock import AnotherWatcherError
from watcher.looking import LOOKING
from watcher.messages import Terminal, shown

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


def _run(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    if options.command == "doctor":  # For whom a mistake in the settings is a finding.
        return _doctor(options, terminal)
    if options.command == "uninstall":  # Also where the settings have become wrong.
        return _uninstall(options, terminal)
    settings = _load(options)
    match options.command:
        case "once" | None:
            return _file(options, terminal)
        case "review" | "install" | "status" | "spark" as name:
            return _OF_PACKAGES[name](options, settings, terminal)
        case name:
            return LOOKING[name](options, settings, terminal)


def _doctor(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    from watcher.doctor.command import doctor_command  # noqa: PLC0415

    return doctor_command(options, terminal)


def _review(
    options: argparse.Namespace, settings: config.Settings, terminal: Terminal
) -> ExitStatus:
    from watcher.review.command import review_command  # noqa: PLC0415

    config.make_folders(settings)
    return review_command(options, settings, terminal)


def _spark(
    options: argparse.Namespace, settings: config.Settings, terminal: Terminal
) -> ExitStatus:
    from watcher.spark.command import spark_command  # noqa: PLC0415

    return spark_command(options, settings, terminal)


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


_OF_PACKAGES = {"review": _review, "install": _install, "status": _status, "spark": _spark}
"""The commands that have a package of their own, imported only once it is needed."""


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
                    return _once(_load(options), reporter, terminal, wakeup)
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


def _once(
    settings: config.Settings, reporter: "Reporter", terminal: Terminal, wakeup: "Wakeup"
) -> ExitStatus:
    from watcher.once import once  # noqa: PLC0415
    from watcher.progress import Progress  # noqa: PLC0415
    from watcher.trouble import TROUBLES, described  # noqa: PLC0415

    config.make_folders(settings)
    progress = Progress(None if reporter.is_quiet else terminal)
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
