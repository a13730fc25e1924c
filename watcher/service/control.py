"""What `start`, `stop` and `restart` share: they run commands for a service that stays installed."""

from collections.abc import Callable, Sequence

from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus
from watcher.program import command_line
from watcher.service.description import Plan, Step


def control(
    steps_of: Callable[[Plan], Sequence[Step]], done: str, terminal: Terminal
) -> ExitStatus:
    """Run the steps of the installed service's plan, and say `done`."""
    from watcher.service import local
    from watcher.service.description import ServiceError
    from watcher.service.installation import run_steps

    plan = local.plan_for(local.service_for(None, None, None))
    service = local.read_installed(plan)
    if service is None:
        raise ServiceError(f"no service is installed: {command_line('install')} installs one")
    try:
        run_steps(steps_of(plan))
    except ServiceError as error:
        raise ServiceError(f"{error}: nothing was changed") from error
    owner = f" of {service.belongs_to}" if service.belongs_to else ""
    terminal.say(f"the service{owner} {done}")
    return ExitStatus.DONE
