"""Install and remove the service: write its file and run the system's commands."""

import subprocess
import time
from collections.abc import Sequence

from watcher.fs.files import write_atomically
from watcher.service.description import NotStartedError, Plan, ServiceError, Step

# A watcher that takes longer to stop or start continues without us.
_STEP_SECONDS = 60.0

_PAUSE_SECONDS = 0.5


def install(plan: Plan) -> None:
    """Write the file and start the service, or restart it.

    Raises ServiceError, after which everything is as before; NotStartedError; and OSError.
    """
    before = plan.file.read_bytes() if plan.file.exists() else None
    plan.file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(plan.file, plan.content)
    try:
        run_steps(plan.register)
    except ServiceError:
        if before is None:
            plan.file.unlink()
        else:
            write_atomically(plan.file, before)
        raise
    try:
        run_steps(plan.start)
    except ServiceError as error:
        raise NotStartedError(str(error)) from None


def uninstall(plan: Plan) -> None:
    """Stop the service and remove its file. Raises ServiceError if it is still there, and OSError."""
    run_steps(plan.stop)
    plan.file.unlink(missing_ok=True)
    run_steps(plan.forget)


def run_steps(steps: Sequence[Step]) -> None:
    """Run the system's commands. Raises ServiceError at the first that fails, unless it may."""
    for step in steps:
        failure = _failure_of(step.command)
        for _ in range(step.tries - 1):
            if not failure:
                break
            time.sleep(_PAUSE_SECONDS)
            failure = _failure_of(step.command)
        if failure and not step.may_fail:
            raise ServiceError(failure)


def _failure_of(command: Sequence[str]) -> str:
    """Run a command; return what went wrong, "" if nothing."""
    try:
        ended = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_STEP_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        return f"there is no program {command[0]} here"
    except OSError as error:
        return f"{command[0]} cannot be run ({error.strerror or error})"
    except subprocess.TimeoutExpired:
        return f"{' '.join(command)} has not answered for {_STEP_SECONDS:g} s"
    if ended.returncode == 0:
        return ""
    output = (ended.stderr or ended.stdout).decode(errors="replace").strip().splitlines()
    return f"{' '.join(command)} failed ({output[0] if output else ended.returncode})"
