"""File each judged batch once: what `foreachBatch` calls to intend, file and log it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from threading import Event
from typing import Any

from pyspark.sql import DataFrame

from watcher.clock import utc
from watcher.errors import DigitWatcherError
from watcher.log.rows import row_of
from watcher.spark.naming import (
    EMPTY_CLAIMS,
    Places,
    claimed_at,
    parse_claim,
    part,
    place,
    reclaimed_name,
)
from watcher.spark.parts import as_csv, as_parquet, from_parquet
from watcher.spark.storage import Storage
from watcher.types import Claim, Filing, Row, Verdict

# A claim and its verdict, by the columns of `verdicts`.
Judged = Mapping[str, Any]


class StoppingError(DigitWatcherError):
    """The stream is ending: the next start processes this batch."""


class Batches:
    """Files the batches of one stream.

    `run` returns the checkpoint's id; `empty` the verdicts on empty claims, which Spark does not hand
    over, by their names and times; `now` the time in seconds.
    """

    def __init__(
        self,
        storage: Storage,
        places: Places,
        *,
        run: Callable[[], str],
        empty: Callable[[Sequence[str], Sequence[int]], Sequence[Judged]],
        threads: Executor,
        stopping: Event,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._storage = storage
        self._places = places
        self._run = run
        self._empty = empty
        self._threads = threads
        self._stopping = stopping
        self._now = now

    def file(self, judged: DataFrame, batch: int) -> None:
        """Process a batch of `foreachBatch`; the workers judge once their verdicts are requested."""
        self.process(lambda: judged.toArrow().to_pylist(), batch)

    def process(self, judged: Callable[[], Sequence[Judged]], batch: int) -> None:
        """Take a batch from whatever step it is at to the log. Raises StorageError."""
        if self._stopping.is_set():
            raise StoppingError
        name = part(self._places.stream, self._run(), batch)
        if self._is_there(f"{name}.parquet"):
            return
        if not self._is_there(f".{name}.parquet"):
            empty = self._storage.matching(self._claim(EMPTY_CLAIMS))
            verdicts = [
                *judged(),
                *self._empty([one.name for one in empty], [one.modified_ms for one in empty]),
            ]
            rows = self._intend(verdicts)
            if not rows:
                return
            self._storage.replace(self._places.log, f".{name}.parquet", as_parquet(rows))
            self._finish(name, rows, [str(verdict["file"]) for verdict in verdicts])
        else:
            self._resume(name)

    def resume(self) -> int:
        """Finish the batches that were intended before a kill; return how many."""
        own = f".{part(self._places.stream, '', 0).rstrip('-0')}"
        left = [
            file.name.removeprefix(".").removesuffix(".parquet")
            for file in self._storage.files(self._places.log)
            if file.name.startswith(own) and file.name.endswith(".parquet")
        ]
        for name in left:
            self._resume(name)
        return len(left)

    def _resume(self, name: str) -> None:
        rows = from_parquet(self._storage.read(f"{self._places.log}/.{name}.parquet"))
        self._finish(name, rows, [one.name for one in self._storage.files(self._places.claims)])

    def _intend(self, verdicts: Sequence[Judged]) -> list[Row]:
        """Return the rows of the claims that are still as judged; claim the others again."""
        looks = self._threads.map(self._storage.look_at, (self._claim(v["file"]) for v in verdicts))
        now = self._now()
        moment = utc(now)
        rows = []
        for verdict, look in zip(verdicts, looks, strict=True):
            file = verdict["file"]
            if look and (look.size, look.modified_ms) == (verdict["size"], verdict["modified_ms"]):
                rows.append(_row(verdict, now, moment))
            elif look:
                self._storage.rename(self._claim(file), self._claim(reclaimed_name(file)))
        return rows

    def _finish(self, name: str, rows: Sequence[Row], files: Iterable[str]) -> None:
        """File and log an intended batch; `files` are the claims that may exist."""
        claims = {parse_claim(file)[0]: file for file in files}
        left = [row for row in rows if row.id in claims]

        def move(row: Row) -> None:
            target = f"{self._places.outbox}/{row.filed_as}"
            self._storage.rename(self._claim(claims[row.id]), target)

        list(self._threads.map(move, left))
        self._storage.replace(self._places.log, f"{name}.csv", as_csv(rows))
        self._storage.rename(
            f"{self._places.log}/.{name}.parquet", f"{self._places.log}/{name}.parquet"
        )

    def _claim(self, file: str) -> str:
        return f"{self._places.claims}/{file}"

    def _is_there(self, file: str) -> bool:
        return self._storage.look_at(f"{self._places.log}/{file}") is not None


def _row(judged: Judged, now: float, moment: str) -> Row:
    """Return the row as the local watcher would log it."""
    known = dict(judged)
    file, modified_ms = known.pop("file"), known.pop("modified_ms")
    id_, name = parse_claim(file)
    verdict = Verdict(**known, mtime_ns=modified_ms * 1_000_000, identity="", is_fresh=False)
    claim = Claim(id_, name, Path(file), claimed_at(id_))
    return row_of(
        Filing(claim, verdict, place(verdict.folder, name, id_, verdict.sha256)), now, moment
    )
