"""The same work in several processes."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def work_for_a_minute(number: int) -> None:
    print("working", number, flush=True)
    time.sleep(60)


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
