"""Workers of their own, as in a cluster: two processes that this machine's Java starts."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.spark.drivers import ROOT, Driver
from tests.spark.results import check
from tests.support.pictures import paint_digit, png

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


@pytest.mark.usefixtures("needs_spark")
def test_the_recipe_for_spark_submit_files_an_inbox(tmp_path: Path) -> None:
    recipe = (ROOT / "watcher" / "docs" / "spark.md").read_text("utf-8")
    (script,) = re.findall(r"```python\n(import sys\n.*?)```", recipe, re.DOTALL)
    (tmp_path / "digits.py").write_text(script)
    (tmp_path / "inbox").mkdir()
    seven = png(paint_digit(7))
    (tmp_path / "inbox" / "sept.png").write_bytes(seven)
    submit = Path(sysconfig.get_path("scripts")) / "spark-submit"
    folders = [f"--{name}={tmp_path / name}" for name in ("inbox", "outbox", "checkpoint")]
    done = subprocess.run(
        [str(submit), "--master", "local[1]", "digits.py", "spark", *folders, "--once"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [row["digit"] for row in check(tmp_path / "inbox", tmp_path / "outbox", [seven])] == [
        "7"
    ]
