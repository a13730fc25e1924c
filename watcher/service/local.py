"""The service for this system, this user and these options; and whether one is installed."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watcher.config.folders import absolute
from watcher.config.loading import DEFAULT_FILE
from watcher.fs import files, long_paths
from watcher.service import launchd, systemd, tasks
from watcher.service.description import Plan, Record, Service, ServiceError


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed service: its file, and what that says."""

    file: Path
    record: Record

    @property
    def belongs_to(self) -> str:
        """What it belongs to; "" if unknown."""
        return self.record.belongs_to

    @property
    def owner(self) -> str:
        """What it belongs to, for messages."""
        return self.belongs_to or "settings that are unknown"

    @property
    def missing(self) -> str:
        """Why the service cannot start: its Python or working folder is missing; "" if both exist."""
        python, folder = self.record.python, self.record.folder
        if python and not os.path.isfile(python):  # noqa: PTH113
            return f"its Python {python} is missing"
        if folder and not files.is_folder(folder):
            return f"its working folder {folder} is missing"
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


def plan_for(service: Service) -> Plan:
    """Return how this system installs it; raise ServiceError if that is unknown."""
    home = Path.home()
    if sys.platform == "win32":
        return tasks.plan(service, os.environ, home)
    if sys.platform == "darwin":
        return launchd.plan(service, os.getuid(), home)
    if sys.platform == "linux":
        return systemd.plan(service, os.environ, home)
    raise ServiceError(f"no background service is known for {sys.platform}")


def find_installed() -> Installed | None:
    """Return the service that this user has installed."""
    with suppress(ServiceError):
        return read_installed(plan_for(Service("", "")))
    return None


def read_installed(plan: Plan) -> Installed | None:
    """Return the service that is installed at the plan's file."""
    try:
        return Installed(plan.file, plan.read(plan.file.read_bytes()))
    except FileNotFoundError:
        return None
    except OSError:
        return Installed(plan.file, Record())


def _python(executable: str) -> str:
    """Return this Python; on Windows the variant without a window."""
    windowless = Path(executable).with_name("pythonw.exe")
    return str(windowless) if sys.platform == "win32" and windowless.exists() else executable


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else Path(long_paths.plain(str(absolute(path))))
