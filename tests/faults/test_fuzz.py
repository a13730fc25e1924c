"""Mutated files by the hundred, by `--fuzz 20000` as many: no crash, no hang, no growth."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.workplace import HERE, environment

FEW = 500


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc for memory")
def test_no_mutated_file_crashes_hangs_or_eats_memory(
    request: pytest.FixtureRequest, tmp_path: Path, tried: Counter[str]
) -> None:
    count = int(request.config.getoption("--fuzz", FEW))
    seed = int(request.config.getoption("--seed", 4))
    case = tmp_path / "case"
    ended = subprocess.run(
        [sys.executable, str(HERE / "fuzz.py"), str(count), str(seed), str(case)],
        env=environment(),
        capture_output=True,
        timeout=60 + count * 0.1,
        check=False,
    )
    said = ended.stdout.decode()
    assert ended.returncode == 0, f"{said} {ended.stderr.decode(errors='replace')[-2000:]} ({case})"
    done, drawings, slowest, growth = said.split()
    assert int(done) == count
    assert int(drawings) > count / 10, "most were refused at the door: nothing was tried"
    print(f"{drawings} of {done} were drawings; slowest {slowest} s, at most {growth} MB more")
    tried["mutated files"] += count
