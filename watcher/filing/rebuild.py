"""Rebuilds a lost journal from the log and the outbox; files without a row get one: `recovered`.

A journal that is an older copy gets the rows that only the log has.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import suppress
from itertools import islice, takewhile
from pathlib import Path

from watcher.clock import utc
from watcher.fs import files
from watcher.fs.names import as_text
from watcher.fs.outbox_files import outbox_files, raise_error
from watcher.fs.placeholders import is_placeholder
from watcher.inbox.claims import ClaimFolder, unlink_claims
from watcher.journal.journal import Journal
from watcher.layout import LOG_FILE
from watcher.log.comparison import holds_more
from watcher.log.reader import read_log
from watcher.log.rows import digit_of, folder_of
from watcher.types import Reason, Row, Status, new_id

# Enough rows that a commit's sync costs little per row, and few enough to need little memory.
_ROWS_A_COMMIT = 1000

# What `new_id` and a number make.
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}-\d{3,}")

# The hash of a file whose bytes were not read.
_UNREAD = ""


def holds_filings(outbox: Path) -> bool:
    """Return whether an outbox was used before, so that a missing journal must have been lost."""
    return (outbox / LOG_FILE).exists() or next(_files(outbox), None) is not None


def rebuild(
    journal: Journal,
    outbox: Path,
    claims: ClaimFolder,
    now: Callable[[], float],
    warn: Callable[[str], None],
) -> tuple[int, int]:
    """Fill an empty journal; return how many rows came from the log and how many files had none.

    Warns of files that cannot be read.
    """
    places: dict[str, tuple[str, str]] = {}

    def note_places(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            places[row.id] = row.filed_as, row.sha256
            yield row

    from_log = _record(journal, note_places(read_log(outbox / LOG_FILE)))
    _finish_published(outbox, claims)
    return from_log, _record(journal, _recover(outbox, list(places.values()), now, warn))


def catch_up(journal: Journal, log: Path) -> int:
    """Add to a journal older than its log, as a restored one is, the rows that it lacks; return how many.

    Without them, files that the watcher filed would be taken for files that a person put there.
    """
    if not holds_more(log, journal):
        return 0
    new: set[str] = set()

    def was_written_here(row: Row) -> bool:
        """Return whether the watcher wrote the row; a log with a person's own rows is set aside later."""
        is_first = not (row.id in new or journal.rows.has(row.id))
        new.add(row.id)
        return bool(_ID.fullmatch(row.id)) and (is_first or row.status == Status.CORRECTED)

    known = sum(1 for _ in journal.rows.after())
    return _record(journal, takewhile(was_written_here, islice(read_log(log), known, None)))


def _record(journal: Journal, rows: Iterator[Row]) -> int:
    """Journal rows, many in one commit; return how many there were."""
    count = 0
    while chunk := list(islice(rows, _ROWS_A_COMMIT)):
        journal.record(chunk)
        count += len(chunk)
    return count


def _finish_published(outbox: Path, claims: ClaimFolder) -> None:
    """Remove the claims that have a published name too."""
    claimed: dict[str, Path] = {}
    for path in claims.leftovers():
        status = _status(path)
        if status is not None and status.st_nlink > 1:
            claimed[files.identity(status)] = path
    if not claimed:
        return
    places = (_status(Path(entry.path)) for _, entry in _files(outbox))
    published = {files.identity(status) for status in places if status is not None}
    unlink_claims(path for file, path in claimed.items() if file in published)


def _recover(
    outbox: Path,
    logged: list[tuple[str, str]],
    now: Callable[[], float],
    warn: Callable[[str], None],
) -> Iterator[Row]:
    """Yield rows for the files that have none; `logged` are the places and hashes of those that have.

    A file with the bytes of a logged one that is missing from its place was moved by a person: the next
    survey notices that. An unreadable file gets a row too: without one it would later, once it can be read,
    be taken for one that a person put there and so labelled.
    """
    settled = _find_settled(outbox, set(logged))
    missing_hashes = Counter(
        sha256 for place, sha256 in logged if sha256 and settled.get(place) not in (sha256, _UNREAD)
    )
    batch = new_id(now())
    number = 0
    for place, entry in _files(outbox):
        if as_text(place) in settled:
            continue
        path = Path(entry.path)
        try:
            sha256 = _UNREAD if is_placeholder(entry) else files.sha256_of(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno in files.MACHINE_IS_SHORT:
                raise
            sha256 = _UNREAD
            warn(
                f"{place} in the outbox cannot be read ({error.strerror}): it stays as it is, and is "
                "recovered without the sha256 of its bytes"
            )
        if missing_hashes[sha256] > 0:
            missing_hashes[sha256] -= 1
            continue
        digit = digit_of(place)
        yield Row(
            id=f"{batch}-{number:03}",
            time=utc(now()),
            file=as_text(path.name),
            status=folder_of(place) if digit is None else Status.FILED,
            digit=digit,
            filed_as=as_text(place),
            reason=Reason.RECOVERED,
            sha256=sha256,
        )
        number += 1


def _find_settled(outbox: Path, logged: Set[tuple[str, str]]) -> dict[str, str]:
    """Return the places where a row's own file is, with its hash.

    A place may have another file by now. A row of a file too large to be read has no hash either.
    """
    places = {place for place, _ in logged}
    settled = {}
    for name, entry in _files(outbox):
        place = as_text(name)
        if place not in places:
            continue
        try:
            is_unread = (place, _UNREAD) in logged or is_placeholder(entry)
            sha256 = _UNREAD if is_unread else files.sha256_of(Path(entry.path))
        except OSError:  # Held by another program: most likely it is the row's.
            sha256 = _UNREAD
        if sha256 == _UNREAD or (place, sha256) in logged:
            settled[place] = sha256
    return settled


def _status(path: Path) -> os.stat_result | None:
    with suppress(OSError):
        return files.stat_or_none(path)
    return None


def _files(outbox: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    return outbox_files(outbox, raise_error)
