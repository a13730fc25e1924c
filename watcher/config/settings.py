"""Every setting, defined once: its kind, default and description are metadata of its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from watcher.config.kinds import (
    COMMAND,
    FOLDER,
    LOCALE,
    NAME_PATTERNS,
    Number,
    Setting,
    define,
    one_of,
    some_of,
)

Subfolders = Literal["ignore", "walk"]
LogDialect = Literal["standard", "spreadsheet"]


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders, all absolute."""

    inbox: Path = define(
        FOLDER,
        "inbox",
        "drawings saved here are filed",
        "to watch a folder that you already save into",
    )
    outbox: Path = define(
        FOLDER,
        "outbox",
        "the digits' folders, unsure/, rejected/ and log.csv are made here",
        "as you like; on the inbox's disk a drawing is moved, on another it is copied",
    )
    state: Path = define(
        FOLDER,
        None,
        "journal, lock, heartbeat and messages; on a disk of this machine, not on a share",
        "if the outbox is on a network drive: the journal must be on a disk of this machine",
        if_unset=".watcher in the outbox",
        example="outbox/.watcher",
    )
    models: Path = define(
        FOLDER,
        "models",
        "published models; without one the shipped model is used",
        "to share one folder between several watchers",
    )


@dataclass(frozen=True, slots=True)
class Watch:
    """How inbox and outbox are watched; times in seconds, `batch_size` in files."""

    rescan_seconds: float = define(
        Number(0.1, 3600, "seconds"),
        2.0,
        "scan the inbox this often even if the system reported nothing",
        "lower for an inbox on a share that reports nothing; higher to spare a slow disk "
        "(it is scanned every 10 s at least)",
    )
    settle_seconds: float = define(
        Number(0, 3600, "seconds"),
        3.0,
        "an incomplete file that has not changed for this long is taken as it is",
        "higher if drawings come over a slow line that stalls",
    )
    outbox_seconds: float = define(
        Number(0.1, 86_400, "seconds"),
        10.0,
        "look for drawings moved in the outbox this often, or less often if it is large",
        "lower to see corrections sooner; looking never takes over a twentieth of the time",
    )
    subfolders: Subfolders = define(
        one_of("ignore", "walk"),
        "ignore",
        "whether folders in the inbox are looked into",
        '`"walk"` if each person saves into a folder of their own',
    )
    ignore: tuple[str, ...] = define(
        NAME_PATTERNS,
        (),
        "files and folders to leave alone in the inbox, besides unfinished and system files",
        'if another program saves what are no drawings there: `["draft*", "*.xcf"]`; upper and '
        "lower case are alike",
    )
    batch_size: int = define(
        Number(1, 1024, "files", is_whole=True),
        128,
        "at most this many are filed in one step",
        "hardly ever: larger is a little faster for thousands at once, smaller ends sooner",
    )


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    """`min_confidence` is a probability, None for the one of the model's card."""

    min_confidence: float | None = define(
        Number(0, 1, "probability"),
        None,
        "below it a drawing goes to unsure/; unset: as the model's card says",
        "higher: fewer are filed, with fewer errors; lower: more are filed, with more errors",
        if_unset="as the model's card says",
        example=0.95,
    )


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Larger files and pictures are rejected."""

    max_megabytes: float = define(
        Number(1, 1000, "megabytes"),
        50,
        "a larger file is rejected unread (1 MB is 1,048,576 bytes)",
        "for huge BMPs; a batch is held in memory",
    )
    max_megapixels: float = define(
        Number(1, 1000, "megapixels"),
        50,
        "a larger picture is rejected undecoded",
        "for scans; 50 megapixels take about 0.5 s and 200 MB",
    )

    @property
    def max_bytes(self) -> int:
        return int(self.max_megabytes * 1024 * 1024)

    @property
    def max_pixels(self) -> int:
        return int(self.max_megapixels * 1_000_000)


@dataclass(frozen=True, slots=True)
class Notify:
    """Which events the user is notified of, and how."""

    on: tuple[str, ...] = define(
        some_of("unsure", "rejected", "error"),
        (),
        "events to notify of, gathered, at most once a minute",
        'to be notified while the watcher runs: `["unsure", "error"]`',
    )
    command: tuple[str, ...] = define(
        COMMAND,
        (),
        "a program to run instead of showing a desktop notification; it reads a line of JSON",
        "for a mail, a chat or another machine; with `on`",
    )


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How `log.csv` is written."""

    dialect: LogDialect = define(
        one_of("standard", "spreadsheet"),
        "standard",
        "the form of log.csv; a change begins a new log and keeps the old one",
        '`"spreadsheet"` to open it by a double click: with the separator and decimal sign of the '
        "locale, and local times",
    )
    locale: str | None = define(
        LOCALE,
        None,
        "language and region whose signs a log for spreadsheets has",
        "if the spreadsheet program has another language or region than the machine",
        if_unset="the machine's, as they are when such a log is begun",
        example="de_DE",
    )


class Origin(StrEnum):
    """Where the value of a setting comes from."""

    DEFAULT = "default"
    FILE = "file"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, under the names of `config.toml`.

    `source` is the file as the user named it, for messages; `file` is its path, None without a file;
    `origins` says by section and key where each value that is no default comes from.
    """

    paths: Paths
    watch: Watch
    decision: DecisionSettings
    limits: FileLimits
    notify: Notify
    log: LogSettings
    source: str = field(default="the defaults", compare=False)
    file: Path | None = field(default=None, compare=False)
    origins: Mapping[tuple[str, str], Origin] = field(default_factory=dict, compare=False)

    def value(self, section: str, key: str) -> Any:
        """Return the value in force; folders are absolute."""
        return getattr(getattr(self, section), key)

    def origin(self, section: str, key: str) -> Origin:
        """Return where the value in force comes from."""
        return self.origins.get((section, key), Origin.DEFAULT)


# Reads the settings that a command runs with; raises ConfigError.
LoadSettings = Callable[[], Settings]

# Every definition, by section and key, in the order of the file.
SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    section: {one.name: one.metadata["setting"] for one in fields(of)}
    for section, of in (
        ("paths", Paths),
        ("watch", Watch),
        ("decision", DecisionSettings),
        ("limits", FileLimits),
        ("notify", Notify),
        ("log", LogSettings),
    )
}
