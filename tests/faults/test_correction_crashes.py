"""Killed anywhere while it notices corrections and carries out a review's requests, and started again:
each has its one row."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.running import Running, wait_for_rows
from tests.faults.tracing import (
    CALLS,
    NAME_CALLS,
    SYNC_CALLS,
    killed_at,
    needs_strace,
    points,
    traced,
)
from tests.faults.workplace import Workplace
from tests.support.stub import drawing
from watcher.journal.journal import Journal

pytestmark = pytest.mark.slow

REQUESTS = {"d.png": ("4", 4), "e.png": ("7", 7)}
MOVES = {"7/a.png": "1/a.png", "7/b.png": "unsure/other.png"}
EXPECTED = [
    ("", "from 7", "unsure/other.png"),
    ("1", "from 7", "1/a.png"),
    ("3", "by hand", "3/c.png"),
    ("4", "from 7", "4/d.png"),
    ("7", "from 7", "7/e.png"),
]


def with_corrections(workplace: Workplace) -> Workplace:
    """Two drawings that their user moved, two that a review is to move and to confirm, and one put
    beside them by hand."""
    for name in "abde":
        workplace.save(f"{name}.png", drawing(7, name))
    workplace.file()
    for place, to in MOVES.items():
        (workplace.outbox / to).parent.mkdir(exist_ok=True)
        (workplace.outbox / place).rename(workplace.outbox / to)
    journal = Journal(workplace.journal)
    for row in workplace.rows():
        if row["file"] in REQUESTS:
            journal.requests.add(row["id"], *REQUESTS[row["file"]], False)
    journal.close()
    (workplace.outbox / "3").mkdir()
    (workplace.outbox / "3" / "c.png").write_bytes(drawing(5, "c"))
    return workplace


def corrections(workplace: Workplace) -> list[tuple[str, str, str]]:
    return sorted(
        (row["digit"], row["reason"], row["filed_as"])
        for row in workplace.rows()
        if row["status"] == "corrected"
    )


def killed_and_run_again(workplace: Workplace, point: tuple[str, int]) -> bool:
    """Run `once` until it is killed at a system call, then file the rest; return whether it was killed."""
    was_killed = workplace.run("once", prefix=killed_at(*point)).returncode not in (0, 1)
    workplace.file()
    return was_killed


@needs_strace
def test_a_kill_at_every_changing_call_loses_and_doubles_no_correction(
    tmp_path: Path, tried: Counter[str]
) -> None:
    whole = with_corrections(Workplace(tmp_path / "whole"))
    trace = tmp_path / "trace"
    done = whole.run("once", prefix=traced(trace, CALLS))
    assert done.returncode == 0, done.stderr
    assert corrections(whole) == EXPECTED

    def kill_and_restart(point: tuple[str, int]) -> bool:
        broken = with_corrections(Workplace(tmp_path / f"{point[0]}-{point[1]}"))
        was_killed = killed_and_run_again(broken, point)
        assert corrections(broken) == EXPECTED, point
        return was_killed

    with ThreadPoolExecutor(4) as threads:
        tried["kills"] += sum(threads.map(kill_and_restart, points(trace)))


def written_on(workplace: Workplace) -> Workplace:
    """A drawing that its program wrote to once more just after its row."""
    workplace.save("f.png", drawing(7))
    workplace.file()
    with (workplace.outbox / "7" / "f.png").open("r+b") as program:
        program.write(drawing(5, "all of it"))
    return workplace


@needs_strace
def test_a_kill_at_any_name_or_sync_files_a_drawing_again_once(
    tmp_path: Path, tried: Counter[str]
) -> None:
    whole = written_on(Workplace(tmp_path / "whole"))
    trace = tmp_path / "trace"
    calls = f"{NAME_CALLS},{SYNC_CALLS}"
    assert whole.run("once", prefix=traced(trace, calls)).returncode == 0

    def kill_and_restart(point: tuple[str, int]) -> bool:
        broken = written_on(Workplace(tmp_path / f"{point[0]}-{point[1]}"))
        was_killed = killed_and_run_again(broken, point)
        places = [row["filed_as"] for row in broken.rows()]
        assert (places, list(broken.filed())) == (["7/f.png", "5/f.png"], ["5/f.png"]), point
        return was_killed

    with ThreadPoolExecutor(4) as threads:
        kills = threads.map(kill_and_restart, points(trace, after="rename"))
        tried["kills"] += sum(kills)


def test_a_running_watcher_notices_corrections(workplace: Workplace) -> None:
    with_corrections(workplace)
    watcher = Running(workplace)
    wait_for_rows(workplace, 9)
    assert corrections(workplace) == EXPECTED
    assert watcher.wait_for("corrected: from 7")
    (workplace.outbox / "1" / "a.png").rename(workplace.outbox / "7" / "a.png")
    wait_for_rows(workplace, 10)
    watcher.end()
    assert ("7", "from 1", "7/a.png") in corrections(workplace)


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    place = Workplace(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(config.read_text() + "outbox_seconds = 0.2\n")
    return place
