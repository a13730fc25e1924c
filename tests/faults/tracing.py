"""A watcher under strace: killed at one of its system calls, or standing still after each of them."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

NAME_CALLS = "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir"
SYNC_CALLS = "fsync,fdatasync"

# The system calls that change a file.
CALLS = f"{NAME_CALLS},{SYNC_CALLS},write,pwrite64,ftruncate"

strace = shutil.which("strace")
needs_strace = pytest.mark.skipif(strace is None, reason="strace is not installed")

_LONGEST_CALL_SECONDS = 30.0


def traced(trace: Path, calls: str, injected: str = "") -> list[str]:
    """What comes before a command so that its calls are traced, with `injected` at each of them."""
    inject = ["-e", f"inject={calls}:{injected}"] if injected else []
    return [str(strace), "-f", "-qq", "-o", str(trace), "-e", f"trace={calls}", *inject]


def points(trace: Path, after: str = "") -> list[tuple[str, int]]:
    """The calls in a trace as `killed_at` wants them: strace counts those of each thread by itself.

    `after` leaves out what came before the first call of that name.
    """
    by_thread: dict[str, list[str]] = {}
    for line in trace.read_text(errors="replace").splitlines():
        if found := re.match(r"(\d+ +)?(\w+)\(", line):
            by_thread.setdefault(found[1] or "", []).append(found[2])
    first: Counter[str] = Counter()
    for calls in by_thread.values():
        if after in calls:
            first = Counter(calls[: calls.index(after)])
    counted = [Counter(calls) for calls in by_thread.values()]
    most = {call: max(count[call] for count in counted) for call in set().union(*counted)}
    return [(call, n) for call in sorted(most) for n in range(first[call] + 1, most[call] + 1)]


def killed_at(call: str, number: int) -> list[str]:
    """What comes before a command so that its process is killed at its `number`th `call`."""
    return traced(Path(os.devnull), call, f"signal=KILL:when={number}")


def stops(
    tracer: subprocess.Popen[str], trace: Path, is_over: Callable[[], bool]
) -> Iterator[None]:
    """Yields whenever the process traced with `signal=STOP` stands still; it goes on afterwards.

    Ends with the tracer, or once the process runs and `is_over`.
    """
    seen = 0
    end = time.monotonic() + _LONGEST_CALL_SECONDS
    while tracer.poll() is None:
        lines = trace.read_text(errors="replace").splitlines() if trace.exists() else []
        stopped = [line for line in lines[seen:] if line.endswith("--- stopped by SIGSTOP ---")]
        pid = _process_of(stopped)
        if pid is None or len(stopped) < len(_threads(pid)):
            if is_over():
                return
            assert time.monotonic() < end, "it neither stops nor ends"
            time.sleep(0.001)
            continue
        seen = len(lines)
        try:
            yield
        except GeneratorExit:  # The test failed.
            os.kill(pid, signal.SIGKILL)
            raise
        os.kill(pid, signal.SIGCONT)
        end = time.monotonic() + _LONGEST_CALL_SECONDS


def _process_of(lines: Sequence[str]) -> int | None:
    """The process one of whose threads a line of the trace is of."""
    for line in lines:
        try:
            status = Path(f"/proc/{line.split()[0]}/status").read_text()
        except OSError:
            continue
        return int(status.split("Tgid:")[1].split()[0])
    return None


def _threads(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
    except OSError:
        return []
