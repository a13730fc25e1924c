"""Faults around a running watcher: it pauses, says why, and goes on by itself."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.running import Running, wait_for_rows
from tests.faults.workplace import Workplace, sha256
from tests.support.stub import drawing

pytestmark = pytest.mark.faults

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_it_ends_within_two_seconds_in_the_middle_of_a_backlog(
    workplace: Workplace, name: str
) -> None:
    for number in range(3000):
        (workplace.inbox / f"{number}.png").write_bytes(drawing(number % 10, str(number)))
    watcher = Running(workplace)
    watcher.wait_for("->")
    began = time.monotonic()
    watcher.process.send_signal(getattr(signal, name))
    assert watcher.process.wait(10) == 0
    assert time.monotonic() - began < 2
    assert [path.name for path in workplace.inbox.glob(".watcher-claims/*")] == ["lock"]
    left = len(list(workplace.inbox.glob("*.png")))
    assert len(workplace.rows()) == len(workplace.filed()) == 3000 - left
    assert left


@pytest.mark.faults(2)
def test_a_second_watcher_on_the_same_folders_ends_with_4(
    workplace: Workplace, tmp_path: Path
) -> None:
    watcher = Running(workplace)
    second = workplace.run("once")
    assert second.returncode == 4
    assert "another watcher already watches" in second.stderr
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "inbox").symlink_to(workplace.inbox)
    assert Workplace(tmp_path / "other").run("once").returncode == 4, "the inbox alone is shared"
    watcher.end()


def test_a_lock_dies_with_its_process(workplace: Workplace) -> None:
    watcher = Running(workplace)
    watcher.process.kill()
    watcher.process.wait()
    workplace.save("a.png", drawing(1))
    workplace.file()
    workplace.check()


def test_an_outbox_that_is_gone_and_back_again(workplace: Workplace) -> None:
    watcher = Running(workplace)
    workplace.save("a.png", drawing(1))
    wait_for_rows(workplace, 1)
    away = workplace.root / "away"
    workplace.outbox.rename(away)
    workplace.save("b.png", drawing(2))
    said = watcher.wait_for("bring it back")
    assert "nothing is lost" in said
    assert not workplace.outbox.exists(), "it must not be made again: a disk may be missing"
    away.rename(workplace.outbox)
    watcher.wait_for("resumed")
    watcher.end_with(2)


def test_a_file_in_the_place_of_a_digits_folder(workplace: Workplace) -> None:
    workplace.outbox.mkdir()
    (workplace.outbox / "7").write_text("no folder")
    watcher = Running(workplace)
    workplace.save("a.png", drawing(7))
    watcher.wait_for("nothing is lost")
    workplace.check_nothing_lost()
    (workplace.outbox / "7").unlink()
    watcher.end_with(1)


def test_a_log_that_cannot_be_written_keeps_its_rows_waiting(workplace: Workplace) -> None:
    watcher = Running(workplace)
    workplace.save("a.png", drawing(1))
    wait_for_rows(workplace, 1)
    if subprocess.run(["chattr", "+i", str(workplace.log)], check=False).returncode:
        watcher.end()
        pytest.skip("no file can be made immutable here")
    try:
        workplace.save("b.png", drawing(2))
        said = watcher.wait_for("close it in other programs")
        assert "rows wait in the journal" in said
    finally:
        subprocess.run(["chattr", "-i", str(workplace.log)], check=True)
    watcher.end_with(2)
    assert not list(workplace.outbox.glob("log-*.csv"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if not IS_ROOT or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    workplace = Workplace(small_disk / "work")
    watcher = Running(workplace)
    workplace.save("a.png", drawing(1))
    wait_for_rows(workplace, 1)
    contents = [drawing(2, str(number)) for number in range(40)]
    for number, content in enumerate(contents):
        (small_disk / f"{number}.tmp").write_bytes(content)
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            pass
    for number, content in enumerate(contents):
        (small_disk / f"{number}.tmp").rename(workplace.inbox / f"{number}.png")
        workplace.saved[sha256(content)] = 1
    said = watcher.wait_for("nothing is lost")
    assert "full" in said.replace(str(small_disk), "")
    workplace.check_nothing_lost()
    filler.unlink()
    watcher.end_with(41)


@pytest.mark.parametrize("damage", ["garbage", "zeros in the middle", "deleted", "emptied"])
def test_a_damaged_journal_is_rebuilt_from_log_and_outbox(
    workplace: Workplace, damage: str
) -> None:
    for number in range(100):
        workplace.save(f"{number}.png", drawing(number % 10, str(number)))
    workplace.file()
    (workplace.outbox / "5" / "own.png").write_bytes(b"the user's")
    log = workplace.log.read_bytes()
    content = bytearray(workplace.journal.read_bytes())
    if damage == "garbage":
        content[:] = b"no journal" * 1000
    elif damage == "zeros in the middle":
        content[4096:] = bytes(len(content) - 4096)
    elif damage == "emptied":
        content.clear()
    workplace.journal.write_bytes(content)
    if damage == "deleted":
        workplace.journal.unlink()
    workplace.save("new.png", drawing(9, "new"))
    again = workplace.run("once")
    assert again.returncode == 0, again.stderr
    assert workplace.log.read_bytes().startswith(log)
    rows = workplace.rows()
    assert len(rows) == 102
    assert [row["file"] for row in rows if row["reason"] == "recovered"] == ["own.png"]
    kept = list(workplace.journal.parent.glob("journal-*.sqlite3"))
    assert len(kept) == (damage != "deleted")


def test_a_journal_that_another_program_holds(workplace: Workplace) -> None:
    watcher = Running(workplace)
    database = sqlite3.connect(workplace.journal, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    workplace.save("a.png", drawing(1))
    watcher.wait_for("another program holds the journal")
    database.execute("ROLLBACK")
    database.close()
    watcher.end_with(1)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="inotify's queue")
def test_events_that_were_dropped_are_not_missed(workplace: Workplace) -> None:
    watcher = Running(workplace)
    watcher.process.send_signal(signal.SIGSTOP)
    # A save makes four events at least: made, closed, renamed from, renamed to.
    queue = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    count = 20_000
    assert 4 * count > queue
    for number in range(count):
        workplace.save(f"{number}.png", drawing(number % 10, str(number)))
    watcher.process.send_signal(signal.SIGCONT)
    watcher.end_with(count, seconds=180)


@pytest.mark.parametrize(
    "tail",
    [lambda log, n: log[:n], lambda log, n: log[:n] + bytes(len(log) - n)],
    ids=["cut", "zeros"],
)
def test_power_lost_before_the_log_was_on_the_disk(
    workplace: Workplace, tail: Callable[[bytes, int], bytes]
) -> None:
    """The journal was synced, the log's last rows were not: they are cut, or zeros."""
    workplace.save("a.png", drawing(1))
    workplace.file()
    first = workplace.log.stat()
    workplace.save("b.png", drawing(2))
    workplace.file()
    database = sqlite3.connect(workplace.journal)
    with database:
        state = (1, first.st_size, first.st_mtime_ns)
        database.execute("UPDATE log SET rows = ?, length = ?, mtime_ns = ?", state)
    database.close()
    workplace.log.write_bytes(tail(workplace.log.read_bytes(), first.st_size + 20))
    assert workplace.run("once").returncode == 0
    workplace.check()
    assert not list(workplace.outbox.glob("log-*.csv"))
