"""What the command line of `python -m watcher` takes."""

import argparse
from datetime import date
from pathlib import Path

from watcher import __version__


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(
        prog="python -m watcher",
        description="Files drawings of digits: inbox/ -> outbox/<digit>/ and a row in "
        "outbox/log.csv. Without a command it watches until Ctrl-C.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    _add_settings(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    once = commands.add_parser("once", help="file what is in the inbox, then end")
    _add_settings(once, argparse.SUPPRESS)
    classify = commands.add_parser("classify", help="say what drawings are; moves nothing")
    _add_settings(classify, argparse.SUPPRESS)
    classify.add_argument("paths", metavar="PATH", type=Path, nargs="+")
    classify.add_argument("--json", action="store_true", help="one JSON object a line")
    log = commands.add_parser("log", help="sum up the log: days, digits, confidence, corrections")
    _add_settings(log, argparse.SUPPRESS)
    log.add_argument("--since", metavar="DATE", type=_date, help="from this day on, UTC")
    log.add_argument("--csv", action="store_true", help="a line for each day and folder, as CSV")
    settings = commands.add_parser("config", help="show the settings in force and their origin")
    _add_settings(settings, argparse.SUPPRESS)
    settings.add_argument("--json", action="store_true", help="one JSON object")
    why = commands.add_parser("why", help="tell the whole story of a drawing")
    _add_settings(why, argparse.SUPPRESS)
    why.add_argument("file", metavar="FILE", help="a file, its name when it was saved, or its id")
    why.add_argument("--json", action="store_true", help="one JSON object a drawing, a line each")
    doctor = commands.add_parser("doctor", help="look for what keeps the watcher from working")
    _add_settings(doctor, argparse.SUPPRESS)
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    review = commands.add_parser("review", help="look at drawings in the browser and correct them")
    _add_settings(review, argparse.SUPPRESS)
    review.add_argument("--port", metavar="N", type=int, default=0, help="default: any free one")
    review.add_argument("--no-browser", action="store_true", help="only say the page's address")
    install = commands.add_parser("install", help="run it in the background, from each login on")
    uninstall = commands.add_parser("uninstall", help="take it out of the background again")
    for command in (install, uninstall):
        _add_settings(command, argparse.SUPPRESS)
        command.add_argument("--print", action="store_true", help="only show what would be done")
    status = commands.add_parser("status", help="tell whether it runs, and what waits and why")
    _add_settings(status, argparse.SUPPRESS)
    status.add_argument("--json", action="store_true", help="one JSON object")
    spark = commands.add_parser("spark", help="file drawings with the workers of a Spark cluster")
    _add_settings(spark, argparse.SUPPRESS, with_folders=False)
    _add_stream(spark)
    return parser


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: expected a day such as 2026-11-22") from None


def _add_settings(
    parser: argparse.ArgumentParser, default: str | None, *, with_folders: bool = True
) -> None:
    """The options that every command takes, before or after its name."""
    options = [("--config", "FILE", "settings (default: config.toml of this folder)")]
    if with_folders:
        options.append(("--inbox", "DIR", "watch this folder"))
        options.append(("--outbox", "DIR", "file into this folder"))
    for option, metavar, text in options:
        parser.add_argument(option, metavar=metavar, type=Path, default=default, help=text)
    least = "INFO" if default is None else default
    for option, level, text in (
        ("--verbose", "DEBUG", "also say what is waited for, and why"),
        ("--quiet", "WARNING", "say warnings only"),
    ):
        parser.add_argument(
            option, dest="least", action="store_const", const=level, default=least, help=text
        )


def _add_stream(parser: argparse.ArgumentParser) -> None:
    """The folders of a stream on Spark, URIs which a Path would spoil, and how it runs."""
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


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text}: expected a number of files from 1 to 1000000")
    return int(text)
