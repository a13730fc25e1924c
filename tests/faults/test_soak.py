"""The soak, a lane of its own (`--soak 20000`): bursts of drawings, a kill every few seconds, the
real watcher with its model; the second half in one life, whose memory must stay flat."""

import os
import random
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.running import Running
from tests.faults.workplace import Workplace
from tests.support.pictures import paint_digit, png, png_chunk
from watcher.recognition.recogniser import MODEL_FILE, SHIPPED

LONGEST_WAIT_SECONDS = 300

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SHIPPED / MODEL_FILE).exists(), reason=f"no model in {SHIPPED}"),
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc"),
]

DRAWINGS = [png(paint_digit(digit, pen=pen)) for digit in range(10) for pen in (1, 4, 12)]


def save(workplace: Workplace, number: int) -> None:
    plain = DRAWINGS[number % len(DRAWINGS)]
    mark = png_chunk(b"tEXt", b"mark\0" + str(number).encode())
    workplace.save(f"{number % 500}-{number}.png", plain[:33] + mark + plain[33:])


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def waiting(workplace: Workplace) -> int:
    return sum(1 for name in os.listdir(workplace.inbox) if not name.startswith("."))  # noqa: PTH208


def test_a_soak_loses_nothing_and_its_memory_stays_flat(
    request: pytest.FixtureRequest, workplace: Workplace, tried: Counter[str]
) -> None:
    count = int(request.config.getoption("--soak", 0))
    if not count:
        pytest.skip("a lane of its own: --soak 20000")
    chance = random.Random(4)
    number = 0
    while number < count // 2:
        watcher = Running(workplace, workplace.start_real())
        watcher.wait_for("watching")
        end = time.monotonic() + chance.uniform(1, 5)
        while time.monotonic() < end and number < count // 2:
            if waiting(workplace) < 500:
                for _ in range(chance.randrange(200)):
                    save(workplace, number)
                    number += 1
            time.sleep(chance.uniform(0, 0.2))
        watcher.process.kill()
        watcher.process.wait()
        tried["kills in the soak"] += 1
        workplace.check_nothing_lost()
    watcher = Running(workplace, workplace.start_real())
    watcher.wait_for("watching")
    memory: list[float] = []
    while number < count:
        if waiting(workplace) < 500:
            for _ in range(min(chance.randrange(200), count - number)):
                save(workplace, number)
                number += 1
        memory.append(resident_mb(watcher.process.pid))
        time.sleep(chance.uniform(0, 0.2))
    end = time.monotonic() + LONGEST_WAIT_SECONDS
    while waiting(workplace):
        assert time.monotonic() < end, f"{waiting(workplace)} drawings still wait"
        memory.append(resident_mb(watcher.process.pid))
        time.sleep(0.1)
    workplace.check_soon(60)
    watcher.end()
    assert len(workplace.rows()) == count
    tenth = len(memory) // 10
    assert tenth > 1, "too few drawings to say anything of the memory: at least --soak 2000"
    early, late = statistics.median(memory[tenth : 2 * tenth]), statistics.median(memory[-tenth:])
    print(f"resident: {early:.0f} MB in the second tenth, {late:.0f} MB in the last")
    assert late < 1.1 * early
    tried["drawings soaked"] += count
