"""Installing and removing the service: the file is written, and the system told of it."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from watcher.service.description import Plan, Step

_STEP_SECONDS = 60.0
"""A start that has so much to finish first goes on without us."""

_BETWEEN_TRIES_SECONDS = 0.5


class ServiceError(Exception):
    """The system refused; one line for the user, without its end."""


class NotStartedError(ServiceError):
    """It is installed, but does not run yet."""


def install(plan: Plan) -> None:
    """Writes the file and has the service run, again if it runs already.

    Raises ServiceError, after which all is as it was before, NotStartedError and OSError.
    """
    before = plan.file.read_bytes() if plan.file.exists() else None
    plan.file.parent.mkdir(parents=True, exist_ok=True)
    _write(plan.file, plan.content)
    try:
        _take(plan.register)
    except ServiceError:
        if before is None:
            plan.file.unlink()
        else:
            _write(plan.file, before)
        raise
    try:
        _take(plan.start)
    except ServiceError as error:
        raise NotStartedError(str(error)) from None


def uninstall(plan: Plan) -> None:
    """Stops the service and removes its file. Raises ServiceError, then it is still there, and OSError."""
    _take(plan.stop)
    plan.file.unlink(missing_ok=True)
    _take(plan.forget)


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(file.name + ".part")
    part.write_bytes(content)
    part.replace(file)


def _take(steps: Sequence[Step]) -> None:
    for step in steps:
        fault = ""
        for is_again in [False, *[True] * (step.tries - 1)]:
            if is_again:
                time.sleep(_BETWEEN_TRIES_SECONDS)
            fault = _fault_of(step.command)
            if not fault:
                break
        if fault and not step.may_fail:
            raise ServiceError(fault)


def _fault_of(command: Sequence[str]) -> str:
    """Runs a command; "" if all went well, else what went wrong."""
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
    said = (ended.stderr or ended.stdout).decode(errors="replace").strip().splitlines()
    return f"{' '.join(command)} failed ({said[0] if said else ended.returncode})"
