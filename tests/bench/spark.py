"""`python -m tests.bench spark`: Spark with one worker and with two, against the watcher, in turn.

Each program files a small and a large inbox with `once`; the difference gives what a drawing costs, the
rest what a start costs. A worker is a process of its own with one core (`local-cluster`), as in a cluster;
the driver takes its share of the same machine, so two workers want three cores to be twice as fast. Prints
medians and ratios, and where Spark overtakes the watcher. About 10 minutes; needs `.[spark]` and Java.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import inputs
from tests.bench.programs import ROOT

_CANVASES = {"tiny": inputs.TINY, "paint": inputs.PAINT}

_WORKER = "local-cluster[{},1,1024]"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program needs: `start` in seconds, `each` drawing in milliseconds."""

    start: float
    each: float

    @property
    def rate(self) -> float:
        """Drawings a second."""
        return 1000 / self.each if self.each > 0 else float("inf")


def main(words: Sequence[str]) -> int:
    """Measures and prints; 1 where a program failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench spark", description=__doc__)
    parser.add_argument("--canvas", choices=_CANVASES, default="paint")
    parser.add_argument("--small", type=int, default=200, help="drawings")
    parser.add_argument("--large", type=int, default=4200, help="drawings")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(words)
    programs = {"watcher": [], "1 worker": _spark(1), "2 workers": _spark(2)}
    samples: dict[str, list[Cost]] = {program: [] for program in programs}
    canvas = _CANVASES[options.canvas]
    for _ in range(options.rounds):
        for program, how in programs.items():
            small = _seconds(how, canvas, options.small)
            large = _seconds(how, canvas, options.large)
            each = (large - small) / (options.large - options.small)
            samples[program].append(Cost(small - options.small * each, 1000 * each))
    cost = {
        program: Cost(
            statistics.median(one.start for one in found),
            statistics.median(one.each for one in found),
        )
        for program, found in samples.items()
    }
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"drawings of {canvas}, medians of {options.rounds}; {os.cpu_count()} cores, load {load}")
    for program, one in cost.items():
        print(
            f"{program}: {one.start:.1f} s to start, {one.each:.2f} ms each, {one.rate:.0f} a second"
        )
    watcher, single, double = cost.values()
    print(f"2 workers against 1: {single.each / double.each:.2f} times as fast")
    print(f"1 worker against the watcher: {watcher.each / single.each:.2f} times as fast")
    print(f"so many workers do what the watcher does: {single.each / watcher.each:.1f}")
    return 0


def _spark(workers: int) -> list[str]:
    return ["spark", "--master", _WORKER.format(workers), "--checkpoint", "checkpoint"]


def _seconds(how: Sequence[str], canvas: inputs.Canvas, count: int) -> float:
    """How long a program takes from its start until an inbox is filed and it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder, "desk", "inbox")
        inputs.fill(inbox, canvas, count)
        folders = ["--inbox", "inbox", "--outbox", "outbox"]
        words = [*how, "--once", *folders] if how else ["once", *folders]
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "watcher", *words],
            cwd=inbox.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return time.perf_counter() - began
