"""The bench itself, with next to nothing to measure: its table and its JSON come."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_the_bench_prints_its_table_and_writes_it_as_json(tmp_path: Path) -> None:
    figures = tmp_path / "bench.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.bench", "--amounts", "smallest", "--without-peer"),
            *("backlog", "kinds", "rest", "size"),
            *("--folder", str(tmp_path), "--json", str(figures)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr  # 1: a bar was not met, which so little says not.
    assert done.stdout.startswith("measure")
    measures = {one["measure"]: one for one in json.loads(figures.read_text())["measures"]}
    backlog = measures["backlog of 20 of 28 x 28, each"]
    assert backlog["medians"].keys() == {"program", "limit", "opencv"}
    assert backlog["bars"][0]["times_of"] == "limit"
    assert measures["reading one of 1152 x 648, median kind"]["medians"]["program"] > 0
    assert len(done.stdout.splitlines()) > len(measures)
