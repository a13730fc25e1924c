"""What flows through a filing: `Ready` -> `Claim` -> `Verdict` -> `Filing` -> `Row`."""

import os
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from operator import attrgetter
from pathlib import Path


class Status(StrEnum):
    """What became of a drawing: the `status` column of the log."""

    FILED = "filed"
    UNSURE = "unsure"
    REJECTED = "rejected"
    CORRECTED = "corrected"


# What the watcher decides about a file; the other status is a person's.
JUDGED = (Status.FILED, Status.UNSURE, Status.REJECTED)


class Reason(StrEnum):
    """Values of the `reason` column of the log that say how a row came about."""

    # A person put the drawing into a digit's folder, not through the inbox.
    BY_HAND = "by hand"
    # The file of a label was renamed: the latest row says where a label is.
    RENAMED = "renamed"
    # A person took back in the review what they had said.
    UNDONE = "undone"
    # A person said in the review that the drawing is not a digit: a label without a digit.
    NOT_A_DIGIT = "not a digit, by a person"
    # The file had no row when the journal was rebuilt.
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Ready:
    """A file in the inbox that may be claimed.

    `name` is relative to the inbox with `/`; `size` in bytes; `at` is when it was found ready, in
    seconds of the wall clock; `rested` is for how many seconds it had not changed by then.
    """

    path: Path
    name: str
    size: int
    at: float
    rested: float = 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A file taken out of the inbox under a private name, `path`; `id` is its id in the log.

    `rested` as of `Ready`: claiming changes the file's status. It is unknown after a restart.
    """

    id: str
    name: str
    path: Path
    ready_at: float
    rested: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about bytes, and which bytes: the judged file's hash and status.

    `sha256` is "" for a file too large to be read. `is_fresh`: it was written so shortly before that a
    further write might leave its mtime as it is. For a person's request, `request` is its number and
    `chosen` the folder they chose; 0 and "" for the watcher's own verdicts. The other fields with a
    default are what was read, None or "" if nothing was.
    """

    sha256: str
    size: int
    mtime_ns: int
    identity: str
    is_fresh: bool
    status: str
    digit: int | None = None
    confidence: float | None = None
    second_digit: int | None = None
    second_confidence: float | None = None
    reason: str = ""
    width: int | None = None
    height: int | None = None
    model: str = ""
    request: int = 0
    chosen: str = ""

    @property
    def folder(self) -> str:
        """The folder in the outbox that the drawing goes to."""
        return self.chosen or (str(self.digit) if self.status == Status.FILED else self.status)


@dataclass(frozen=True, slots=True)
class Filing:
    """A judged claim and where it goes: `destination` is relative to the outbox with `/`."""

    claim: Claim
    verdict: Verdict
    destination: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log, fields in the order of its columns; texts are valid and on one line.

    What is unknown is None or "", and an empty cell in the log.
    """

    id: str
    time: str
    file: str
    status: str
    digit: int | None = None
    confidence: float | None = None
    second_digit: int | None = None
    second_confidence: float | None = None
    filed_as: str = ""
    reason: str = ""
    width: int | None = None
    height: int | None = None
    sha256: str = ""
    model: str = ""
    seconds: float | None = None

    def values(self) -> tuple[object, ...]:
        """Return the fields in the order of COLUMNS."""
        values: tuple[object, ...] = _values(self)
        return values


# What a summary takes of a row: time, place, confidence if it is filed, reason if it is corrected.
RowOutcome = tuple[str, str, float | None, str | None]

# The log's header.
COLUMNS = tuple(field.name for field in fields(Row))

_values = attrgetter(*COLUMNS)


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A file in the outbox as it was last seen.

    `place` is relative to the outbox with `/`, as the system names it; `sha256` is "" for a file too
    large to be read.
    """

    place: str
    sha256: str
    size: int
    mtime_ns: int
    identity: str


@dataclass(frozen=True, slots=True)
class LoggedPlace:
    """Where a drawing of the log was last seen, and the hash it was logged with."""

    id: str
    place: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Request:
    """A person's request to move a drawing of the log to `folder` and label it `digit`.

    A `digit` of None removes the label. `seq` numbers requests; `is_undo`: it takes back an earlier one.
    """

    seq: int
    id: str
    folder: str
    digit: int | None
    is_undo: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A warning or an error: `level` is "warning" or "error", reported `count` times from `first` to
    `last`, in seconds since 1970."""

    level: str
    text: str
    first: float
    last: float
    count: int = 1


def new_id(now: float) -> str:
    """Return an id that no batch had before: its time, then 32 random bits in case the clock is set back."""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{moment:%Y%m%dT%H%M%S}-{os.urandom(4).hex()}"
