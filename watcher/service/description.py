"""The service, independent of the system; and the plan by which a system is made to run it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watcher.errors import UserError

# The service's name on every system: a user has at most one.
NAME = "digit-watcher"

# Seconds until a crashed watcher is restarted. One that cannot start, for instance beside another watcher,
# is retried forever, which costs about 6% of a core: 0.37 s of work every 6 s (measured, n = 3).
RESTART_SECONDS = 5


class ServiceError(UserError):
    """The system refused; the message is the first half of a line for the user."""


class NotStartedError(ServiceError):
    """The service is installed but does not run yet."""


@dataclass(frozen=True, slots=True)
class Service:
    """The watcher with one configuration; paths are absolute, None where the settings decide.

    `folder` is the working folder: `-m` finds a program there that is not installed, and settings are
    looked for there.
    """

    python: str
    folder: str
    config: Path | None = None
    inbox: Path | None = None
    outbox: Path | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The command line, word by word."""
        options = {"--config": self.config, "--inbox": self.inbox, "--outbox": self.outbox}
        given = [word for name, path in options.items() if path for word in (name, str(path))]
        return (self.python, "-m", "watcher", *given)

    @property
    def belongs_to(self) -> str:
        """The settings file and the folders that override it, for messages."""
        settings = str(self.config) if self.config else f"the defaults in {self.folder}"
        folders = (("inbox", self.inbox), ("outbox", self.outbox))
        return ", ".join([settings, *(f"{name} {path}" for name, path in folders if path)])


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the system, tried up to `tries` times; a failure is ignored if it `may_fail`."""

    command: tuple[str, ...]
    may_fail: bool = False
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What the file of an installed service says: what it `belongs_to`, and the Python and the working
    folder that it starts with; "" if unknown."""

    belongs_to: str = ""
    python: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one system installs, starts and removes the service: the file that describes it, and commands.

    `register` and `start` run after the file is written, `stop` before it is removed and `forget` after.
    `pause`, `resume` and `restart` leave the service installed. `read` returns what such a
    file says. `hints` are lines for the user after the installation.
    """

    file: Path
    content: bytes
    read: Callable[[bytes], Record]
    register: tuple[Step, ...] = ()
    start: tuple[Step, ...] = ()
    stop: tuple[Step, ...] = ()
    forget: tuple[Step, ...] = ()
    pause: tuple[Step, ...] = ()
    resume: tuple[Step, ...] = ()
    restart: tuple[Step, ...] = ()
    hints: tuple[str, ...] = ()
