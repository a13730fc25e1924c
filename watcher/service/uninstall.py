"""`uninstall`: stop and remove the service, also where the settings have become wrong."""

import argparse

from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus

SUMMARY = "stop the background service and remove it; drawings, log, settings and models stay"
EXAMPLE = "uninstall"
SHARED: tuple[str, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--print", action="store_true", help="only show what would be run and removed"
    )


def run(
    options: argparse.Namespace, _load_settings: LoadSettings, terminal: Terminal
) -> ExitStatus:
    """Stop and remove the service, whatever settings it was installed for."""
    from watcher.service import local, shell
    from watcher.service.description import ServiceError
    from watcher.service.installation import uninstall

    plan = local.plan_for(local.service_for(None, None, None))
    before = local.read_installed(plan)
    if before is None:
        terminal.say("no service is installed: nothing to remove")
        return ExitStatus.DONE
    if options.print:
        commands = shell.join(*(step.command for step in plan.stop))
        terminal.say(f"would run: {commands}")
        terminal.say(f"would remove: {before.file}")
        return ExitStatus.DONE
    try:
        uninstall(plan)
    except (ServiceError, OSError) as error:
        raise ServiceError(
            f"{error}: the service is still installed; end it yourself and delete {before.file}"
        ) from error
    owner = f" of {before.belongs_to}" if before.belongs_to else ""
    terminal.say(
        f"the service{owner} is stopped and removed; drawings, log, settings and models stay "
        "where they are"
    )
    return ExitStatus.DONE
