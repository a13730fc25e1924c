"""No command: watch the inbox until Ctrl-C or a signal."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.cli import filing_run
from watcher.cli.parser import ALL_SHARED
from watcher.config.loading import DEFAULT_FILE
from watcher.config.settings import LoadSettings
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

add_arguments = filing_run.add_arguments


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Watch until told to stop; the settings may change meanwhile."""

    def watch_inbox(reporter: "Reporter", wakeup: "Wakeup") -> ExitStatus:
        from watcher.clock import Clock
        from watcher.config.first_run import write_default_file
        from watcher.daemon.config_reload import SettingsReloader
        from watcher.daemon.loop import watch
        from watcher.filing.places import make_digit_folders

        reporter.show_time()
        if options.config is None and (message := write_default_file(Path.cwd())):
            reporter.info(message)
        file = options.config or Path(DEFAULT_FILE)
        source = SettingsReloader(file, load_settings, reporter, Clock())
        make_digit_folders(source.settings().paths.outbox)
        return watch(source, filing_run.context_factory(reporter, wakeup))

    return filing_run.run_filing(options, load_settings, terminal, watch_inbox)
