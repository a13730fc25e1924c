"""`once`: file what is in the inbox, then end."""

import argparse
from typing import TYPE_CHECKING

from watcher.cli import filing_run
from watcher.cli.parser import ALL_SHARED
from watcher.config.folders import make_folders
from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus

if TYPE_CHECKING:
    from watcher.daemon.reporter import Reporter
    from watcher.daemon.wakeup import Wakeup

SUMMARY = "file what is in the inbox, record what was moved in the outbox, sum up and end"
EXAMPLE = "once"
SHARED: tuple[str, ...] = ALL_SHARED

add_arguments = filing_run.add_arguments


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """File what is there; where many files wait, a progress bar shows how many are done."""

    def file_once(reporter: "Reporter", wakeup: "Wakeup") -> ExitStatus:
        from watcher.console.progress import Progress
        from watcher.daemon.once import once
        from watcher.filing.errors import TRANSIENT_ERRORS, describe
        from watcher.filing.places import make_digit_folders

        settings = load_settings()
        make_folders(settings)
        make_digit_folders(settings.paths.outbox)
        progress = Progress(None if reporter.is_quiet else terminal)
        try:
            status, tally = once(
                filing_run.context_factory(reporter, wakeup)(settings), progress.show
            )
        except TRANSIENT_ERRORS as error:
            progress.end()
            why = describe(error, settings)
            reporter.error(f"{why}; nothing is lost, run this again later")
            return ExitStatus.FAILED
        progress.end()
        if wakeup.stop_requested:
            reporter.warning("stopped early; the remaining files are still in the inbox")
        reporter.info(str(tally))
        return status

    return filing_run.run_filing(options, load_settings, terminal, file_once)
