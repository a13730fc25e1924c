"""One drawing's story, from the log and from what its file is now."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from watcher.clock import show_local
from watcher.config.folders import absolute
from watcher.config.settings import Paths, Settings
from watcher.fs import files, long_paths
from watcher.fs.ignored_names import ignore_also, is_ignored
from watcher.fs.names import add_number, as_text, make_portable
from watcher.layout import CLAIMS_FOLDER, LOG_FILE
from watcher.log.reader import read_log
from watcher.log.rows import folder_of, is_label
from watcher.types import Reason, Row, Status


class FileState(StrEnum):
    """What has become of a drawing's file since its last row."""

    UNCHANGED = "is unchanged"
    EDITED = "has other bytes now: it is not used as a label"
    MISSING = "is not there any more: renamed, deleted, or moved since the watcher last looked"
    UNREADABLE = "cannot be read now"


# The names of the states in `why --json`.
_JSON_NAMES = {
    FileState.UNCHANGED: "unchanged",
    FileState.EDITED: "edited",
    FileState.MISSING: "gone",
    FileState.UNREADABLE: "unreadable",
}


@dataclass(frozen=True, slots=True)
class Story:
    """The rows of one drawing, oldest first, and the state of its file."""

    rows: Sequence[Row]
    state: FileState

    @property
    def label(self) -> int | None:
        """The digit that a person gave the drawing, as training will use it."""
        last = self.rows[-1]
        return last.digit if is_label(last) and self.state is FileState.UNCHANGED else None

    def as_dict(self) -> dict[str, Any]:
        last = self.rows[-1]
        return {
            "id": last.id,
            "place": last.filed_as,
            "now": _JSON_NAMES[self.state],
            "label": self.label,
            "rows": [asdict(row) for row in self.rows],
        }


def find_stories(paths: Paths, file: str) -> list[Story]:
    """Return the stories of the drawings that `file` means, oldest first; none if the log has none.

    `file` is an id, a path in the outbox, the bytes of a file that is there, or the name under which a
    drawing was saved; the first of these that the log has. Raises OSError.
    """
    log = paths.outbox / LOG_FILE
    keys = _search_keys(paths, file)
    ids_by_key: list[dict[str, None]] = [{} for _ in keys]
    for row in read_log(log, [value for _, value in keys]):
        for ids, (column, value) in zip(ids_by_key, keys, strict=True):
            if getattr(row, column) == value:
                ids[row.id] = None
    for ids, (column, value) in zip(ids_by_key, keys, strict=True):
        if ids:
            drawings = _rows_by_drawing(log, ids)
            # Another drawing may now be in the place that a drawing once had.
            there = [rows for rows in drawings if rows[-1].filed_as == value]
            if column == "filed_as" and there:
                drawings = there
            return [Story(rows, _state_of(paths.outbox, rows[-1])) for rows in drawings]
    return []


def render(story: Story) -> Iterator[str]:
    """Yield a story's lines for a reader."""
    last = story.rows[-1]
    yield f"{last.file} (id {last.id})"
    for number, row in enumerate(story.rows):
        yield f"  {show_local(row.time):25}  {_describe(row)}"
        if number == 0 and row.status != Status.CORRECTED:
            yield from (f"  {'':25}  {line}" for line in _details(row))
    label = "" if story.label is None else f"; a person's label: {story.label}"
    yield f"  {'now':25}  {last.filed_as} {story.state}{label}"


def why_in_inbox(settings: Settings, file: str) -> str:
    """Return why a file in the inbox is not filed; "" if it is not in the inbox."""
    paths = settings.paths
    path = _absolute(file)
    if not os.path.lexists(path) and os.path.lexists(paths.inbox / file):
        path = paths.inbox / file
    if not os.path.lexists(path) or not path.is_relative_to(paths.inbox):
        return ""
    if CLAIMS_FOLDER in path.relative_to(paths.inbox).parts:
        return f"{file} is being filed; if no watcher runs, the next one finishes that"
    if ignore_also(settings.watch.ignore)(path.name):
        left_alone = (
            "hidden files and unfinished ones are left alone"
            if is_ignored(path.name)
            else "its name is one of [watch] ignore"
        )
        return f"{file} stays in the inbox: {left_alone}"
    if files.regular_or_none(path) is None:
        return f"{file} stays in the inbox: it is not a file"
    if path.parent != paths.inbox and settings.watch.subfolders == "ignore":
        return f'{file} stays in the inbox: it is in a folder; `subfolders` is "ignore"'
    return (
        f"{file} waits in the inbox: it is not complete yet, another program still has it open, or no "
        "watcher runs"
    )


