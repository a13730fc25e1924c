"""`status`: show how the watcher of these folders is doing; the exit status says it to a program."""

import argparse

from watcher.config.errors import ConfigError
from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.errors import UserError
from watcher.exit_status import ExitStatus

SUMMARY = "show whether the watcher runs, which files wait and why, and what was done today"
EXAMPLE = "status"
SHARED: tuple[str, ...] = ("config", "inbox", "outbox")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Print the status; it is looked up without changing anything."""
    import json

    from watcher.clock import Clock
    from watcher.service.local import find_installed, service_for
    from watcher.status.collect import collect_status
    from watcher.status.render import as_dict, as_lines
    from watcher.status.running import State

    try:
        settings = load_settings()
    except ConfigError as error:
        terminal.error(str(error))
        _report_despite_mistake(options, terminal)
        return ExitStatus.WRONG_SETTINGS
    ours = service_for(options.config, options.inbox, options.outbox)
    try:
        status = collect_status(settings, Clock(), find_installed(), ours.belongs_to)
    except OSError as error:
        raise UserError(f"{error.filename} cannot be read ({error.strerror})") from error
    if options.json:
        terminal.write(json.dumps(as_dict(status, settings)))
    else:
        for line in as_lines(status, settings):
            terminal.say(line)
    return {
        State.RUNNING: ExitStatus.DONE,
        State.STALE: ExitStatus.FAILED,
        State.NOT_RUNNING: ExitStatus.NOT_RUNNING,
    }[status.running.state]


def _report_despite_mistake(options: argparse.Namespace, terminal: Terminal) -> None:
    """Say whether a watcher runs, with the settings from before the mistake."""
    from watcher.clock import Clock
    from watcher.config.loading import load_paths
    from watcher.status.render import describe_running
    from watcher.status.running import State, find_watcher

    paths = load_paths(options.config, inbox=options.inbox, outbox=options.outbox)
    if paths is None:
        return
    try:
        clock = Clock()
        running = find_watcher(paths.state, clock.now)
    except OSError:
        return
    for line in describe_running(running, clock.now()):
        terminal.say(line)
    if running.state is not State.NOT_RUNNING:
        terminal.say("it keeps the settings from before the mistake")
