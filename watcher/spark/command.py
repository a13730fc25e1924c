"""`spark`: file drawings with the workers of a Spark cluster, or with this machine's cores."""

import argparse

from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.errors import UserError
from watcher.exit_status import ExitStatus

SUMMARY = "file drawings with the workers of a Spark cluster"
EXAMPLE = "spark --inbox in --outbox out --checkpoint state"
SHARED: tuple[str, ...] = ("config",)

_MAX_FILES = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the stream's folders, as URIs (which `Path` would change), and how the stream runs."""
    for name, text in (
        ("inbox", "drawings saved here are filed"),
        ("outbox", "<digit>/, unsure/, rejected/ and log/ come here, on the inbox's file system"),
        ("checkpoint", "where Spark keeps the state of the stream"),
    ):
        parser.add_argument(
            f"--{name}", dest=f"{name}_uri", metavar="URI", required=True, help=text
        )
    parser.add_argument("--master", metavar="URL", help="Spark's master (default: local[*])")
    parser.add_argument("--once", action="store_true", help="file what is in the inbox, then end")
    parser.add_argument(
        "--max-files",
        metavar="N",
        type=_parse_count,
        default=1000,
        help="the most drawings in a batch (default: 1000)",
    )


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Run the stream."""
    from watcher.spark.needs import missing

    settings = load_settings()
    if reason := missing():
        raise UserError(reason)
    from watcher.spark import running

    stream_options = running.StreamOptions(
        options.inbox_uri,
        options.outbox_uri,
        options.checkpoint_uri,
        options.master,
        options.once,
        options.max_files,
    )
    return running.run(stream_options, settings, terminal)


def _parse_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MAX_FILES:
        raise argparse.ArgumentTypeError(
            f"{text}: expected a number of files from 1 to {_MAX_FILES}"
        )
    return int(text)
