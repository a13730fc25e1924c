"""`status`: tells how the watcher of these folders does; its exit status says it to a program."""

import argparse
import json

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.exit_status import ExitStatus
from watcher.service.local import installed, service_for
from watcher.status.collect import load_or_build
from watcher.status.render import as_dict, words
from watcher.status.running import State

EXIT_STATUS = {
    State.RUNNING: ExitStatus.DONE,
    State.STALE: ExitStatus.FAILED,
    State.NOT_RUNNING: ExitStatus.NOT_RUNNING,
}


def status_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Tells it in words, or with `options.json` as one object."""
    ours = service_for(options.config, options.inbox, options.outbox)
    try:
        status = load_or_build(settings, Clock(), installed(), ours.belongs_to)
    except OSError as error:
        terminal.warn(escape_for_terminal(f"{error.filename} cannot be read ({error.strerror})"))
        return ExitStatus.FAILED
    if options.json:
        terminal.say(json.dumps(as_dict(status, settings)))
    else:
        for line in words(status, settings):
            terminal.say(line)
    return EXIT_STATUS[status.running.state]
