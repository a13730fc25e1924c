"""What a watcher finds after long: an inbox with many files, a journal and a log with many rows."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.bench import inputs
from watcher.journal.journal import Journal
from watcher.layout import JOURNAL_FILE
from watcher.log.writer import Log
from watcher.types import Row

_ROWS_A_COMMIT = 10_000


def waiting(inbox: Path, size: int, _: int) -> int:
    """`size` drawings in the inbox; returns how many are to be filed."""
    inputs.fill(inbox, inputs.TINY, size)
    return size


def journalled(inbox: Path, size: int, count: int) -> int:
    """`count` drawings to be filed by a watcher that has filed `size`; returns `count`."""
    inputs.fill(inbox, inputs.TINY, count)
    state = inbox.with_name("outbox") / ".watcher"
    state.mkdir(parents=True)
    journal = Journal(state / JOURNAL_FILE)
    try:
        rows = _rows(size)
        while some := list(islice(rows, _ROWS_A_COMMIT)):
            journal.record(some)
        Log(state.parent, journal).catch_up()
    finally:
        journal.close()
    return count


def _rows(size: int) -> Iterator[Row]:
    for number in range(size):
        name = f"earlier-{number}.png"
        digit = number % 10
        yield Row(
            id=f"20200101T000000-{number:012}",
            time="2020-01-01T00:00:00.000Z",
            file=name,
            status="filed",
            digit=digit,
            confidence=0.99,
            second_digit=(digit + 1) % 10,
            second_confidence=0.01,
            filed_as=f"{digit}/{name}",
            reason="",
            width=28,
            height=28,
            sha256=f"{number:064x}",
            model="earlier",
            seconds=0.01,
        )
