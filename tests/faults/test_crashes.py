"""Killed at every system call that changes a file, then started again: the invariants hold."""

import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.tracing import CALLS, killed_at, needs_strace, points, traced
from tests.faults.workplace import Workplace
from tests.support.in_process import InProcessWatcher
from tests.support.links import refuse_link
from tests.support.stub import drawing
from watcher.config.settings import LogDialect, LogSettings

pytestmark = pytest.mark.slow

# About 40 s; the lane is `--kills 300`.
FEW = 50

# Then another begins, empty: all of its files are looked at after each kill.
KILLS_OF_AN_OUTBOX = 10


def kill_everywhere(
    tmp_path: Path,
    contents: dict[str, bytes],
    options: Sequence[str] = (),
    other: Path | None = None,
    *,
    from_claim: bool = False,
    dialect: LogDialect = "standard",
    change: bool = False,
) -> int:
    """Kills and restarts a watcher at each of its changing calls; returns how many kills.

    With `change` it has filed a drawing in the standard dialect before.
    """

    def filled(name: str) -> Workplace:
        outbox = other / name if other else None
        workplace = Workplace(tmp_path / name, other=outbox, options=options, dialect=dialect)
        if change:
            workplace.save("before.png", drawing(2))
            InProcessWatcher(workplace.root, outbox_folder=workplace.outbox).file()
        for file, content in contents.items():
            workplace.save(file, content)
        return workplace

    whole = filled("whole")
    trace = tmp_path / "trace"
    done = whole.run("once", prefix=traced(trace, CALLS))
    assert done.returncode == 0, done.stderr
    whole.check()
    # The claim is the first rename; what comes before is the same on every file system.
    tried = points(trace, after="rename" if from_claim else "")
    assert ("rename", 1) in tried

    def kill_and_restart(point: tuple[str, int]) -> bool:
        call, number = point
        broken = filled(f"{call}-{number}")
        was_killed = broken.run("once", prefix=killed_at(call, number)).returncode not in (0, 1)
        broken.check_nothing_lost()
        link = refuse_link if "no-links" in options else os.link
        InProcessWatcher(
            broken.root,
            outbox_folder=broken.outbox,
            link=link,
            log_settings=LogSettings(dialect, "de_DE"),
        ).file()
        broken.check()
        assert len(list(broken.outbox.glob("log-*.csv"))) == change, "the old log is kept once"
        shutil.rmtree(broken.root)
        return was_killed

    with ThreadPoolExecutor(2) as threads:
        kills = sum(threads.map(kill_and_restart, tried))
    # The order of calls may differ a little from run to run, their number hardly.
    assert kills >= 0.95 * len(tried)
    return kills


@needs_strace
@pytest.mark.parametrize("dialect", ["standard", "spreadsheet"])
def test_a_kill_at_every_changing_system_call_loses_and_doubles_nothing(
    tmp_path: Path, tried: Counter[str], dialect: LogDialect
) -> None:
    # The second is filed in a batch of its own, once it has been quiet: its row is appended.
    contents = {"sept.png": drawing(7), "text.png": b"no picture"}
    tried["kills"] += kill_everywhere(tmp_path, contents, dialect=dialect)


@needs_strace
def test_nor_while_a_log_in_another_dialect_is_begun(tmp_path: Path, tried: Counter[str]) -> None:
    tried["kills"] += kill_everywhere(
        tmp_path, {"sept.png": drawing(7)}, dialect="spreadsheet", change=True
    )


@needs_strace
def test_nor_where_links_are_refused(tmp_path: Path, tried: Counter[str]) -> None:
    tried["kills"] += kill_everywhere(
        tmp_path, {"sept.png": drawing(7)}, ["no-links"], from_claim=True
    )


@needs_strace
def test_nor_between_two_file_systems(tmp_path: Path, elsewhere: Path, tried: Counter[str]) -> None:
    tried["kills"] += kill_everywhere(
        tmp_path, {"sept.png": drawing(7)}, other=elsewhere, from_claim=True
    )


def test_a_watcher_killed_again_and_again_files_each_drawing_once(
    request: pytest.FixtureRequest, tmp_path: Path, tried: Counter[str]
) -> None:
    """Drawings come all the time; after every kill it starts again, or is looked at first."""
    chance = random.Random(4)
    for kill in range(int(request.config.getoption("--kills", FEW))):
        if kill % KILLS_OF_AN_OUTBOX == 0:
            workplace = Workplace(tmp_path / str(kill))
            number = 0
        watcher = workplace.start("watch")
        end = time.monotonic() + chance.uniform(0.25, 0.8)
        while time.monotonic() < end:
            for _ in range(chance.randrange(8)):
                workplace.save(f"{number % 50}-{number}.png", drawing(number % 10, str(number)))
                number += 1
            time.sleep(0.02)
        watcher.kill()
        watcher.wait()
        tried["kills"] += 1
        workplace.check_nothing_lost()
        if chance.random() < 0.5 or (kill + 1) % KILLS_OF_AN_OUTBOX == 0:
            InProcessWatcher(workplace.root).file()
            workplace.check()
