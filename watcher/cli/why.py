"""`why`: tell the story of one drawing."""

import argparse
import json
from itertools import chain

from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.errors import UserError
from watcher.exit_status import ExitStatus

SUMMARY = "tell a drawing's story: how it was read, where it went, what a person changed"
EXAMPLE = "why sept.png"
SHARED: tuple[str, ...] = ("config", "inbox", "outbox")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="a path, the name under which it was saved, or its id"
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line for each drawing of the log"
    )


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Print the stories of all drawings that the argument may mean."""
    from watcher.cli.story import find_stories, render, why_in_inbox

    settings = load_settings()
    paths = settings.paths
    try:
        stories = find_stories(paths, options.file)
    except OSError as error:
        raise UserError(f"{error.filename} cannot be read ({error.strerror})") from error
    reason = why_in_inbox(settings, options.file)
    if options.json:
        for story in stories:
            terminal.write(json.dumps(story.as_dict()))
    else:
        for line in chain.from_iterable(map(render, stories)):
            terminal.say(line)
        if reason:
            terminal.say(reason)
    if not stories and not reason:
        raise UserError(
            f"{options.file} is unknown: neither in the log nor in the inbox {paths.inbox}"
        )
    return ExitStatus.DONE