def _search_keys(paths: Paths, file: str) -> list[tuple[str, str]]:
    """Return columns and the values to look for there, the most specific first."""
    path = _absolute(file)
    keys = [("id", file)]
    keys += [
        ("filed_as", as_text(place.relative_to(paths.outbox).as_posix()))
        for place in (path, _absolute(str(paths.outbox / file)))
        if place.is_relative_to(paths.outbox)
    ]
    if files.regular_or_none(path) is not None:
        keys.append(("sha256", files.sha256_of(path)))
    if path.is_relative_to(paths.inbox):
        keys.append(("file", as_text(path.relative_to(paths.inbox).as_posix())))
    return [*keys, ("file", as_text(file)), ("file", as_text(path.name))]


def _absolute(file: str) -> Path:
    return long_paths.extend_path(absolute(Path(file)))


def _rows_by_drawing(log: Path, ids: Collection[str]) -> list[list[Row]]:
    rows: dict[str, list[Row]] = {id_: [] for id_ in ids}
    for row in read_log(log, ids):
        if row.id in rows:
            rows[row.id].append(row)
    return list(rows.values())


def _state_of(outbox: Path, last: Row) -> FileState:
    path = outbox / last.filed_as
    if files.regular_or_none(path) is None:
        return FileState.MISSING
    try:
        is_same = not last.sha256 or files.sha256_of(path) == last.sha256
    except OSError:
        return FileState.UNREADABLE
    return FileState.UNCHANGED if is_same else FileState.EDITED


def _describe(row: Row) -> str:
    if row.reason == Reason.RECOVERED:
        return f"found as {row.filed_as} when the journal was rebuilt: how it got there is unknown"
    if row.status == Status.CORRECTED:
        return _describe_correction(row, row.filed_as)
    size = "" if row.width is None else f", {row.width} x {row.height} pixels"
    delay = "" if row.seconds is None else f" {row.seconds:.2f} s after it was complete"
    return f"saved as {row.file}{size}; {row.status} as {row.filed_as}{delay}"


def _describe_correction(row: Row, place: str) -> str:
    by_reason: dict[str, str] = {
        Reason.BY_HAND: f"put by hand into {place}, past the inbox",
        Reason.NOT_A_DIGIT: f"labelled as not a digit by a person, now at {place}",
        Reason.UNDONE: f"taken back by a person: at {place} again",
        Reason.RENAMED: f"renamed by a person to {place}",
    }
    if row.reason in by_reason:
        return by_reason[row.reason]
    origin = row.reason.removeprefix("from ")
    if origin == folder_of(place):
        return f"confirmed by a person as {origin}"
    if row.digit is None:
        return f"moved by a person from {origin} to {place}: it has no label now"
    return f"corrected by a person from {origin} to {row.digit}, now at {place}"


def _details(row: Row) -> Iterator[str]:
    """Yield how a drawing was read, why it went where it went, and why it got another name."""
    if row.digit is not None and row.confidence is not None:
        second = ""
        if row.second_digit is not None and row.second_confidence is not None:
            second = f", second guess {row.second_digit} with {row.second_confidence:.1%}"
        yield f"read as {row.digit} with {row.confidence:.1%}{second}, by model {row.model}"
    if row.reason and row.reason != Reason.RECOVERED:
        status = "" if row.status == Status.FILED else f"why {row.status}: "
        yield f"{status}{row.reason}"
    name = PurePosixPath(row.filed_as).name
    wanted = make_portable(PurePosixPath(row.file).name)
    number = re.search(r" \((\d+)\)", name)
    if number and name != wanted and name == add_number(wanted, int(number[1])):
        yield f"called {name} because there was another {wanted} already"
