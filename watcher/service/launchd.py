"""macOS: an agent of launchd (launchd.plist(5))."""

import plistlib
from pathlib import Path
from xml.parsers.expat import ExpatError

from watcher.service.description import NAME, RESTART_SECONDS, Plan, Record, Service, Step

# Our own key; launchd ignores keys that it does not know.
_OWNER = "BelongsTo"

# launchd says that an agent has ended a moment before it has, and accepts no new one until then.
_TRIES = 10


def agent(service: Service) -> bytes:
    """Return the agent's property list."""
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


def read(content: bytes) -> Record:
    """Return what an agent says."""
    try:
        agent = plistlib.loads(content)
        program, *_ = agent.get("ProgramArguments", [""])
        values = agent.get(_OWNER, ""), program, agent.get("WorkingDirectory", "")
    except (ValueError, ExpatError, AttributeError, TypeError):
        return Record()
    return Record(*map(str, values))


def plan(service: Service, user: int, home: Path) -> Plan:
    """Return the plan for launchd and the user with this number."""
    file = home / "Library" / "LaunchAgents" / f"{NAME}.plist"
    domain = f"gui/{user}"
    # It may fail because the agent is not loaded.
    bootout = Step(("launchctl", "bootout", f"{domain}/{NAME}"), may_fail=True)
    bootstrap = Step(("launchctl", "bootstrap", domain, str(file)), tries=_TRIES)
    return Plan(
        file=file,
        content=agent(service),
        read=read,
        register=(bootout, bootstrap),
        stop=(bootout,),
        pause=(bootout,),
        resume=(bootout, bootstrap),
        restart=(bootout, bootstrap),
    )
