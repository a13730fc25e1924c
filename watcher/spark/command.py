"""`spark`: files drawings with the workers of a Spark cluster, or with this machine's cores."""

import argparse

from watcher.config import Settings
from watcher.exit_status import ExitStatus
from watcher.messages import Terminal
from watcher.spark.needs import missing


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's own options. Their folders are URIs, which a Path would spoil."""
    for name, text in (
        ("inbox", "drawings saved here are filed"),
        ("outbox", "<digit>/, unsure/, rejected/ and log/ come here, on the inbox's file system"),
        ("checkpoint", "what Spark remembers of the stream; keep it"),
    ):
        parser.add_argument(
            f"--{name}", dest=f"{name}_uri", metavar="URI", required=True, help=text
        )
    parser.add_argument("--master", metavar="URL", help="Spark's master (default: local[*])")
    parser.add_argument("--once", action="store_true", help="file what is in the inbox, then end")
    parser.add_argument(
        "--max-files", metavar="N", type=_count, default=1000, help="most drawings a batch (1000)"
    )


def spark_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Runs the stream."""
    if mend := missing():
        terminal.warn(mend)
        return ExitStatus.FAILED
    from watcher.spark.running import Wanted, run  # noqa: PLC0415

    wanted = Wanted(
        options.inbox_uri,
        options.outbox_uri,
        options.checkpoint_uri,
        options.master,
        options.once,
        options.max_files,
    )
    return run(wanted, settings, terminal)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text}: expected a number of files from 1 to 1000000")
    return int(text)
