"""The commands of `python -m watcher`. What is heavy is imported only once it is needed."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.cli.looking import LOOKING
from watcher.cli.parser import parser
from watcher.clock import Clock
from watcher.config.errors import ConfigError
from watcher.config.folders import make_folders
from watcher.config.loading import DEFAULT_FILE, load
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.exit_status import ExitStatus
from watcher.fs.lock import AnotherWatcherError

if TYPE_CHECKING:
    from watcher.daemon.context import Context
    from watcher.daemon.reporter import Reporter
    from watcher.daemon.wakeup import Wakeup


def run(arguments: Sequence[str]) -> ExitStatus:
    """Runs one command line; argparse itself ends the process with 2 on a wrong one, 0 on --help."""
    terminal = Terminal()
    options = parser().parse_args(arguments)
    try:
        return _run(options, terminal)
    except ConfigError as error:
        terminal.error(escape_for_terminal(str(error)))
        return ExitStatus.WRONG_SETTINGS


def _load(options: argparse.Namespace) -> Settings:
    return load(options.config, inbox=options.inbox, outbox=options.outbox)


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
    from watcher.doctor.command import doctor_command

    return doctor_command(options, terminal)


def _review(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> ExitStatus:
    from watcher.review.command import review_command

    make_folders(settings)
    return review_command(options, settings, terminal)


def _spark(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> ExitStatus:
    from watcher.spark.command import spark_command

    return spark_command(options, settings, terminal)


def _install(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> ExitStatus:
    from watcher.service.command import install_command

    return install_command(options, settings, terminal)


def _uninstall(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    from watcher.service.command import uninstall_command

    return uninstall_command(options, terminal)


def _status(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> ExitStatus:
    from watcher.status.command import status_command

    return status_command(options, settings, terminal)


_OF_PACKAGES = {"review": _review, "install": _install, "status": _status, "spark": _spark}
"""The commands that have a package of their own, imported only once it is needed."""


def _file(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    """`once`, or watching until told to stop."""
    from watcher.daemon.wakeup import Wakeup, ended_by_signals

    wakeup = Wakeup()
    with ended_by_signals(wakeup):
        from watcher.config.first_run import write_default_file
        from watcher.daemon.reporter import Reporter
        from watcher.journal.database import NewerJournalError

        reporter = Reporter(terminal, Clock(), options.least)
        with reporter.open():
            # Only now, when the command line is known to be right.
            if options.config is None and (laid := write_default_file(Path.cwd())):
                reporter.info(escape_for_terminal(laid))
            try:
                if options.command == "once":
                    return _once(_load(options), reporter, terminal, wakeup)
                return _watch(options, reporter, wakeup)
            except AnotherWatcherError as error:
                reporter.error(escape_for_terminal(str(error)))
                return ExitStatus.ANOTHER_RUNS
            except NewerJournalError as error:
                reporter.error(escape_for_terminal(str(error)))
                return ExitStatus.FAILED


def _watch(options: argparse.Namespace, reporter: "Reporter", wakeup: "Wakeup") -> ExitStatus:
    from watcher.daemon.config_reload import SettingsReloader
    from watcher.daemon.loop import watch

    file = options.config or Path(DEFAULT_FILE)
    source = SettingsReloader(file, lambda: _load(options), reporter, Clock())
    return watch(source, _working(reporter, wakeup))


def _once(
    settings: Settings, reporter: "Reporter", terminal: Terminal, wakeup: "Wakeup"
) -> ExitStatus:
    from watcher.console.progress import Progress
    from watcher.daemon.once import once
    from watcher.filing.errors import TRANSIENT_ERRORS, describe

    make_folders(settings)
    progress = Progress(None if reporter.is_quiet else terminal)
    try:
        status, tally = once(_working(reporter, wakeup)(settings), progress.show)
    except TRANSIENT_ERRORS as error:
        progress.end()
        why = describe(error, settings)
        reporter.error(escape_for_terminal(f"{why}; nothing is lost, run this again afterwards"))
        return ExitStatus.FAILED
    progress.end()
    if wakeup.stop_requested:
        reporter.warning("stopped early; what is left lies in the inbox")
    reporter.info(str(tally))
    return status


def _working(reporter: "Reporter", wakeup: "Wakeup") -> "Callable[[Settings], Context]":
    """What gives the work as settings want it; the model that serves stays the same where it can."""
    from watcher.config.model import limits_of, model_in_use
    from watcher.daemon.context import Context
    from watcher.recognition.formats import is_complete
    from watcher.recognition.model_in_use import ModelInUse

    serving: ModelInUse | None = None

    def work_with(settings: Settings) -> Context:
        nonlocal serving
        if serving is None or not serving.suits(settings.paths.models, limits_of(settings)):
            serving = model_in_use(
                settings, lambda line: reporter.warning(escape_for_terminal(line))
            )
        return Context(settings, serving.recogniser, is_complete, reporter, wakeup)

    return work_with
