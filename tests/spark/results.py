"""What a stream has made of its inbox, and whether that is all and nothing twice."""

import csv
import hashlib
from collections import Counter
from pathlib import Path

FOLDERS = (*map(str, range(10)), "unsure", "rejected")

Row = dict[str, str]


def csv_rows(outbox: Path) -> list[Row]:
    rows: list[Row] = []
    for part in sorted((outbox / "log").glob("part-*.csv")):
        with part.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def parquet_ids(outbox: Path) -> list[str]:
    import pyarrow.parquet as pq

    parts = sorted((outbox / "log").glob("part-*.parquet"))
    return [id_ for part in parts for id_ in pq.read_table(part).column("id").to_pylist()]


def filed(outbox: Path) -> dict[str, bytes]:
    """The files by their place."""
    files = [path for name in FOLDERS for path in (outbox / name).glob("*")]
    return {path.relative_to(outbox).as_posix(): path.read_bytes() for path in files}


def left(inbox: Path) -> list[str]:
    """What lies in the inbox still, claims included."""
    return sorted(path.name for path in inbox.rglob("*") if path.is_file())


def check(inbox: Path, outbox: Path, saved: list[bytes]) -> list[Row]:
    """All that was saved was filed once, as its row says, and nothing else; returns the rows."""
    rows, files = csv_rows(outbox), filed(outbox)
    assert left(inbox) == []
    assert len(files) == len(rows) == len(saved)
    assert len({row["id"] for row in rows}) == len(rows)
    assert sorted(parquet_ids(outbox)) == sorted(row["id"] for row in rows)
    hashes = {place: hashlib.sha256(content).hexdigest() for place, content in files.items()}
    assert {row["filed_as"]: row["sha256"] for row in rows} == hashes
    assert Counter(files.values()) == Counter(saved)
    assert not [path.name for path in (outbox / "log").iterdir() if path.name.startswith(".")]
    return rows
