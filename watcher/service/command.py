"""`install` and `uninstall`: the watcher as a service of this user, and no more."""

import argparse
import shlex
import subprocess
import sys

from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.exit_status import ExitStatus
from watcher.service.description import Plan, Service
from watcher.service.installation import NotStartedError, ServiceError, install, uninstall
from watcher.service.local import installed_by, plan_for, service_for


def install_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Installs the service, or brings it up to date, and starts it. `options` has `print`, which only
    shows what would be written."""
    del settings  # They were read, so that wrong ones are told now; the service makes its folders.
    wanted = service_for(options.config, options.inbox, options.outbox)
    here = _plan(wanted, terminal)
    if here is None:
        return ExitStatus.FAILED
    if options.print:
        terminal.warn(
            escape_for_terminal(f"would be written to {here.file}; then: {_commands(here)}")
        )
        _print(here.content, terminal)
        return ExitStatus.DONE
    before = installed_by(here)
    if before is not None and before.belongs_to != wanted.belongs_to:
        whose = before.belongs_to or "settings that are not known any more"
        terminal.say(escape_for_terminal(f"replaces the service of {whose}"))
    try:
        install(here)
    except NotStartedError as error:
        terminal.warn(
            escape_for_terminal(
                f"it is installed but did not start: {error}; python -m watcher in a terminal "
                "says why, python -m watcher status whether it runs meanwhile"
            )
        )
        return ExitStatus.FAILED
    except (ServiceError, OSError) as error:
        terminal.warn(escape_for_terminal(f"{error}: nothing was installed; {_instead(wanted)}"))
        return ExitStatus.FAILED
    terminal.say(
        escape_for_terminal(
            f"installed for {wanted.belongs_to}: it runs now and starts at each login ({here.file})"
        )
    )
    for hint in here.hints:
        terminal.say(hint)
    terminal.say("python -m watcher status shows its state, python -m watcher uninstall removes it")
    return ExitStatus.DONE


def uninstall_command(options: argparse.Namespace, terminal: Terminal) -> ExitStatus:
    """Stops and removes the service, whatever it belongs to; all files of the user's stay. `options`
    has `print`, which only shows what would be done."""
    here = _plan(service_for(None, None, None), terminal)
    if here is None:
        return ExitStatus.FAILED
    before = installed_by(here)
    if before is None:
        terminal.say("no service is installed: nothing to remove")
        return ExitStatus.DONE
    if options.print:
        terminal.say(
            escape_for_terminal(f"would run: {_line(*(step.command for step in here.stop))}")
        )
        terminal.say(escape_for_terminal(f"would remove: {before.file}"))
        return ExitStatus.DONE
    try:
        uninstall(here)
    except (ServiceError, OSError) as error:
        terminal.warn(
            escape_for_terminal(
                f"{error}: the service is still installed; end it yourself and delete {before.file}"
            )
        )
        return ExitStatus.FAILED
    whose = f" of {before.belongs_to}" if before.belongs_to else ""
    terminal.say(
        escape_for_terminal(
            f"the service{whose} is stopped and removed; drawings, log, settings and models stay "
            "where they are"
        )
    )
    return ExitStatus.DONE


def _plan(wanted: Service, terminal: Terminal) -> Plan | None:
    here = plan_for(wanted)
    if here is None:
        terminal.warn(
            escape_for_terminal(
                f"no background service is known for {sys.platform}: {_instead(wanted)}"
            )
        )
    return here


def _instead(wanted: Service) -> str:
    return f"have this run at your login instead, in {wanted.folder}: {_line(wanted.command)}"


def _commands(here: Plan) -> str:
    return _line(*(step.command for step in (*here.register, *here.start)))


def _line(*commands: tuple[str, ...]) -> str:
    joined = subprocess.list2cmdline if sys.platform == "win32" else shlex.join
    return "; ".join(joined(command) for command in commands)


def _print(content: bytes, terminal: Terminal) -> None:
    """Byte for byte, so that it can be sent into a file."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except (OSError, ValueError) as error:
        terminal.warn(escape_for_terminal(f"it cannot be printed ({error})"))
