"""List what waits in the inbox, and why, by the watcher's own rules and without touching it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from itertools import islice

from watcher.fs.names import as_text
from watcher.inbox.claims import ClaimFolder
from watcher.inbox.scan import Inbox

# To examine all files of a full inbox would take as long as filing them.
MAX_LISTED = 100

# Looking through this many files of an inbox with folders takes about 0.05 s.
_MAX_WALKED = 10_000


class Why(StrEnum):
    """Why a file of the inbox is not filed yet."""

    READY = "ready"
    INCOMPLETE = "incomplete"
    HELD = "held"
    UNREADABLE = "unreadable"
    # The running watcher tried to file it.
    STUCK = "stuck"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """`name` is relative to the inbox, as text; `fault` says what keeps an unreadable or stuck file."""

    name: str
    why: Why
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many files wait, and the first of them by name.

    `in_folders` names the first files in folders of the inbox, which are not filed unless folders are walked.
    """

    total: int
    files: tuple[WaitingFile, ...]
    in_folders: tuple[str, ...] = ()


def list_waiting(inbox: Inbox, faults: Mapping[str, str]) -> Waiting:
    """Return what waits in an inbox; hidden and unfinished files do not count.

    `faults` is why the running watcher cannot file some files, by name as text. Raises OSError.
    """
    claimed = sorted(path.name for path in ClaimFolder(inbox.folder).leftovers())
    total = len(claimed)

    def count_names() -> Iterator[str]:
        nonlocal total
        for _, name in inbox.files():
            total += 1
            yield name

    names = nsmallest(MAX_LISTED, count_names())
    found = [WaitingFile(as_text(name), Why.CLAIMED) for name in claimed]
    for name in names:
        file = _examine(inbox, name, faults)
        if file is None:
            total -= 1  # It was moved or deleted meanwhile.
        else:
            found.append(file)
    unlistable = {name: fault for name, fault in faults.items() if name.endswith("/")}
    unlistable |= {as_text(name): fault for name, fault in inbox.faults.items()}
    found += [WaitingFile(name, Why.UNREADABLE, fault) for name, fault in unlistable.items()]
    total += len(unlistable)
    return Waiting(total, tuple(found[:MAX_LISTED]))


def list_in_folders(walking: Inbox) -> tuple[str, ...]:
    """Return the names of the first files in folders of an inbox. Raises OSError."""
    names = islice((name for _, name in walking.files()), _MAX_WALKED)
    return tuple(as_text(name) for name in sorted(names) if "/" in name)[:MAX_LISTED]


def _examine(inbox: Inbox, name: str, faults: Mapping[str, str]) -> WaitingFile | None:
    examined = inbox.examine(inbox.folder / name)
    if examined.is_held:
        return WaitingFile(as_text(name), Why.HELD)
    if examined.fault:
        return WaitingFile(as_text(name), Why.UNREADABLE, examined.fault)
    if examined.status is None:
        return None
    if fault := faults.get(as_text(name)):
        return WaitingFile(as_text(name), Why.STUCK, fault)
    return WaitingFile(as_text(name), Why.READY if examined.is_complete else Why.INCOMPLETE)
