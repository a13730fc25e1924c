"""Counts what the faults' tests tried, and prints it."""

import sys
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

# The stub lies beside the watcher's tests, the pictures above both.
for folder in (Path(__file__).parents[1], Path(__file__).parents[1] / "watcher"):
    sys.path.insert(0, str(folder))

from workplace import Workplace, kill_all_started  # noqa: E402 - found by the path above

TRIED: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The lanes of their own: more of what is always tried, and the soak."""
    lanes = parser.getgroup("faults")
    lanes.addoption("--fuzz", type=int, default=500, help="how many mutated files to decode")
    lanes.addoption("--seed", type=int, default=4, help="of the mutations")
    lanes.addoption("--kills", type=int, default=50, help="how many kills at random moments")
    lanes.addoption("--histories", type=int, default=500, help="how many random histories to live")
    lanes.addoption("--races", type=int, default=2000, help="filings under a racing saver")
    lanes.addoption("--soak", type=int, default=0, help="how many drawings to soak in, say 20000")


@pytest.fixture
def tried() -> Counter[str]:
    """How many kills, faults and hostile files were tried in this run."""
    return TRIED


@pytest.fixture(autouse=True)
def end_of_watchers() -> Iterator[None]:
    """Ends what a failed test left running."""
    yield
    kill_all_started()


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "faults(count=1): how many kinds of fault a test tries")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Counts the faults of the tests that passed."""
    report = yield
    marker = item.get_closest_marker("faults")
    if marker is not None and report.when == "call" and report.passed:
        TRIED["faults"] += marker.args[0] if marker.args else 1
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TRIED:
        counts = ", ".join(f"{count} {what}" for what, count in sorted(TRIED.items()))
        has_failed = terminalreporter.stats.get("failed") or terminalreporter.stats.get("error")
        outcome = "see the failures" if has_failed else "none lost, none doubled"
        terminalreporter.write_line(f"tried: {counts}; {outcome}")
