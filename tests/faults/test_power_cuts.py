"""The power goes at any moment: what was filed stays filed, and what was saved is there once."""

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.power import SIZES, Cut, Machine
from tests.faults.running import Running, wait_for_rows
from tests.faults.tracing import (
    CALLS,
    NAME_CALLS,
    SYNC_CALLS,
    killed_at,
    needs_strace,
    stops,
    traced,
)
from tests.faults.workplace import Workplace, environment, kill_all_started
from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing

pytestmark = [pytest.mark.slow, needs_strace]

Build = Callable[..., Machine]

kinds = pytest.mark.parametrize("kind", SIZES)

LONG_AGO = 1_600_000_000


@pytest.fixture
def build() -> Iterator[Build]:
    """Makes machines; in memory, since only the image's own writes count."""
    root = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    machines: list[Machine] = []

    def built(kind: str, *names: str) -> Machine:
        machines.append(Machine(kind, root, *names))
        return machines[-1]

    try:
        yield built
    finally:
        kill_all_started()
        for machine in machines:
            machine.unplug()
        shutil.rmtree(root)


def live(machine: Machine, workplace: Workplace, *, keep_names: bool) -> None:
    """Files what lies in the inbox, with a cut after each system call that changes a file."""
    trace, said = workplace.root.parent / "trace", workplace.root.parent / "said"
    # No name changes at a write: with the names kept, what a cut leaves is the same before and after.
    calls = f"{NAME_CALLS},{SYNC_CALLS}" if keep_names else CALLS
    with said.open("w") as out:
        tracer = subprocess.Popen(
            [*traced(trace, calls, "signal=STOP"), *workplace.command("once")],
            stdout=out,
            stderr=out,
            text=True,
            env=environment(),
        )
    machine.cut("")
    for _ in stops(tracer, trace, lambda: False):
        machine.cut(said.read_text(), keep_names=keep_names)
    assert tracer.wait(60) == 0, said.read_text()
    machine.cut(said.read_text(), keep_names=keep_names)


def start_again(machine: Machine, cut: Cut, workplace: Workplace) -> None:
    machine.start_after(cut)
    staged = workplace.inbox / ".saved.tmp"
    if staged.exists():
        staged.rename(workplace.inbox / "late.png")
    InProcessWatcher(workplace.root, outbox_folder=workplace.outbox).file()


def expect_whole(machine: Machine, workplace: Workplace, tried: Counter[str]) -> None:
    """After each cut everything that was saved is filed once."""
    for cut in machine.cuts:
        start_again(machine, cut, workplace)
        workplace.check()
    tried["power cuts"] += len(machine.cuts)


@kinds
@pytest.mark.parametrize("keep_names", [False, True], ids=["synced alone", "names kept"])
def test_what_was_on_the_disk_is_filed_once_after_a_power_cut(
    build: Build, kind: str, keep_names: bool, tried: Counter[str]
) -> None:
    machine = build(kind, "disk")
    workplace = Workplace(machine.disks[0].folder / "work")
    workplace.save("sept.png", drawing(7))
    workplace.save("text.png", b"no picture")
    machine.sync()
    live(machine, workplace, keep_names=keep_names)
    expect_whole(machine, workplace, tried)


@kinds
def test_nor_is_it_filed_twice_between_two_disks(
    build: Build, kind: str, tried: Counter[str]
) -> None:
    machine = build(kind, "one", "other")
    outbox = machine.disks[1].folder / "outbox"
    workplace = Workplace(machine.disks[0].folder / "work", other=outbox)
    workplace.save("sept.png", drawing(7))
    machine.sync()
    live(machine, workplace, keep_names=False)
    expect_whole(machine, workplace, tried)


def test_nor_if_the_power_goes_while_it_mends_a_crash(build: Build, tried: Counter[str]) -> None:
    """What a killed watcher did is not on the disk, either."""
    number = 0
    while True:
        number += 1
        machine = build("ext4", f"one {number}", f"other {number}")
        outbox = machine.disks[1].folder / "outbox"
        workplace = Workplace(machine.disks[0].folder / "work", other=outbox)
        workplace.save("sept.png", drawing(7))
        machine.sync()
        if workplace.run("once", prefix=killed_at("fsync", number)).returncode == 0:
            break
        live(machine, workplace, keep_names=False)
        expect_whole(machine, workplace, tried)
        machine.unplug()
        tried["kills"] += 1
    assert number > 5


