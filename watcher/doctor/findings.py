"""A check's result: what was found, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How serious a finding is."""

    OK = "ok"
    # The watcher works, but not as it should, or not for long.
    WARNING = "warning"
    # The watcher does not start, or cannot file.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """`found` is what was found; `fix` what to do about it, "" where there is nothing to do."""

    state: State
    found: str
    fix: str = ""


def fine(found: str) -> Finding:
    """Return that a check found nothing to do."""
    return Finding(State.OK, found)


def look(found: str, fix: str) -> Finding:
    """Return a warning."""
    return Finding(State.WARNING, found, fix)


def failed(found: str, fix: str) -> Finding:
    """Return what keeps the watcher from working."""
    return Finding(State.FAILED, found, fix)
