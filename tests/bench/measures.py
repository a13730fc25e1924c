"""What is measured of the programs at work, each in turn in every round."""

import os
import random
import shutil
import statistics
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import after_years, growth, inputs, installed, kinds
from tests.bench.inputs import Canvas
from tests.bench.programs import ROOT, running
from tests.bench.table import Bar, Row

Samples = dict[str, list[float]]

_LIMITS = ("limit", "opencv")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much of everything. `backlog` are drawings of 28 x 28; of larger canvases come as many as
    take about as long; the peer gets `for_peer`. `rest` in seconds."""

    rounds: int
    backlog: int
    for_peer: int
    latencies: int
    rest: float
    long_run: int
    waiting: Sequence[int]
    journalled: Sequence[int]
    filed: Sequence[int]


FULL = Amounts(
    5, 2000, 60, 200, 60, 20_000, (1_000, 10_000, 100_000), (10, 10_000, 1_000_000), (10, 1_000_000)
)
QUICK = Amounts(3, 500, 20, 40, 5, 2_000, (500, 2_000), (10, 10_000), (10, 10_000))
SMALLEST = Amounts(1, 20, 3, 3, 0.2, 40, (10, 20), (10, 50), (10, 50))


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the bench: how much, in which folder, with which programs."""

    amounts: Amounts
    folder: Path
    programs: Sequence[str]

    def in_turn(self, measure: Callable[[str], float | None]) -> Samples:
        """`measure` of every program in every round; a program that has none is left out."""
        samples: Samples = {}
        for _ in range(self.amounts.rounds):
            for program in self.programs:
                if (value := measure(program)) is not None:
                    samples.setdefault(program, []).append(value)
        return samples

    @property
    def inbox(self) -> Path:
        return self.folder / "desk" / "inbox"

    def emptied(self) -> Path:
        shutil.rmtree(self.inbox.parent, ignore_errors=True)
        self.inbox.mkdir(parents=True)
        return self.inbox


def starts(bench: Bench) -> Iterator[Row]:
    def to_watching(program: str) -> float:
        with running(program, bench.emptied()) as process:
            return process.ready() - process.began

    def to_first_filing(program: str) -> float:
        inputs.fill(bench.inbox, inputs.PAINT, 1)
        with running(program, bench.inbox) as process:
            return process.filed(1) - process.began

    bars = (Bar(0.22), Bar(1 / 10, "peer"))
    yield Row("start to watching", "s", bench.in_turn(to_watching), bars)
    yield Row("start to first filing", "s", bench.in_turn(to_first_filing))


# Canvas, how many of them as a share of Amounts.backlog, and the bars: how many times as long as which other
# program at most.
_BACKLOGS: Sequence[tuple[Canvas, float, Sequence[Bar]]] = (
    (inputs.TINY, 1.0, (Bar(1.7, "limit"), Bar(1 / 15, "peer"))),
    (inputs.SMALL, 0.5, (Bar(1.0, "opencv"), Bar(1 / 15, "peer"))),
    (inputs.PAINT, 1.0, (Bar(0.5, "opencv"), Bar(1 / 30, "peer"))),
    (inputs.SCREEN, 0.2, (Bar(0.35, "opencv"),)),
    (inputs.LARGE, 0.1, ()),
)


def backlogs(bench: Bench) -> Iterator[Row]:
    for canvas, share, bars in _BACKLOGS:
        count = max(1, round(bench.amounts.backlog * share))
        yield Row(
            f"backlog of {count} of {canvas}, each",
            "ms",
            bench.in_turn(_throughput(bench, canvas, count, 3600)),
            bars,
        )
    yield Row(
        f"the same of {inputs.TINY} saved just now",
        "ms",
        bench.in_turn(_throughput(bench, inputs.TINY, bench.amounts.backlog, 0)),
    )


def _throughput(
    bench: Bench, canvas: Canvas, count: int, age_seconds: float
) -> Callable[[str], float]:
    def each(program: str) -> float:
        drawings = min(count, bench.amounts.for_peer) if program == "peer" else count
        inputs.fill(bench.inbox, canvas, drawings, age_seconds)
        with running(program, bench.inbox) as process:
            ready = process.ready()
            return (process.filed(drawings) - ready) / drawings * 1000

    return each


def latencies(bench: Bench) -> Iterator[Row]:
    for canvas in (inputs.TINY, inputs.PAINT):
        waits: Samples = {}
        for program in bench.programs:
            few = program == "peer"
            count = min(bench.amounts.latencies, bench.amounts.for_peer if few else 10**9)
            measured = _limits_latencies if program in _LIMITS else _latencies
            waits[program] = [1000 * wait for wait in measured(bench, program, canvas, count)]
        for name, share, most in (("p50", 0.5, 1.0), ("p99", 0.99, 1.2)):
            samples = {whose: [_quantile(found, share)] for whose, found in waits.items()}
            # A tiny drawing's limit is so short that its bar is in milliseconds.
            bars = [Bar(most, "opencv")] if canvas == inputs.PAINT else [Bar(4.0)] * (share == 0.5)
            yield Row(f"latency of one of {canvas}, {name}", "ms", samples, bars)


