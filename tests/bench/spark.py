"""`python -m tests.bench spark`: Spark with one worker and with two, against the watcher, in turn.

Each program files a small and a large inbox with `once`; the difference gives what a drawing costs, the
rest what a start costs. A worker is a process of its own with one core (`local-cluster`), as in a cluster;
the driver takes its share of the same machine, so two workers want three cores to be twice as fast.
Processor time, of all processes together, says what it costs whatever else the machine does. Last comes
what the driver alone can do: claim, rename and log, with verdicts that cost nothing. About 10 minutes on
a machine that does nothing else; Linux only; needs `.[spark]` and Java.
"""

import argparse
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Event

from tests.bench import inputs
from tests.bench.programs import ROOT

_CANVASES = {"tiny": inputs.TINY, "paint": inputs.PAINT}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program needs: `start` in seconds, `each` drawing in milliseconds, and of all its processes
    together `processor` milliseconds."""

    start: float
    each: float
    processor: float

    def __str__(self) -> str:
        return (
            f"{self.start:.1f} s to start, {self.each:.2f} ms each ({1000 / self.each:.0f} a second), "
            f"{self.processor:.2f} ms of processor each"
        )


def main(words: Sequence[str]) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench spark", description=__doc__)
    parser.add_argument("--canvas", choices=_CANVASES, default="paint")
    parser.add_argument("--small", type=int, default=200, help="drawings")
    parser.add_argument("--large", type=int, default=4200, help="drawings")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(words)
    _adopt_orphans()
    canvas = _CANVASES[options.canvas]
    programs: dict[str, list[str]] = {
        "watcher": ["once"],
        "1 worker": _spark(1),
        "2 workers": _spark(2),
    }
    samples: dict[str, list[Cost]] = {program: [] for program in programs}
    for _ in range(options.rounds):
        for program, how in programs.items():
            small = _seconds(how, canvas, options.small)
            large = _seconds(how, canvas, options.large)
            samples[program].append(_cost(small, large, options.small, options.large))
            print(f"{program}: {samples[program][-1]}", file=sys.stderr, flush=True)
    watcher, single, double = (
        Cost(*(statistics.median(ones) for ones in zip(*map(astuple, found), strict=True)))
        for found in samples.values()
    )
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"drawings of {canvas}, medians of {options.rounds}; {os.cpu_count()} cores, load {load}")
    for program, cost in zip(programs, (watcher, single, double), strict=True):
        print(f"{program}: {cost}")
    print(f"2 workers against 1: {single.each / double.each:.2f} times as fast")
    print(f"1 worker against the watcher: {watcher.each / single.each:.2f} times as fast")
    print(f"workers that do what the watcher does: {single.each / watcher.each:.1f}")
    print(f"processor, Spark against the watcher: {single.processor / watcher.processor:.1f} times")
    wall, processor = drivers_share(options.large)
    print(
        f"driver alone: {wall:.2f} ms each ({1000 / wall:.0f} a second), {processor:.2f} of processor"
    )
    return 0


def _spark(workers: int) -> list[str]:
    master = f"local-cluster[{workers},1,1024]"
    return ["spark", "--master", master, "--checkpoint", "checkpoint", "--once"]


def _cost(small: tuple[float, float], large: tuple[float, float], few: int, many: int) -> Cost:
    each, processor = (
        (much - little) / (many - few) for little, much in zip(small, large, strict=True)
    )
    return Cost(small[0] - few * each, 1000 * each, 1000 * processor)


def _seconds(how: Sequence[str], canvas: inputs.Canvas, count: int) -> tuple[float, float]:
    """How long a program takes from its start until an inbox is filed and it has ended; by the clock, and
    by the processors for all of its processes."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder, "desk", "inbox")
        inputs.fill(inbox, canvas, count)
        began, spent = time.perf_counter(), _spent()
        subprocess.run(
            [sys.executable, "-m", "watcher", *how, "--inbox", "inbox", "--outbox", "outbox"],
            cwd=inbox.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        ended = time.perf_counter()
        with suppress(ChildProcessError):
            while True:  # Until all that it started have ended, and are counted.
                os.wait()
        return ended - began, _spent() - spent


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _adopt_orphans() -> None:
    """Whoever outlives its parent becomes a child of this process, so that its time is counted here."""
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def drivers_share(count: int) -> tuple[float, float]:
    """What a drawing costs the driver, in ms by the clock and of processor: claimed, looked at, renamed
    and logged in batches of 1,000, the judging left out."""
    # The programs above bring their own.
    from watcher.layout import OUTBOX_FOLDERS
    from watcher.spark.batches import Batches
    from watcher.spark.claiming import Claimer
    from watcher.spark.naming import Places
    from watcher.spark.session import prepare_environment, session
    from watcher.spark.storage import Storage
    from watcher.spark.verdicts import COLUMNS

    prepare_environment("local[1]")
    spark = session("local[1]", True, 1000)
    storage = Storage(spark)
    java = Path(f"/proc/{spark.sparkContext._gateway.proc.pid}/stat")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(8) as threads:
        inputs.fill(Path(folder, "desk", "inbox"), inputs.TINY, count)
        uris = [storage.qualify(f"{folder}/desk/{name}") for name in ("inbox", "outbox", "cp")]
        places = Places(*uris)
        for name in (
            places.claims,
            places.log,
            *(f"{places.outbox}/{one}" for one in OUTBOX_FOLDERS),
        ):
            storage.make_folder(name)
        claimer = Claimer(storage, places, 1, threads)
        batches = Batches(
            storage,
            places,
            run=lambda: "run",
            empty=lambda _names, _times: [],
            threads=threads,
            stopping=Event(),
        )
        verdict = ("0" * 64, "filed", 7, 0.99, 1, 0.001, "", 28, 28, "bench")

        def judged() -> list[dict[str, object]]:
            files = storage.files(places.claims)
            rows = [(file.name, file.size, file.modified_ms, *verdict) for file in files]
            return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

        def spent() -> float:
            ticks = java.read_text().rpartition(")")[2].split()[11:13]  # In user and system mode.
            return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

        began, before, batch = time.perf_counter(), spent(), 0
        while claimer.claim(1000).claimed:
            batches.process(judged, batch)
            batch += 1
        wall, processor = time.perf_counter() - began, spent() - before
    spark.stop()
    return 1000 * wall / count, 1000 * processor / count
