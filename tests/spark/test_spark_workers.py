"""Workers of their own, as in a cluster: two processes that this machine's Java starts."""

from pathlib import Path

import pytest
from drivers import Driver
from pictures import paint_digit, png
from results import check

TWO_WORKERS = "local-cluster[2,1,1024]"


@pytest.mark.usefixtures("needs_spark")
def test_two_workers_file_an_inbox(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    saved = [png(paint_digit(number % 10, width=200 + number)) for number in range(60)]
    for number, content in enumerate(saved):
        (tmp_path / "inbox" / f"été {number}.png").write_bytes(content)
    driver = Driver(tmp_path, "--once", "--max-files", "30", master=TWO_WORKERS)
    assert driver.process.wait(300) == 0, driver.lines
    rows = check(tmp_path / "inbox", tmp_path / "outbox", saved)
    assert {row["file"] for row in rows} == {f"été {number}.png" for number in range(60)}
    batches = [line for line in driver.lines if line.startswith("batch")]
    assert batches, driver.lines
    assert not any("Traceback" in line for line in driver.lines), driver.lines
