"""The programs as processes: started, waited for by what they say, weighed by what Linux says."""

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

PROGRAMS = ("program", "limit", "opencv", "peer")

# The checkout's code, compiled once and kept, as an installed program's is.
_ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
} | {"PYTHONPATH": str(ROOT)}

_LONGEST_SECONDS = 1800.0
_NEVER_READY_SECONDS = 120.0


class Running:
    """One of PROGRAMS at work; `began` and all times are `time.perf_counter`'s."""

    def __init__(self, program: str, inbox: Path, outbox: Path, way: str = "backlog") -> None:
        self._lines: queue.SimpleQueue[tuple[float, str]] = queue.SimpleQueue()
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            _command(program, inbox, outbox, way),
            cwd=inbox.parent,
            env=_ENVIRONMENT | {"TF_CPP_MIN_LOG_LEVEL": "2"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def ready(self) -> float:
        """When it was ready to file."""
        while True:
            at, line = self._next(_NEVER_READY_SECONDS)
            if line.startswith("watching"):
                return at

    def filed(self, count: int) -> float:
        """When it had filed `count` more drawings."""
        at = self.began
        while count > 0:
            at, line = self._next(_LONGEST_SECONDS)
            if line.startswith("done "):
                count -= int(line.split()[1])
            elif " -> " in line:
                count -= 1
        return at

    def seconds_told(self) -> Iterator[float]:
        """What the limit says that each of its drawings took."""
        while True:
            try:
                _, line = self._next(_NEVER_READY_SECONDS)
            except EndedError:
                return
            if line.startswith("took "):
                yield float(line.split()[1])

    def resident_mb(self) -> float:
        return _status(self.process.pid, "VmRSS")

    def most_resident_mb(self) -> float:
        return _status(self.process.pid, "VmHWM")

    def processor_seconds(self) -> float:
        """What all its threads that live have used, to the nanosecond."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def _next(self, seconds: float) -> tuple[float, str]:
        at, line = self._lines.get(timeout=seconds)
        if not line:
            raise EndedError(f"it ended with {self.process.wait()}")
        return at, line

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put((time.perf_counter(), line))
        self._lines.put((time.perf_counter(), ""))


class EndedError(Exception):
    """A program ended before it had done what it was asked for."""


@contextmanager
def running(program: str, inbox: Path, way: str = "backlog") -> Iterator[Running]:
    """Runs a program on `inbox` with an outbox beside it; ends it."""
    outbox = inbox.with_name("outbox")
    for folder in (inbox, outbox):
        folder.mkdir(parents=True, exist_ok=True)
    process = Running(program, inbox, outbox, way)
    try:
        yield process
    finally:
        process.end()


def command(desk: Path, words: Sequence[str]) -> None:
    """Run a command of the watcher on the inbox and the outbox in `desk`, to its end."""
    subprocess.run(
        [sys.executable, "-m", "watcher", *words],
        cwd=desk,
        env=_ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        check=True,
    )


@contextmanager
def reviewing(desk: Path) -> Iterator[str]:
    """Serve the review of `desk`; yields its page's address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "watcher", "review", "--no-browser"],
        cwd=desk,
        env=_ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().partition(" at ")[2].partition(";")[0]
    finally:
        process.terminate()
        process.wait(30)


def _command(program: str, inbox: Path, outbox: Path, way: str) -> Sequence[str]:
    folders = [str(inbox), str(outbox)]
    match program:
        case "program":
            options = ["--inbox", folders[0], "--outbox", folders[1]]
            return [sys.executable, "-m", "watcher", *options]
        case "opencv":
            return [sys.executable, "-m", "tests.bench.limit", f"opencv-{way}", *folders]
        case "limit":
            return [sys.executable, "-m", "tests.bench.limit", way, *folders]
        case _:
            return [sys.executable, "-m", "tests.bench.peer", *folders]


def _status(pid: int, field: str) -> float:
    """A size in MB of 1024 kB, as `top` has it."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split(f"{field}:")[1].split()[0]) / 1024
