"""`why`: one drawing's whole story, from the log and from what lies in the folders now."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from watcher.config.folders import absolute
from watcher.config.settings import Paths
from watcher.console.text import escape_for_terminal
from watcher.fs import files, long_paths
from watcher.fs.ignored_names import is_ignored
from watcher.fs.names import as_text, numbered, portable
from watcher.layout import CLAIMS_FOLDER, LOG_FILE
from watcher.log.reader import read_log
from watcher.log.rows import is_label
from watcher.types import Reason, Row, Status


class Now(StrEnum):
    """What has become of a drawing's file since its last row."""

    UNCHANGED = "lies there unchanged"
    EDITED = "lies there with other bytes: nobody's label"
    GONE = "does not lie there any more: renamed, deleted, or moved since the watcher last looked"
    UNREADABLE = "cannot be read now"


@dataclass(frozen=True, slots=True)
class Story:
    """The rows of one drawing, the oldest first, and what has become of its file."""

    rows: Sequence[Row]
    now: Now

    @property
    def label(self) -> int | None:
        """The digit that a person gave it, as training will take it."""
        last = self.rows[-1]
        return last.digit if is_label(last) and self.now is Now.UNCHANGED else None

    def as_dict(self) -> dict[str, Any]:
        last = self.rows[-1]
        rows = [asdict(row) for row in self.rows]
        return {
            "id": last.id,
            "place": last.filed_as,
            "now": self.now.name.lower(),
            "label": self.label,
            "rows": rows,
        }


def stories(paths: Paths, file: str) -> list[Story]:
    """The stories of the drawings that `file` means, the oldest first; none if the log knows none.

    `file` is an id, a path in the outbox, the bytes of a file that is there, or a name as it was
    saved; the first of these that the log knows. Raises OSError.
    """
    keys = _keys(paths, file)
    log = paths.outbox / LOG_FILE
    meant: list[dict[str, None]] = [{} for _ in keys]
    last_place: dict[str, str] = {}
    for row in read_log(log):
        for found, (column, value) in zip(meant, keys, strict=True):
            if getattr(row, column) == value:
                found[row.id] = None
        if any(row.id in found for found in meant):
            last_place[row.id] = row.filed_as
    for ids, (column, value) in zip(meant, keys, strict=True):
        # Where a drawing lay once another may lie now.
        here = [id_ for id_ in ids if column != "filed_as" or last_place[id_] == value]
        if here or ids:
            return _told(paths.outbox, _rows_of(log, here or list(ids)))
    return []


def words(story: Story) -> Iterator[str]:
    """A story in lines for a reader."""
    last = story.rows[-1]
    yield f"{escape_for_terminal(last.file)} (id {last.id})"
    place = ""
    for row in story.rows:
        yield f"  {row.time[:19].replace('T', ' ')} UTC  {_event(row)}"
        if row.status != Status.CORRECTED and not place:
            yield from (f"  {'':23}  {line}" for line in _remarks(row))
        place = row.filed_as
    label = "" if story.label is None else f"; a person's label: {story.label}"
    yield f"  {'now':23}  {escape_for_terminal(place)} {story.now}{label}"


def in_inbox(paths: Paths, file: str) -> str:
    """Why a file that lies in the inbox is not filed; "" if none lies there."""
    path, name = _absolute(file), escape_for_terminal(file)
    if not os.path.lexists(path) or not path.is_relative_to(paths.inbox):
        return ""
    if CLAIMS_FOLDER in path.relative_to(paths.inbox).parts:
        return f"{name} is being filed; if no watcher runs, the next one finishes that"
    if is_ignored(path.name):
        return f"{name} stays in the inbox: hidden files and half-written ones are left alone"
    status = files.stat_or_none(path)
    if status is None or not files.is_regular(status):
        return f"{name} stays in the inbox: it is no file"
    return (
        f"{name} waits in the inbox: it is not whole yet, still held by the program that saves "
        "it, or no watcher runs"
    )


