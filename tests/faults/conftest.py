"""Counts what the faults' tests tried, and prints it."""

import sys
from collections import Counter
from pathlib import Path

import pytest

# The stub lies beside the watcher's tests, the pictures above both.
for folder in (Path(__file__).parents[1], Path(__file__).parents[1] / "watcher"):
    sys.path.insert(0, str(folder))

from workplace import Workplace  # noqa: E402 - found by the path above

TRIED: Counter[str] = Counter()


@pytest.fixture
def tried() -> Counter[str]:
    """How many kills, faults and hostile files were tried in this run."""
    return TRIED


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TRIED:
        counts = ", ".join(f"{count} {what}" for what, count in sorted(TRIED.items()))
        terminalreporter.write_line(f"tried: {counts}; none lost, none doubled")
