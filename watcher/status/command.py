"""`status`: show how the watcher of these folders is doing; the exit status says it to a program."""

import argparse
from collections.abc import Callable

from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.exit_status import ExitStatus

SUMMARY = "show whether the watcher runs, which files wait and why, and what was done today"
EXAMPLE = "status"
SHARED: tuple[str, ...] = ("config", "inbox", "outbox")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(
    options: argparse.Namespace, load_settings: Callable[[], Settings], terminal: Terminal
) -> ExitStatus:
    """Print the status; it is looked up without changing anything."""
    import json

    from watcher.clock import Clock
    from watcher.service.local import installed, service_for
    from watcher.status.collect import collect_status
    from watcher.status.render import as_dict, as_lines
    from watcher.status.running import State

    settings = load_settings()
    ours = service_for(options.config, options.inbox, options.outbox)
    try:
        status = collect_status(settings, Clock(), installed(), ours.belongs_to)
    except OSError as error:
        terminal.warn(escape_for_terminal(f"{error.filename} cannot be read ({error.strerror})"))
        return ExitStatus.FAILED
    if options.json:
        terminal.say(json.dumps(as_dict(status, settings)))
    else:
        for line in as_lines(status, settings):
            terminal.say(line)
    return {
        State.RUNNING: ExitStatus.DONE,
        State.STALE: ExitStatus.FAILED,
        State.NOT_RUNNING: ExitStatus.NOT_RUNNING,
    }[status.running.state]
