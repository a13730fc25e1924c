"""A Spark of one's own for all tests here, and places to run streams in."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

for folder in (Path(__file__).parents[1], Path(__file__).parents[1] / "watcher"):
    sys.path.insert(0, str(folder))

from watcher.spark.needs import missing  # noqa: E402 - found by the path above

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from streams import Streams

FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java starts in two thirds of the time so, which is most of what these tests take."""


def pytest_addoption(parser: pytest.Parser) -> None:
    lanes = parser.getgroup("spark")
    lanes.addoption(
        "--spark-kills", type=int, default=2, help="how often to kill the driver, say 20"
    )
    lanes.addoption("--spark-seed", type=int, default=8, help="of the moments of the kills")


@pytest.fixture(scope="session")
def needs_spark() -> None:
    """Skips where Spark cannot run; in its own lane that is a failure."""
    if mend := missing():
        pytest.skip(mend)
    os.environ.setdefault("JDK_JAVA_OPTIONS", FAST_START)


@pytest.fixture(scope="session")
def spark(needs_spark: None) -> Iterator["SparkSession"]:  # noqa: ARG001 - skips where there is none
    from watcher.spark.session import prepare_environment, session

    prepare_environment("local[2]")
    one = session("local[2]", True, 1000)
    yield one
    one.sparkContext.setLogLevel("OFF")
    one.stop()


@pytest.fixture
def streams(spark: "SparkSession", tmp_path: Path) -> "Streams":
    from streams import Streams

    return Streams(tmp_path, spark)
