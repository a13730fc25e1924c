"""What a watcher finds after long: many files in the inbox or the outbox, many rows in journal and log."""

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice, repeat
from pathlib import Path

from tests.bench import inputs
from watcher.clock import utc
from watcher.fs import files
from watcher.journal.journal import Journal
from watcher.layout import JOURNAL_FILE, OUTBOX_FOLDERS, UNSURE_FOLDER
from watcher.log.writer import Log
from watcher.types import OutboxEntry, Row, Status

_ROWS_A_COMMIT = 10_000

# 2020-01-01, and four years from then.
_BEGAN = 1_577_836_800
_YEARS_SECONDS = 4 * 365 * 86_400

_UNSURE = 0.02


def waiting(inbox: Path, size: int, _: int) -> int:
    """`size` drawings in the inbox; returns how many are to be filed."""
    inputs.fill(inbox, inputs.TINY, size)
    return size


def journalled(inbox: Path, size: int, count: int) -> int:
    """`count` drawings to be filed by a watcher that has filed `size`; returns `count`."""
    inputs.fill(inbox, inputs.TINY, count)
    _record(inbox.with_name("outbox"), zip(_rows(size), repeat(None)))
    return count


def filed(inbox: Path, size: int) -> None:
    """Fill the outbox with `size` drawings that a watcher filed and has seen there since."""
    outbox = inbox.with_name("outbox")
    for folder in OUTBOX_FOLDERS:
        (outbox / folder).mkdir(parents=True)
    _record(outbox, (_place(outbox, row) for row in _rows(size)))


def _place(outbox: Path, row: Row) -> tuple[Row, OutboxEntry]:
    """Write a row's file; return the row with its hash, and how the file looks."""
    content = inputs.drawing(inputs.TINY, row.digit or 0)
    path = outbox / row.filed_as
    path.write_bytes(content)
    status, sha256 = path.stat(), hashlib.sha256(content).hexdigest()
    entry = OutboxEntry(
        row.filed_as, sha256, status.st_size, files.mtime_ns(status), files.identity(status)
    )
    return replace(row, sha256=sha256), entry


def _record(outbox: Path, filings: Iterable[tuple[Row, OutboxEntry | None]]) -> None:
    """Write the journal and the log of a watcher that has filed these."""
    state = outbox / ".watcher"
    state.mkdir(parents=True)
    journal = Journal(state / JOURNAL_FILE)
    some = iter(filings)
    try:
        while chunk := list(islice(some, _ROWS_A_COMMIT)):
            journal.record([row for row, _ in chunk], [seen for _, seen in chunk if seen])
        log = Log(outbox, journal)
        log.write()
        log.confirm()
    finally:
        journal.close()


def _rows(size: int) -> Iterator[Row]:
    """Yield the rows of four years: most drawings are read with next to certainty, one in 50 is unsure."""
    chance = random.Random(6)
    for number in range(size):
        name, digit = f"earlier-{number}.png", number % 10
        is_unsure = chance.random() < _UNSURE
        confidence = chance.uniform(0.3, 0.9) if is_unsure else 1 - chance.expovariate(200)
        yield Row(
            id=f"20200101T000000-{number:012}",
            time=utc(_BEGAN + number * _YEARS_SECONDS / size),
            file=name,
            status=Status.UNSURE if is_unsure else Status.FILED,
            digit=digit,
            confidence=round(confidence, 4),
            second_digit=(digit + 1) % 10,
            second_confidence=round((1 - confidence) / 2, 4),
            filed_as=f"{UNSURE_FOLDER if is_unsure else digit}/{name}",
            reason="confidence below 95.0%" if is_unsure else "",
            width=28,
            height=28,
            sha256=f"{number:064x}",
            model="earlier",
            seconds=0.01,
        )
