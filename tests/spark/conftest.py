"""A Spark of one's own for all tests here, and places to run streams in."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.spark.drivers import FAST_START
from watcher.spark.needs import missing

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tests.spark.streams import Streams


@pytest.fixture(scope="session")
def needs_spark() -> None:
    """Skip where Spark cannot run; in its own lane that is a failure."""
    if fix := missing():
        pytest.skip(fix)
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
    from tests.spark.streams import Streams

    return Streams(tmp_path, spark)
