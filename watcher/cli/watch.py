"""No command: watch the inbox until Ctrl-C or a signal."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.cli.parser import ALL_SHARED
from watcher.config.loading import DEFAULT_FILE
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus

if TYPE_CHECKING:
    from watcher.daemon.reporter import Reporter
    from watcher.daemon.wakeup import Wakeup

SUMMARY = (
    "file drawings of digits from inbox/ into outbox/<digit>/, each with a row in outbox/log.csv; "
    "without a command, watch until Ctrl-C"
)
EXAMPLE = ""
SHARED: tuple[str, ...] = ALL_SHARED


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(
    options: argparse.Namespace, load_settings: Callable[[], Settings], terminal: Terminal
) -> ExitStatus:
    """Watch until told to stop; the settings may change meanwhile."""
    from watcher.cli.filing_run import run_filing

    def watch_inbox(reporter: "Reporter", wakeup: "Wakeup") -> ExitStatus:
        from watcher.cli.filing_run import context_factory
        from watcher.clock import Clock
        from watcher.daemon.config_reload import SettingsReloader
        from watcher.daemon.loop import watch

        file = options.config or Path(DEFAULT_FILE)
        source = SettingsReloader(file, load_settings, reporter, Clock())
        return watch(source, context_factory(reporter, wakeup))

    return run_filing(options, load_settings, terminal, watch_inbox)
