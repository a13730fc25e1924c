"""A batch, ended at each of its changes and begun again: each drawing is filed and logged once."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from tests.spark.results import check, csv_rows, left
from tests.support.stub import drawing

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytest.importorskip("pyspark", reason='Spark needs more packages: pip install ".[spark]"')
pytest.importorskip("pyarrow", reason='Spark needs more packages: pip install ".[spark]"')

from watcher.layout import OUTBOX_FOLDERS
from watcher.spark.batches import Batches
from watcher.spark.naming import Places, claim_file
from watcher.spark.storage import Storage
from watcher.spark.verdicts import COLUMNS

# Of a verdict, from its confidence on.
REST = (0.9, 1, 0.01, "", 28, 28, "stub")

DRAWINGS = [drawing(digit) for digit in (7, 7, 3)]


class DiedError(Exception):
    """Stands for a kill."""


class Dying(Storage):
    """A storage whose driver dies before or after its `at`th change."""

    def __init__(self, session: "SparkSession", at: float, after: bool = False) -> None:
        super().__init__(session)
        self.left = at
        self._after = after

    def rename(self, source: str, target: str) -> bool:
        self._count(self._after)
        done = super().rename(source, target)
        self._count(not self._after)
        return done

    def replace(self, folder: str, name: str, content: bytes) -> None:
        self._count(self._after)
        super().replace(folder, name, content)
        self._count(not self._after)

    def _count(self, is_passed: bool) -> None:
        if is_passed:
            return
        self.left -= 1
        if self.left < 0:
            raise DiedError


class Table:
    """Claims with their verdicts, and batches over them."""

    def __init__(self, root: Path, spark: "SparkSession") -> None:
        self.root = root
        self.spark = spark
        self.inbox, self.outbox = root / "inbox", root / "outbox"
        uris = [path.as_uri().replace("file:///", "file:/") for path in (self.inbox, self.outbox)]
        self.places = Places(*uris, "file:/checkpoint")
        self.claims = self.inbox / ".watcher-claims" / self.places.stream
        self.claims.mkdir(parents=True)
        for name in (*OUTBOX_FOLDERS, "log"):
            (self.outbox / name).mkdir(parents=True)

    def judged(self) -> list[dict[str, Any]]:
        """As the workers hand it over: of the claims that lie there."""
        rows = []
        for path in sorted(self.claims.iterdir()):
            status, sha = path.stat(), hashlib.sha256(path.read_bytes()).hexdigest()
            modified = status.st_mtime_ns // 1_000_000
            known = (path.name, status.st_size, modified, sha, "filed", path.read_bytes()[-1])
            rows.append(dict(zip(COLUMNS, (*known, *REST), strict=True)))
        return rows

    def claim(self) -> None:
        for number, content in enumerate(DRAWINGS):
            name = claim_file(f"20261122T160900123-ab12cd34-{number:05}", "sept.png")
            (self.claims / name).write_bytes(content)

    def batches(self, storage: Storage) -> Batches:
        return Batches(
            storage,
            self.places,
            run=lambda: "run",
            empty=lambda _names, _times: [],
            threads=self.threads,
            stopping=Event(),
        )

    threads = ThreadPoolExecutor(1)


@pytest.mark.parametrize("after", [False, True])
def test_a_batch_killed_at_any_change_is_filed_once_all_the_same(
    spark: "SparkSession", tmp_path: Path, after: bool
) -> None:
    deaths = 0
    for at in range(100):
        table = Table(tmp_path / str(at), spark)
        table.claim()
        try:
            table.batches(Dying(spark, at, after)).process(table.judged, 4)
        except DiedError:
            deaths += 1
        survivor = table.batches(Storage(spark))
        survivor.resume()
        survivor.process(table.judged, 4)  # Spark repeats the batch, of what is still there.
        check(table.inbox, table.outbox, DRAWINGS)
        if deaths <= at:
            break
    assert deaths == len(DRAWINGS) + 3  # Intents before, CSV and the visible name after them.


def test_a_claim_that_changed_since_it_was_read_is_judged_again(
    spark: "SparkSession", tmp_path: Path
) -> None:
    table = Table(tmp_path, spark)
    table.claim()
    judged = table.judged()
    changed = sorted(table.claims.iterdir())[0]
    changed.write_bytes(drawing(9))
    os.utime(changed, (1e9, 1e9))
    table.batches(Storage(spark)).process(lambda: judged, 0)
    assert len(csv_rows(table.outbox)) == 2
    (again,) = left(table.inbox)
    assert again != changed.name
    table.batches(Storage(spark)).process(table.judged, 1)
    rows = check(table.inbox, table.outbox, [*DRAWINGS[1:], drawing(9)])
    assert {row["file"] for row in rows} == {"sept.png"}


def test_a_batch_of_nothing_makes_no_part(spark: "SparkSession", tmp_path: Path) -> None:
    table = Table(tmp_path, spark)
    table.batches(Storage(spark)).process(table.judged, 0)
    assert list((table.outbox / "log").iterdir()) == []
