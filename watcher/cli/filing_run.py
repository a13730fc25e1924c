"""What `watch` and `once` share: signals, messages, the settings of a first run, and the model."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.daemon.wakeup import Wakeup, ended_by_signals
from watcher.exit_status import ExitStatus

if TYPE_CHECKING:
    from watcher.daemon.context import Context
    from watcher.daemon.reporter import Reporter


def run_filing(
    options: argparse.Namespace,
    load_settings: Callable[[], Settings],
    terminal: Terminal,
    file_drawings: "Callable[[Reporter, Wakeup], ExitStatus]",
) -> ExitStatus:
    """Run `file_drawings`, which a signal asks to stop; its errors also go to the watcher's log."""
    load_settings()  # Wrong settings are reported before anything is written.
    wakeup = Wakeup()
    with ended_by_signals(wakeup):
        # Imported only now: these take a while, and a signal must not be lost meanwhile.
        from watcher.config.first_run import write_default_file
        from watcher.daemon.reporter import Reporter
        from watcher.fs.lock import AnotherWatcherError
        from watcher.journal.database import NewerJournalError

        reporter = Reporter(terminal, Clock(), options.least)
        with reporter.open():
            if options.config is None and (message := write_default_file(Path.cwd())):
                reporter.info(escape_for_terminal(message))
            try:
                return file_drawings(reporter, wakeup)
            except AnotherWatcherError as error:
                reporter.error(escape_for_terminal(str(error)))
                return ExitStatus.ANOTHER_RUNS
            except NewerJournalError as error:
                reporter.error(escape_for_terminal(str(error)))
                return ExitStatus.FAILED


def context_factory(reporter: "Reporter", wakeup: Wakeup) -> "Callable[[Settings], Context]":
    """Return what makes the context for given settings; the model stays loaded where it can."""
    from watcher.config.model import limits_of, model_in_use
    from watcher.daemon.context import Context
    from watcher.recognition.formats import is_complete
    from watcher.recognition.model_in_use import ModelInUse

    model: ModelInUse | None = None

    def context_of(settings: Settings) -> Context:
        nonlocal model
        if model is None or not model.suits(settings.paths.models, limits_of(settings)):
            model = model_in_use(settings, lambda line: reporter.warning(escape_for_terminal(line)))
        return Context(settings, model.recogniser, is_complete, reporter, wakeup)

    return context_of
