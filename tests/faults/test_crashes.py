"""Killed at every system call that changes a file, then started again: the invariants hold."""

import re
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stub import drawing
from workplace import Workplace

CALLS = (
    "rename,renameat,renameat2,link,linkat,unlink,unlinkat,fsync,fdatasync,write,pwrite64,"
    "ftruncate,mkdir,mkdirat,rmdir"
)

strace = shutil.which("strace")
needs_strace = pytest.mark.skipif(strace is None, reason="strace is not installed")


def changing_calls(trace: Path) -> list[str]:
    """The names of the calls in a trace, in order."""
    calls = []
    for line in trace.read_text(errors="replace").splitlines():
        found = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if found:
            calls.append(found[1])
    return calls


def fill(workplace: Workplace) -> None:
    workplace.save("sept.png", drawing(7, "sept"))
    workplace.save("un.png", drawing(1, "un"))
    workplace.save("text.png", b"no picture")


def killed_at(workplace: Workplace, call: str, number: int) -> bool:
    """Runs `once` until its `number`th `call` and kills it there; False if it ended before."""
    prefix = [
        str(strace),
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={call}",
        "-e",
        f"inject={call}:signal=KILL:when={number}",
    ]
    return workplace.run("once", prefix=prefix).returncode not in (0, 1)


@needs_strace
def test_a_kill_at_every_changing_system_call_loses_and_doubles_nothing(
    tmp_path: Path, tried: Counter[str]
) -> None:
    whole = Workplace(tmp_path / "whole")
    fill(whole)
    trace = tmp_path / "trace"
    done = whole.run("once", prefix=[str(strace), "-f", "-qq", "-o", str(trace), "-e", CALLS])
    assert done.returncode == 0, done.stderr
    whole.check()
    times = Counter(changing_calls(trace))
    assert {"link", "fsync", "unlink"} <= {call.removesuffix("at") for call in times}
    points = [(call, n) for call, count in times.items() for n in range(1, count + 1)]

    def kill_and_restart(point: tuple[str, int]) -> bool:
        call, number = point
        broken = Workplace(tmp_path / f"{call}-{number}")
        fill(broken)
        was_killed = killed_at(broken, call, number)
        broken.check_nothing_lost()
        again = broken.run("once")
        assert again.returncode == 0, (point, again.stderr)
        broken.check()
        shutil.rmtree(broken.root)
        return was_killed

    with ThreadPoolExecutor(2) as threads:
        kills = sum(threads.map(kill_and_restart, points))
    tried["kills"] += kills
    # The order of calls may differ a little from run to run, their number hardly.
    assert kills >= 0.95 * len(points)
