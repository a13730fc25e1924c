"""A workplace for each test, and no process left running after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.workplace import Workplace, kill_all_started


@pytest.fixture(autouse=True)
def end_of_watchers() -> Iterator[None]:
    """End what a failed test left running."""
    yield
    kill_all_started()


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)
