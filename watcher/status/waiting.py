"""What waits in the inbox, and why: seen with the watcher's own eyes, but touched by nobody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest

from watcher.fs.names import as_text
from watcher.inbox.claims import ClaimFolder
from watcher.inbox.scan import Inbox

MAX_LISTED = 100
"""So many files are looked into; a full inbox would take as long as to file it."""


class Why(StrEnum):
    """Why a file of the inbox is not filed yet."""

    READY = "ready"
    INCOMPLETE = "incomplete"
    HELD = "held"
    UNREADABLE = "unreadable"
    STUCK = "stuck"
    """The watcher that runs tried to file it."""
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """`name` is relative to the inbox, as text; `fault` is what keeps an unreadable or a
    stuck one, in words."""

    name: str
    why: Why
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits: how many, and the first of them by name."""

    total: int
    files: tuple[WaitingFile, ...]


def waiting(inbox: Inbox, faults: Mapping[str, str]) -> Waiting:
    """What waits in an inbox; hidden files and half-written ones do not. `faults` is what the watcher
    that runs says of its files, by name as text. Raises OSError."""
    claimed = sorted(path.name for path in ClaimFolder(inbox.folder).leftovers())
    total = len(claimed)

    def counted() -> Iterator[str]:
        nonlocal total
        for _, name in inbox.files():
            total += 1
            yield name

    names = nsmallest(MAX_LISTED, counted())
    found = [WaitingFile(as_text(name), Why.CLAIMED) for name in claimed]
    for name in names:
        file = _examined(inbox, name, faults)
        if file is None:
            total -= 1  # It went meanwhile.
        else:
            found.append(file)
    return Waiting(total, tuple(found[:MAX_LISTED]))


def _examined(inbox: Inbox, name: str, faults: Mapping[str, str]) -> WaitingFile | None:
    seen = inbox.examine(inbox.folder / name)
    if seen.is_held:
        return WaitingFile(as_text(name), Why.HELD)
    if seen.fault:
        return WaitingFile(as_text(name), Why.UNREADABLE, seen.fault)
    if seen.status is None:
        return None
    if fault := faults.get(as_text(name)):
        return WaitingFile(as_text(name), Why.STUCK, fault)
    return WaitingFile(as_text(name), Why.READY if seen.is_complete else Why.INCOMPLETE)
