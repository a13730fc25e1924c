"""`install`: run the watcher as a service of this user."""

import argparse

from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus
from watcher.program import command_line

SUMMARY = "run the watcher in the background, at each login and again after a crash"
EXAMPLE = "install"
SHARED: tuple[str, ...] = ("config", "inbox", "outbox")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--print", action="store_true", help="only show the service's file and the commands"
    )


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Install the service, or bring it up to date, and start it."""
    from watcher.daemon.preconditions import check_inbox
    from watcher.service import local, shell
    from watcher.service.description import NotStartedError, ServiceError
    from watcher.service.installation import install

    # Mistakes are reported now; the service makes its folders itself.
    check_inbox(load_settings(), accept_any_files=False, sets_up=True)
    wanted = local.service_for(options.config, options.inbox, options.outbox)
    instead = (
        f"have this run at your login instead, in {wanted.folder}: {shell.join(wanted.command)}"
    )
    try:
        plan = local.plan_for(wanted)
    except ServiceError as error:
        raise ServiceError(f"{error}: {instead}") from error
    if options.print:
        commands = shell.join(*(step.command for step in (*plan.register, *plan.start)))
        terminal.warn(f"would be written to {plan.file}; then: {commands}")
        _print_bytes(plan.content, terminal)
        return ExitStatus.DONE
    before = local.read_installed(plan)
    if before is not None and before.belongs_to != wanted.belongs_to:
        terminal.say(f"replaces the service of {before.owner}")
    try:
        install(plan)
    except NotStartedError as error:
        raise ServiceError(
            f"it is installed but did not start: {error}; {command_line()} in a terminal says why, "
            f"{command_line('status')} whether it runs meanwhile"
        ) from error
    except (ServiceError, OSError) as error:
        raise ServiceError(f"{error}: nothing was installed; {instead}") from error
    terminal.say(
        f"installed for {wanted.belongs_to}: it runs now, and starts at each login ({plan.file})"
    )
    for hint in plan.hints:
        terminal.say(hint)
    terminal.say(
        f"{command_line('status')} shows how it is doing, {command_line('uninstall')} removes it"
    )
    return ExitStatus.DONE


def _print_bytes(content: bytes, terminal: Terminal) -> None:
    """Print the file byte for byte, so that it can be redirected into one."""
    import sys

    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except (OSError, ValueError) as error:
        terminal.warn(f"it cannot be printed ({error})")
