"""The same work in several processes."""

import os
import subprocess
import sys
import time
from pathlib import Path

from training.parallel import on_all_cores

ROOT = Path(__file__).parents[2]


def work_for_a_minute(number: int) -> None:
    print("working", number, flush=True)
    time.sleep(60)


def process_of(_number: int) -> int:
    return os.getpid()


def test_the_processes_stay_for_the_next_work() -> None:
    first, second = (set(on_all_cores(process_of, range(64), "asking")) for _ in range(2))
    assert first & second
    assert os.getpid() not in first | second


def test_a_killed_training_leaves_no_process_behind() -> None:
    code = (
        "from tests.training.test_parallel import work_for_a_minute as work;"
        "from training.parallel import on_all_cores; on_all_cores(work, range(2), 'working')"
    )
    training = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert training.stdout is not None
    assert training.stdout.readline().startswith(b"working")
    training.kill()
    # The pipe ends once no process has it any more.
    training.communicate(timeout=20)
