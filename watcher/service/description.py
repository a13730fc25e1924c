"""What the service is, whatever the system; and how a system is brought to run it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NAME = "digit-watcher"
"""The service's name everywhere: a user has one at most."""

RESTART_SECONDS = 5
"""A crashed watcher is back so soon. One that cannot start, as beside another watcher, is tried for ever
and costs about 6% of a core: 0.37 s of work every 6 s (measured, n = 3)."""


@dataclass(frozen=True, slots=True)
class Service:
    """The watcher of one configuration; paths are absolute, None where the settings say it."""

    python: str
    folder: str
    """Where it runs: `-m` finds a program there that is not installed, and settings are looked for."""
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
        """What the service belongs to, for messages: its settings and whatever overrides them."""
        settings = str(self.config) if self.config else f"the defaults in {self.folder}"
        folders = (("inbox", self.inbox), ("outbox", self.outbox))
        return ", ".join([settings, *(f"{name} {path}" for name, path in folders if path)])


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the system. Where it `may_fail` that changes nothing; it is tried so many times."""

    command: tuple[str, ...]
    may_fail: bool = False
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How one system is told of the service: the file that describes it, and the commands.

    `register` and `start` come after the file was written, `stop` before it is removed and `forget`
    after. `owner` reads from such a file what its service `belongs_to`, "" where that is unknown.
    """

    file: Path
    content: bytes
    owner: Callable[[bytes], str]
    register: tuple[Step, ...] = ()
    start: tuple[Step, ...] = ()
    stop: tuple[Step, ...] = ()
    forget: tuple[Step, ...] = ()
    hints: tuple[str, ...] = ()
    """What a user should know once it is installed."""