@kinds
def test_nor_while_a_lost_journal_is_rebuilt(build: Build, kind: str, tried: Counter[str]) -> None:
    machine = build(kind, "disk")
    workplace = Workplace(machine.disks[0].folder / "work")
    workplace.save("sept.png", drawing(7))
    workplace.save("text.png", b"no picture")
    workplace.file()
    workplace.journal.unlink()
    workplace.save("new.png", drawing(1))
    machine.sync()
    live(machine, workplace, keep_names=False)
    expect_whole(machine, workplace, tried)


@kinds
def test_nor_by_a_watcher_that_has_run_for_long(
    build: Build, kind: str, tried: Counter[str]
) -> None:
    """Its journal's write-ahead log is written over, which syncs nothing but those bytes."""
    machine = build(kind, "disk")
    workplace = Workplace(machine.disks[0].folder / "work")
    watcher = Running(workplace)
    for number in range(12):
        workplace.save(f"{number}.png", drawing(number % 10, str(number)))
        wait_for_rows(workplace, number + 1)
    database = sqlite3.connect(workplace.journal)
    database.execute("PRAGMA wal_checkpoint(RESTART)")
    database.close()
    staged = workplace.save(".saved.tmp", drawing(7, "late"))
    machine.sync()
    trace = workplace.root.parent.parent / "trace"
    tracer = subprocess.Popen(
        [*traced(trace, CALLS, "signal=STOP"), "-p", str(watcher.process.pid)], text=True
    )
    while "TracerPid:\t0\n" in Path(f"/proc/{watcher.process.pid}/status").read_text():
        assert tracer.poll() is None
    staged.rename(workplace.inbox / "late.png")
    batches = workplace.inbox / ".watcher-claims"

    def is_over() -> bool:
        return len(workplace.rows()) == 13 and [p.name for p in batches.iterdir()] == ["lock"]

    for _ in stops(tracer, trace, is_over):
        machine.cut("")
    tracer.terminate()
    tracer.wait()
    watcher.process.send_signal(signal.SIGCONT)
    watcher.end_with(13)
    assert len(machine.cuts) > 2
    expect_whole(machine, workplace, tried)


@kinds
@pytest.mark.parametrize("is_old", [False, True], ids=["just drawn", "copied with its old date"])
@pytest.mark.parametrize("keep_names", [False, True], ids=["synced alone", "names kept"])
def test_what_was_filed_is_on_the_disk_though_its_program_never_synced_it(
    build: Build, kind: str, is_old: bool, keep_names: bool, tried: Counter[str]
) -> None:
    """Before it is filed it is the program's and the kernel's to lose: an empty file is rejected."""
    machine = build(kind, "disk")
    workplace = Workplace(machine.disks[0].folder / "work")
    machine.sync()
    path = workplace.save("sept.png", drawing(7))
    if is_old:
        os.utime(path, (LONG_AGO, LONG_AGO))
    live(machine, workplace, keep_names=keep_names)
    for cut in machine.cuts:
        start_again(machine, cut, workplace)
        workplace.check_filed()
        if "->" in cut.said:
            workplace.check()
    tried["power cuts"] += len(machine.cuts)


@kinds
def test_a_log_that_the_user_edited_survives_a_power_cut(
    build: Build, kind: str, tried: Counter[str]
) -> None:
    machine = build(kind, "disk")
    workplace = Workplace(machine.disks[0].folder / "work")
    workplace.save("sept.png", drawing(7))
    workplace.file()
    edited = workplace.log.read_bytes() + b"my own notes\n"
    workplace.log.write_bytes(edited)
    workplace.save("new.png", drawing(1))
    machine.sync()
    live(machine, workplace, keep_names=False)
    for cut in machine.cuts:
        start_again(machine, cut, workplace)
        workplace.check()
        assert edited in [kept.read_bytes() for kept in workplace.outbox.glob("log-*.csv")]
    tried["power cuts"] += len(machine.cuts)