# Between two drawings: also so short that events of the last one are still under way.
_PAUSE_SECONDS = (0.05, 1.0)


def _latencies(bench: Bench, program: str, canvas: Canvas, count: int) -> Iterator[float]:
    chance = random.Random(5)
    with running(program, bench.emptied()) as process:
        process.ready()
        time.sleep(0.5)
        for number in range(count):
            content = inputs.drawing(canvas, number)
            (bench.inbox / f"drawing-{number:06}.png").write_bytes(content)
            saved = time.perf_counter()
            yield process.filed(1) - saved
            time.sleep(chance.uniform(*_PAUSE_SECONDS))


def _limits_latencies(bench: Bench, program: str, canvas: Canvas, count: int) -> Iterator[float]:
    inputs.fill(bench.inbox, canvas, count)
    with running(program, bench.inbox, "once-each") as process:
        yield from process.seconds_told()


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def at_rest(bench: Bench) -> Iterator[Row]:
    weights: Samples = {}
    shares: Samples = {}
    for program in bench.programs:
        if program in _LIMITS:  # They know no rest.
            continue
        with running(program, bench.emptied()) as process:
            process.ready()
            time.sleep(1)
            before = process.processor_seconds()
            time.sleep(bench.amounts.rest)
            spent = process.processor_seconds() - before
            shares[program] = [100 * spent / bench.amounts.rest]
            weights[program] = [process.resident_mb()]
    yield Row("resident at rest", "MB", weights, (Bar(66), Bar(1 / 6, "peer")))
    yield Row("processor at rest", "% of a core", shares, (Bar(0.5),))


def resident(bench: Bench) -> Iterator[Row]:
    def most(program: str) -> float:
        count = bench.amounts.for_peer if program == "peer" else bench.amounts.backlog
        inputs.fill(bench.inbox, inputs.PAINT, count)
        with running(program, bench.inbox) as process:
            process.filed(count // 2)
            return process.most_resident_mb()

    samples = {program: [most(program)] for program in bench.programs}
    yield Row(f"resident in a backlog of {inputs.PAINT}, most", "MB", samples, (Bar(110),))
    count = bench.amounts.long_run
    inputs.fill(bench.inbox, inputs.TINY, count)
    with running("program", bench.inbox) as process:
        seen = []
        for _ in range(10):
            process.filed(count // 10)
            seen.append(process.resident_mb())
    grown = {"program": [seen[-1] / statistics.median(seen[1:4])]}
    yield Row(f"resident after {count} drawings", "MB", {"program": [seen[-1]]})
    yield Row("that against the second to fourth tenth", "times", grown, (Bar(1.05),))


def sizes(_: Bench) -> Iterator[Row]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {
        "program": installed.megabytes(project["dependencies"]),
        "peer": installed.megabytes(["tensorflow", "opencv-python-headless", "watchdog"]),
    }
    # As it lies here: the package itself may not be installed where it is developed.
    own = {"program": [installed.folder_megabytes(ROOT / "watcher")]}
    yield Row("the package itself", "MB", own)
    samples = {whose: [size] for whose, size in needed.items() if size is not None}
    yield Row("what it depends on, installed", "MB", samples)


def grown(bench: Bench) -> Iterator[Row]:
    for name, sizes_, lay, most in (
        ("waiting files", bench.amounts.waiting, growth.waiting, 1.2),
        ("rows of log and journal", bench.amounts.journalled, growth.journalled, 1.2),
    ):
        yield from _by_size(bench, name, sizes_, lay, most)


def _by_size(
    bench: Bench,
    name: str,
    sizes_: Sequence[int],
    lay: Callable[[Path, int, int], int],
    most: float,
) -> Iterator[Row]:
    """A row for every size, its time a file against that of the smallest size as the limit's."""
    found: dict[int, list[float]] = {size: [] for size in sizes_}
    for _ in range(bench.amounts.rounds):
        for size in sizes_:
            if size > _ONCE_FROM and found[size]:
                continue
            count = lay(bench.emptied(), size, bench.amounts.backlog)
            with running("program", bench.inbox) as process:
                ready = process.ready()
                found[size].append((process.filed(count) - ready) / count * 1000)
    smallest = found[sizes_[0]]
    for size in sizes_:
        samples = {"program": found[size], f"with {sizes_[0]}": smallest}
        bars = () if size == sizes_[0] else (Bar(most, f"with {sizes_[0]}"),)
        yield Row(f"{size} {name}, each", "ms", samples, bars)


# Such an inbox or journal takes a minute to make: once will do.
_ONCE_FROM = 50_000


# By the name that the command line knows.
MEASURES: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "start": starts,
    "backlog": backlogs,
    "latency": latencies,
    "kinds": kinds.kinds,
    "rest": at_rest,
    "memory": resident,
    "size": sizes,
    "growth": grown,
    "answers": after_years.answers,
    "outbox": after_years.outboxes,
}


def about(bench: Bench) -> dict[str, object]:
    """What the figures depend on."""
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": os.cpu_count(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "amounts": {name: getattr(bench.amounts, name) for name in Amounts.__slots__},
    }
