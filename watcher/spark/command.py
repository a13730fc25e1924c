"""`spark`: files drawings with the workers of a Spark cluster, or with this machine's cores."""

import argparse

from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus
from watcher.spark.needs import missing


def spark_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Runs the stream."""
    if message := missing():
        terminal.warn(message)
        return ExitStatus.FAILED
    from watcher.spark.running import StreamOptions, run

    wanted = StreamOptions(
        options.inbox_uri,
        options.outbox_uri,
        options.checkpoint_uri,
        options.master,
        options.once,
        options.max_files,
    )
    return run(wanted, settings, terminal)
