"""What flows through a filing: `Ready` -> `Claim` -> `Verdict` -> `Filing` -> `Row`."""

import secrets
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ready:
    """A file in the inbox that may be claimed.

    `name` is relative to the inbox with `/`; `size` in bytes; `at` is when it was found ready, in
    seconds of the wall clock; `rested` is for how many seconds nothing about it had changed then.
    """

    path: Path
    name: str
    size: int
    at: float
    rested: float = 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A file taken out of the inbox under a private name, `path`; `id` is its id in the log.

    `rested` as of `Ready`; the claim itself changes the file's status, and nobody knows after a restart.
    """

    id: str
    name: str
    path: Path
    ready_at: float
    rested: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about bytes, and which bytes: the judged file's hash and status.

    `sha256` is "" for a file too large to be read. `is_fresh`: it was written so short before
    that a further write might not show in its time. `request` is the number of the request that a
    person's verdict carries out, 0 for the watcher's own; then `chosen` is the folder they chose.
    """

    sha256: str
    size: int
    mtime_ns: int
    identity: str
    is_fresh: bool
    status: str
    digit: int | None
    confidence: float | None
    second_digit: int | None
    second_confidence: float | None
    reason: str
    width: int | None
    height: int | None
    model: str
    request: int = 0
    chosen: str = ""

    @property
    def folder(self) -> str:
        """The outbox's folder that this leads to."""
        return self.chosen or (str(self.digit) if self.status == "filed" else self.status)


@dataclass(frozen=True, slots=True)
class Filing:
    """A judged claim and where it goes: `destination` is relative to the outbox with `/`."""

    claim: Claim
    verdict: Verdict
    destination: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log, fields in the order of its columns; texts are valid and on one line."""

    id: str
    time: str
    file: str
    status: str
    digit: int | None
    confidence: float | None
    second_digit: int | None
    second_confidence: float | None
    filed_as: str
    reason: str
    width: int | None
    height: int | None
    sha256: str
    model: str
    seconds: float | None

    def values(self) -> tuple[object, ...]:
        """The fields in the order of COLUMNS."""
        values: tuple[object, ...] = _values(self)
        return values


COLUMNS = tuple(field.name for field in fields(Row))
"""The log's header."""

_values = attrgetter(*COLUMNS)


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A file in the outbox as it was last looked at.

    `place` is relative to the outbox with `/`, as the system names it; `sha256` is "" if the bytes
    were too many to be read.
    """

    place: str
    sha256: str
    size: int
    mtime_ns: int
    identity: str


@dataclass(frozen=True, slots=True)
class LoggedPlace:
    """Where a drawing of the log was last seen, and the bytes that it was logged with."""

    id: str
    place: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Request:
    """A person's wish that a drawing of the log lie in `folder` with `digit` for its label, None for
    no label. `seq` numbers it; `is_undo`: it takes an earlier one back."""

    seq: int
    id: str
    folder: str
    digit: int | None
    is_undo: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A warning or an error: `level` is "warning" or "error", said `count` times from `first` to `last`,
    in seconds since 1970."""

    level: str
    text: str
    first: float
    last: float
    count: int = 1


def new_id(now: float) -> str:
    """A name no batch had before: its time, then 32 random bits in case the clock steps back."""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{moment:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
