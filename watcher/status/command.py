"""`status`: tells how the watcher of these folders does; its exit status says it to a program."""

import argparse
import json

from watcher.clock import Clock
from watcher.config import Settings
from watcher.exit_status import ExitStatus
from watcher.messages import Terminal, shown
from watcher.service.here import installed, service
from watcher.status.running import State
from watcher.status.told import gathered
from watcher.status.words import as_dict, words

EXIT_STATUS = {
    State.RUNNING: ExitStatus.DONE,
    State.STALE: ExitStatus.FAILED,
    State.NOT_RUNNING: ExitStatus.NOT_RUNNING,
}


def status_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Tells it in words, or with `options.json` as one object."""
    ours = service(options.config, options.inbox, options.outbox)
    try:
        status = gathered(settings, Clock(), installed(), ours.belongs_to)
    except OSError as error:
        terminal.warn(shown(f"{error.filename} cannot be read ({error.strerror})"))
        return ExitStatus.FAILED
    if options.json:
        terminal.say(json.dumps(as_dict(status, settings)))
    else:
        for line in words(status, settings):
            terminal.say(line)
    return EXIT_STATUS[status.running.state]
