"""Run one command line. A command imports what it needs once it runs, so that each starts quickly."""

from collections.abc import Mapping, Sequence
from functools import partial

from watcher.cli import classify, config, log, once, watch, why
from watcher.cli.parser import Command, parse
from watcher.config.loading import load
from watcher.console.terminal import Terminal
from watcher.doctor import command as doctor
from watcher.errors import DigitWatcherError
from watcher.exit_status import ExitStatus
from watcher.review import command as review
from watcher.service import install, restart, start, stop, uninstall
from watcher.spark import command as spark
from watcher.status import command as status

# What Python says where the system refuses a thread.
_NO_THREAD = "can't start new thread"

COMMANDS: Mapping[str, Command] = {
    "once": once,
    "classify": classify,
    "review": review,
    "log": log,
    "why": why,
    "config": config,
    "status": status,
    "doctor": doctor,
    "install": install,
    "start": start,
    "stop": stop,
    "restart": restart,
    "uninstall": uninstall,
    "spark": spark,
}


def run(arguments: Sequence[str]) -> ExitStatus:
    """Run a command line. A wrong one ends the process with status 2, `--help` with 0."""
    terminal = Terminal()
    options = parse(arguments, watch, COMMANDS)
    command = COMMANDS.get(options.command, watch)
    load_settings = partial(load, options.config, inbox=options.inbox, outbox=options.outbox)
    try:
        return command.run(options, load_settings, terminal)
    except DigitWatcherError as error:
        terminal.error(str(error))
        return error.exit_status
    except RuntimeError as error:
        if str(error) != _NO_THREAD:
            raise
        terminal.error(
            "the system allows this program too few threads: raise the limit (ulimit -u, or the "
            "container's limit of processes) to 20 or more, and start it again"
        )
        return ExitStatus.FAILED
