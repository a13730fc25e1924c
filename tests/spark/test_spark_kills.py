"""The driver is killed again and again while drawings come: each is filed once, as the watcher would."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.inputs import TINY, drawing
from tests.spark.drivers import Driver
from tests.spark.results import check, csv_rows
from watcher.filing.reading import recognise
from watcher.recognition import Recogniser, decide

# Drawings saved between two kills: 5,000 in 20.
A_LIFE = 250

# Different ones: the same is saved again under the same name.
CONTENTS = 1000

# From then on: a batch of 50 takes about half a second.
LONGEST_LIFE_SECONDS = 2.0


@pytest.mark.usefixtures("needs_spark")
def test_a_driver_killed_at_random_files_each_drawing_once(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kills, seed = (int(request.config.getoption(f"--spark-{name}")) for name in ("kills", "seed"))
    chance = random.Random(seed)
    saved: list[bytes] = []
    moments: Counter[str] = Counter()
    for _ in range(kills):
        driver = Driver(tmp_path, "--max-files", "50")
        save(tmp_path / "inbox", saved, A_LIFE)
        driver.wait_for(chance.choice(["watching", "batch"]))  # The first batch takes seconds.
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        driver.kill()
        moments[stood_at(tmp_path)] += 1
    driver = Driver(tmp_path, "--max-files", "1000")
    while len(csv_rows(tmp_path / "outbox")) < len(saved):
        driver.wait_for("batch")
    assert driver.end() == 0, driver.lines
    print(f"seed {seed}: {kills} kills: {dict(moments)}; {len(saved)} drawings")
    rows = check(tmp_path / "inbox", tmp_path / "outbox", saved)
    assert Counter(row["file"].replace("again ", "") for row in rows) == Counter(
        name(number) for number in range(len(saved))
    )
    assert_judged_as_by_the_local_watcher(rows)


def save(inbox: Path, saved: list[bytes], count: int) -> None:
    """Whole, as a program does that writes beside and renames, and over nobody's drawing."""
    for number in range(len(saved), len(saved) + count):
        content = drawing(TINY, number % CONTENTS)
        part = inbox / ".saving"
        part.write_bytes(content)
        target = inbox / name(number)
        while target.exists():  # The same name saved before waits still.
            target = target.with_name("again " + target.name)
        part.rename(target)
        saved.append(content)


def name(number: int) -> str:
    return f"drawing-{number % CONTENTS:04}.png"


def stood_at(root: Path) -> str:
    """What a kill cut short, as far as files tell."""
    if any((root / "outbox" / "log").glob(".part-*.parquet")):
        return "between intent and log"
    if any((root / "inbox" / ".watcher-claims").glob("*/*")):
        return "with claims not yet intended"
    return "with nothing claimed"


def assert_judged_as_by_the_local_watcher(rows: list[dict[str, str]]) -> None:
    recogniser = Recogniser.shipped()
    contents = [drawing(TINY, number) for number in range(CONTENTS)]
    seen = recognise(recogniser, contents, 1 << 20)
    expected = {}
    for number, one in enumerate(seen):
        decision = decide(one, recogniser.min_confidence, name(number))
        sure = "" if decision.confidence is None else f"{decision.confidence:.4f}"
        digit = "" if decision.digit is None else str(decision.digit)
        expected[name(number)] = (str(decision.status), digit, sure)
    for row in rows:
        found = (row["status"], row["digit"], row["confidence"])
        assert found == expected[row["file"].replace("again ", "")], row
