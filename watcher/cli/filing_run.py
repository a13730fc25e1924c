"""What `watch` and `once` share: the checks before a start, signals, messages, and the model."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from watcher.clock import Clock
from watcher.config.settings import LoadSettings, Settings
from watcher.console.terminal import Terminal
from watcher.errors import UserError
from watcher.exit_status import ExitStatus

if TYPE_CHECKING:
    from watcher.daemon.context import Context
    from watcher.daemon.reporter import Reporter
    from watcher.daemon.wakeup import Wakeup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of both commands."""
    parser.add_argument(
        "--any-files",
        action="store_true",
        help="start although most files of a new inbox are no pictures",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show where each file would go, without moving any"
    )


def run_filing(
    options: argparse.Namespace,
    load_settings: LoadSettings,
    terminal: Terminal,
    file_drawings: "Callable[[Reporter, Wakeup], ExitStatus]",
) -> ExitStatus:
    """Run `file_drawings`, which a signal asks to stop; its errors also go to the watcher's log."""
    # Mistakes are reported before anything is written.
    settings = load_settings()
    if options.dry_run:
        return _run_dry(settings, terminal)
    from watcher.daemon.wakeup import Wakeup, end_on_signals

    wakeup = Wakeup()
    with end_on_signals(wakeup):
        # Imported only now: these take a while, and a signal must not be lost meanwhile.
        from watcher.daemon.preconditions import check_inbox, refuse_second_watcher

        check_inbox(settings, options.any_files, sets_up=options.command is None)
        refuse_second_watcher(settings.paths)
        from watcher.daemon.reporter import Reporter
        from watcher.fs.lock import AnotherWatcherError
        from watcher.journal.database import NewerJournalError

        reporter = Reporter(terminal, Clock(), options.least)
        with reporter.open():
            try:
                return file_drawings(reporter, wakeup)
            except (AnotherWatcherError, NewerJournalError) as error:
                reporter.error(str(error))
                return error.exit_status


def _run_dry(settings: Settings, terminal: Terminal) -> ExitStatus:
    from watcher.config.model import model_in_use
    from watcher.daemon.dry_run import dry_run
    from watcher.daemon.preconditions import check_inbox
    from watcher.filing.errors import TRANSIENT_ERRORS, describe
    from watcher.filing.judge import judge_for

    # A dry run may look at a folder of other files, since it moves nothing.
    check_inbox(settings, accept_any_files=True, sets_up=False)
    try:
        recogniser = model_in_use(settings, terminal.warn).recogniser()
        dry_run(settings, judge_for(settings, recogniser), terminal.say, terminal.warn)
    except TRANSIENT_ERRORS as error:
        raise UserError(describe(error, settings)) from error
    return ExitStatus.DONE


def context_factory(reporter: "Reporter", wakeup: "Wakeup") -> "Callable[[Settings], Context]":
    """Return a factory of contexts for given settings, which keeps the model loaded where it can."""
    from watcher.config.model import limits_of, model_in_use
    from watcher.daemon.context import Context
    from watcher.recognition.formats import is_complete
    from watcher.recognition.model_in_use import ModelInUse

    model: ModelInUse | None = None

    def context_of(settings: Settings) -> Context:
        nonlocal model
        if model is None or not model.suits(settings.paths.models, limits_of(settings)):
            model = model_in_use(settings, reporter.warning)
        return Context(settings, model.recogniser, is_complete, reporter, wakeup)

    return context_of