def _keys(paths: Paths, file: str) -> list[tuple[str, str]]:
    """The columns to look in and for what, the surest first."""
    path = _absolute(file)
    keys = [("id", file)]
    places = [path, _absolute(str(paths.outbox / file))]
    keys += [
        ("filed_as", as_text(place.relative_to(paths.outbox).as_posix()))
        for place in places
        if place.is_relative_to(paths.outbox)
    ]
    status = files.stat_or_none(path)
    if status is not None and files.is_regular(status):
        keys.append(("sha256", files.sha256_of(path)))
    if path.is_relative_to(paths.inbox):
        keys.append(("file", as_text(path.relative_to(paths.inbox).as_posix())))
    return [*keys, ("file", as_text(file)), ("file", as_text(path.name))]


def _absolute(file: str) -> Path:
    return long_paths.extended(absolute(Path(file)))


def _rows_of(log: Path, ids: Iterable[str]) -> list[list[Row]]:
    rows: dict[str, list[Row]] = {id_: [] for id_ in ids}
    for row in read_log(log):
        if row.id in rows:
            rows[row.id].append(row)
    return list(rows.values())


def _told(outbox: Path, of: Iterable[list[Row]]) -> list[Story]:
    return [Story(rows, _now(outbox, rows[-1])) for rows in of if rows]


def _now(outbox: Path, last: Row) -> Now:
    path = outbox / last.filed_as
    status = files.stat_or_none(path)
    if status is None or not files.is_regular(status):
        return Now.GONE
    try:
        is_same = not last.sha256 or files.sha256_of(path) == last.sha256
    except OSError:
        return Now.UNREADABLE
    return Now.UNCHANGED if is_same else Now.EDITED


def _event(row: Row) -> str:
    place = escape_for_terminal(row.filed_as)
    if row.reason == Reason.RECOVERED:
        return f"found as {place} when the journal was rebuilt: how it came there is not known"
    if row.status == Status.CORRECTED:
        return _correction(row, place)
    seen = "" if row.width is None else f", {row.width} x {row.height} pixels"
    took = "" if row.seconds is None else f" {row.seconds:.2f} s after it was whole"
    return f"saved as {escape_for_terminal(row.file)}{seen}; {row.status} as {place}{took}"


def _correction(row: Row, place: str) -> str:
    by_reason: dict[str, str] = {
        Reason.BY_HAND: f"put by hand into {place}, past the inbox",
        Reason.NOT_A_DIGIT: f"labelled as not a digit by a person, is at {place}",
        Reason.UNDONE: f"taken back by a person: lies at {place} again",
        Reason.RENAMED: f"renamed by a person to {place}",
    }
    if row.reason in by_reason:
        return by_reason[row.reason]
    origin = row.reason.removeprefix("from ")
    if origin == place.partition("/")[0]:
        return f"confirmed by a person as {origin}"
    if row.digit is None:
        return f"moved by a person from {origin} to {place}: it has no label now"
    return f"corrected by a person from {origin} to {row.digit}, lies at {place}"


def _remarks(row: Row) -> Iterator[str]:
    if row.digit is not None and row.confidence is not None:
        second = ""
        if row.second_digit is not None and row.second_confidence is not None:
            second = f", second guess {row.second_digit} with {row.second_confidence:.1%}"
        model = escape_for_terminal(row.model)
        yield f"read as {row.digit} with {row.confidence:.1%}{second}, by model {model}"
    if row.reason and row.reason != Reason.RECOVERED:
        kept = "" if row.status == Status.FILED else f"why {row.status}: "
        yield f"{kept}{escape_for_terminal(row.reason)}"
    name = PurePosixPath(row.filed_as).name
    wanted = portable(PurePosixPath(row.file).name)
    number = re.search(r" \((\d+)\)", name)
    if number and name != wanted and name == numbered(wanted, int(number[1])):
        taken = escape_for_terminal(wanted)
        yield f"called {escape_for_terminal(name)} because there was another {taken} already"
