"""What a check gives: a finding, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """The watcher works, but not as it should, or not for long."""
    FAILED = "failed"
    """The watcher does not start, or cannot file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and the mend: what to do, "" where there is nothing to be done."""

    state: State
    found: str
    mend: str = ""


def fine(found: str) -> Finding:
    return Finding(State.OK, found)


def look(found: str, mend: str) -> Finding:
    return Finding(State.WARNING, found, mend)


def failed(found: str, mend: str) -> Finding:
    return Finding(State.FAILED, found, mend)
