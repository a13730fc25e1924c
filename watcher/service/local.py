"""The service for this system, this user and these options; and whether one is installed."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from watcher.config.folders import absolute
from watcher.config.loading import DEFAULT_FILE
from watcher.fs import files, long_paths
from watcher.service import launchd, systemd, tasks
from watcher.service.description import Launch, Plan, Service


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed service: its file, what it belongs to, "" if unknown, and what it starts."""

    file: Path
    belongs_to: str
    launch: Launch

    @property
    def owner(self) -> str:
        """What it belongs to, for messages."""
        return self.belongs_to or "settings that are unknown"

    @property
    def missing(self) -> str:
        """Why the service cannot start: its Python or working folder is missing; "" if both exist."""
        if self.launch.python and not os.path.isfile(self.launch.python):  # noqa: PTH113
            return f"its Python {self.launch.python} is missing"
        if self.launch.folder and not files.is_folder(self.launch.folder):
            return f"its working folder {self.launch.folder} is missing"
        return ""


def service_for(config: Path | None, inbox: Path | None, outbox: Path | None) -> Service:
    """Return the watcher as it would be started here with these options. Raises ConfigError."""
    # Path.exists raises, before Python 3.14, if this folder may not be searched.
    if config is None and os.path.exists(DEFAULT_FILE):  # noqa: PTH110
        config = Path(DEFAULT_FILE)
    return Service(
        python=_python(sys.executable),
        folder=str(absolute(Path())),
        config=_absolute(config),
        inbox=_absolute(inbox),
        outbox=_absolute(outbox),
    )


def plan_for(service: Service) -> Plan | None:
    """Return how this system installs it; None if that is unknown."""
    home = Path.home()
    if sys.platform == "win32":
        return tasks.plan(service, os.environ, home)
    if sys.platform == "darwin":
        return launchd.plan(service, os.getuid(), home)
    if sys.platform == "linux":
        return systemd.plan(service, os.environ, home)
    return None


def installed() -> Installed | None:
    """Return the service that this user has installed."""
    plan = plan_for(Service("", ""))
    return None if plan is None else installed_by(plan)


def installed_by(plan: Plan) -> Installed | None:
    """Return the service that is installed at the plan's file."""
    try:
        content = plan.file.read_bytes()
        return Installed(plan.file, plan.owner(content), plan.launch(content))
    except FileNotFoundError:
        return None
    except OSError:
        return Installed(plan.file, "", Launch())


def _python(executable: str) -> str:
    """Return this Python; on Windows the variant without a window."""
    windowless = Path(executable).with_name("pythonw.exe")
    return str(windowless) if sys.platform == "win32" and windowless.exists() else executable


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else Path(long_paths.plain(str(absolute(path))))
