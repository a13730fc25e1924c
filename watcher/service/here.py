"""The service of this system, this user and this command line; and whether one is installed."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from watcher.config.folders import absolute
from watcher.config.loading import DEFAULT_FILE
from watcher.fs import long_paths
from watcher.service import launchd, systemd, tasks
from watcher.service.description import Plan, Service


@dataclass(frozen=True, slots=True)
class Installed:
    """A service that is installed: its file, and what it belongs to, "" where that is unknown."""

    file: Path
    belongs_to: str


def service(config: Path | None, inbox: Path | None, outbox: Path | None) -> Service:
    """The watcher as it would be started from here with these options. Raises ConfigError."""
    if config is None and os.path.exists(DEFAULT_FILE):  # noqa: PTH110 - as `config.load` looks
        config = Path(DEFAULT_FILE)
    return Service(
        python=_python(sys.executable),
        folder=str(absolute(Path())),
        config=_absolute(config),
        inbox=_absolute(inbox),
        outbox=_absolute(outbox),
    )


def plan(wanted: Service) -> Plan | None:
    """How this system is told of it; None where no way is known."""
    home = Path.home()
    if sys.platform == "win32":
        return tasks.plan(wanted, os.environ, home)
    if sys.platform == "darwin":
        return launchd.plan(wanted, os.getuid(), home)
    if sys.platform == "linux":
        return systemd.plan(wanted, os.environ, home)
    return None


def installed() -> Installed | None:
    """The service that this user has installed, by its file."""
    here = plan(Service("", ""))
    return None if here is None else found(here)


def found(here: Plan) -> Installed | None:
    """As `installed`, by a plan's file."""
    try:
        return Installed(here.file, here.owner(here.file.read_bytes()))
    except FileNotFoundError:
        return None
    except OSError:
        return Installed(here.file, "")


def _python(executable: str) -> str:
    """The same Python; on Windows the one that opens no window."""
    windowless = Path(executable).with_name("pythonw.exe")
    return str(windowless) if sys.platform == "win32" and windowless.exists() else executable


def _absolute(path: Path | None) -> Path | None:
    if path is None:
        return None
    return Path(long_paths.plain(str(absolute(path))))
