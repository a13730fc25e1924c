"""The lanes: what takes minutes is run on request, and counts what it tried."""

import signal
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

TRIED: Counter[str] = Counter()

# Under nohup, as in some CI, SIGHUP is ignored, also by the processes that the tests start.
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the lanes; see CONTRIBUTING.md."""
    faults = parser.getgroup("faults")
    faults.addoption("--fuzz", type=int, default=500, help="how many mutated files to decode")
    faults.addoption("--seed", type=int, default=4, help="seed of the mutations")
    faults.addoption("--kills", type=int, default=50, help="how many kills at random moments")
    faults.addoption("--histories", type=int, default=500, help="how many random histories to run")
    faults.addoption("--races", type=int, default=2000, help="filings under a racing saver")
    faults.addoption("--soak", type=int, default=0, help="how many drawings to soak in, say 20000")
    spark = parser.getgroup("spark")
    spark.addoption("--spark-kills", type=int, default=2, help="how often to kill the driver")
    spark.addoption("--spark-seed", type=int, default=8, help="seed of the moments of the kills")
    training = parser.getgroup("training")
    training.addoption(
        "--refresh",
        action="store_true",
        help="refresh the shipped model from corrections, good and poisoned; needs the datasets",
    )


@pytest.fixture
def tried() -> Counter[str]:
    """Return the count of kills, faults and hostile files that this run has tried."""
    return TRIED


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on another file system than `tmp_path`."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count the faults of the tests that passed."""
    report = yield
    marker = item.get_closest_marker("faults")
    if marker is not None and report.when == "call" and report.passed:
        TRIED["faults"] += marker.args[0] if marker.args else 1
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand a worker's counts to the process that prints them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tried"] = dict(TRIED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up the counts of pytest-xdist's workers."""
    TRIED.update(getattr(node, "workeroutput", {}).get("tried", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was tried."""
    if TRIED:
        counts = ", ".join(f"{count} {what}" for what, count in sorted(TRIED.items()))
        has_failed = terminalreporter.stats.get("failed") or terminalreporter.stats.get("error")
        outcome = "see the failures" if has_failed else "none lost, none doubled"
        terminalreporter.write_line(f"tried: {counts}; {outcome}")
