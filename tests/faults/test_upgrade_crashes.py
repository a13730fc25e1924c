"""Killed while a journal of an earlier format is brought up: it is the old one or the new, never half."""

import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.tracing import CALLS, killed_at, needs_strace, points, traced
from tests.faults.workplace import ROOT, environment
from watcher.journal.journal import Journal
from watcher.journal.migrations import VERSION

pytestmark = pytest.mark.slow

RELEASED = sorted((ROOT / "tests/watcher/journal/released").iterdir())

UPGRADE = """
import sys
from pathlib import Path
from watcher.journal.journal import Journal
Journal(Path(sys.argv[1]))
"""


def laid(path: Path, released: Path) -> Path:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript((released / "journal.sql").read_text(encoding="utf-8"))
    return path


def tables(path: Path) -> tuple[int, set[str]]:
    with closing(sqlite3.connect(path)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return version, {name for (name,) in names}


@needs_strace
@pytest.mark.parametrize("released", RELEASED, ids=lambda folder: folder.name)
def test_a_kill_at_every_changing_call_leaves_the_old_or_the_new(
    tmp_path: Path, released: Path, tried: Counter[str]
) -> None:
    def upgraded(name: str, prefix: list[str]) -> tuple[Path, int]:
        path = laid(tmp_path / name / "journal.sqlite3", released)
        command = [*prefix, sys.executable, "-c", UPGRADE, str(path)]
        ended = subprocess.run(
            command, env=environment(), capture_output=True, timeout=60, check=False
        )
        return path, ended.returncode

    old = tables(laid(tmp_path / "old" / "journal.sqlite3", released))
    trace = tmp_path / "trace"
    whole, status = upgraded("whole", traced(trace, CALLS))
    new = tables(whole)
    assert (status, new[0]) == (0, VERSION)
    assert old[0] < VERSION
    left = []
    for call, number in points(trace):
        path, status = upgraded(f"{call}-{number}", killed_at(call, number))
        assert status != 0
        left.append(tables(path))
        with closing(Journal(path)) as journal:
            assert len(list(journal.rows.after())) >= 3
    assert all(state in (old, new) for state in left)
    assert old in left
    assert new in left
    tried["upgrades killed"] += len(left)
