"""macOS: an agent of launchd (launchd.plist(5))."""

import plistlib
from pathlib import Path
from xml.parsers.expat import ExpatError

from watcher.service.description import NAME, RESTART_SECONDS, Plan, Service, Step

_OWNER = "BelongsTo"
"""launchd skips keys that it does not know."""

_TRIES = 10
"""launchd goes on ending an agent after it said that it did, and takes no new one meanwhile."""


def agent(service: Service) -> bytes:
    """The agent's property list."""
    return plistlib.dumps(
        {
            "Label": NAME,
            "ProgramArguments": list(service.command),
            "WorkingDirectory": service.folder,
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": RESTART_SECONDS,
            "ProcessType": "Background",
            _OWNER: service.belongs_to,
        },
        sort_keys=False,
    )


def owner(content: bytes) -> str:
    """What the service of this agent belongs to."""
    try:
        return str(plistlib.loads(content).get(_OWNER, ""))
    except (ValueError, ExpatError, AttributeError):
        return ""


def plan(service: Service, user: int, home: Path) -> Plan:
    """How the launchd of the user with this number is told of it."""
    file = home / "Library" / "LaunchAgents" / f"{NAME}.plist"
    domain = f"gui/{user}"
    leave = Step(
        ("launchctl", "bootout", f"{domain}/{NAME}"), may_fail=True
    )  # It may not be loaded.
    return Plan(
        file=file,
        content=agent(service),
        owner=owner,
        register=(leave, Step(("launchctl", "bootstrap", domain, str(file)), tries=_TRIES)),
        stop=(leave,),
    )
