"""What is measured of an outbox and a log that a watcher has filled for years."""

import time
import urllib.request
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tests.bench import growth
from tests.bench.programs import command, reviewing, running
from tests.bench.table import Bar, Row

if TYPE_CHECKING:
    from tests.bench.measures import Bench


def answers(bench: "Bench") -> Iterator[Row]:
    """How long `log`, `why` and the review's list take to answer, for an outbox of each size."""
    for size in bench.amounts.filed:
        growth.filed(bench.emptied(), size)
        for name, words in (("log", ["log"]), ("why", ["why", f"earlier-{size // 2}.png"])):
            found = [_seconds_of(bench, words) for _ in range(bench.amounts.rounds)]
            yield Row(f"`{name}`, {size} rows", "s", {"program": found}, (Bar(2),))
        with reviewing(bench.inbox) as url:
            first, again = _seconds_to_list(url), _seconds_to_list(url)
        yield Row(f"the review's list, {size} rows", "s", {"program": [first]}, (Bar(2),))
        yield Row(f"the same again, {size} rows", "s", {"program": [again]}, (Bar(2),))


def outboxes(bench: "Bench") -> Iterator[Row]:
    """How long a start takes beside an outbox of each size, and what its surveys cost at rest."""
    for size in bench.amounts.filed:
        growth.filed(bench.emptied(), size)
        with running("program", bench.inbox) as process:
            start = process.ready() - process.began
            # The first survey compares every file; what comes after it is rest.
            time.sleep(bench.amounts.rest)
            before = process.processor_seconds()
            time.sleep(bench.amounts.rest)
            share = 100 * (process.processor_seconds() - before) / bench.amounts.rest
        yield Row(f"start to watching, {size} files", "s", {"program": [start]}, (Bar(1),))
        yield Row(
            f"processor at rest, {size} files", "% of a core", {"program": [share]}, (Bar(1),)
        )


def _seconds_of(bench: "Bench", words: Sequence[str]) -> float:
    began = time.perf_counter()
    command(bench.inbox.parent, words)
    return time.perf_counter() - began


def _seconds_to_list(url: str) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(f"{url}drawings?tab=review") as answer:
        answer.read()
    return time.perf_counter() - began
