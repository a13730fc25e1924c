"""Spark's session, set for drawings."""

import logging
import os
import sys
from pathlib import Path

from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

import watcher

_FRAME_BYTES = 16 << 20
"""Of files handed to a worker's Python at once, as the local watcher's batches; one larger file is one."""

_FILE_COST = 256 << 10
"""What opening a file counts for when a batch is cut into tasks (Spark's 4 MB: a task of 32 drawings)."""

_LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")


def settings(master: str | None, is_local_inbox: bool, max_files: int) -> dict[str, str]:
    """Spark's settings, each of which spark-submit's own (`--conf`) goes before."""
    chosen = {
        "spark.app.name": "digit-watcher",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG_SETTINGS.as_uri()}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.maxBytesPerBatch": str(_FRAME_BYTES),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "256",
        "spark.sql.files.openCostInBytes": str(_FILE_COST),
        # A batch's files are looked at once more, each by itself. Near ones by the driver, in less time
        # than a job takes; far ones by a few tasks, not by one a file.
        "spark.sql.sources.parallelPartitionDiscovery.threshold": str(
            max_files if is_local_inbox else 32
        ),
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "64",
        # The plain local file system: without a hidden file of checksums beside each file.
        "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
        "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
        # Where executors run on this machine they find the program where the driver did.
        "spark.executorEnv.PYTHONPATH": _python_path(),
    }
    if master is not None:
        chosen["spark.master"] = master
    return chosen


def prepare_environment(master: str | None) -> None:
    """What Spark reads from the environment, where the user has not set it."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["PYTHONPATH"] = _python_path()
    if master is not None and master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    given = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    if "utf" not in next(filter(None, given), "").lower():
        os.environ["LC_ALL"] = "C.UTF-8"  # Else Java sees no file whose name is not ASCII.


def session(master: str | None, is_local_inbox: bool, max_files: int) -> SparkSession:
    """A session, set as above; under spark-submit the one that it was asked for."""
    # It prints what a batch raises; that ends the stream, and is said there in a line.
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    wanted = settings(master, is_local_inbox, max_files)
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        SparkContext._ensure_initialized()  # Only then does SparkConf know what spark-submit was given.
    given = SparkConf()
    builder = SparkSession.builder
    for key, value in wanted.items():
        if not given.contains(key):
            builder = builder.config(key, value)
    return builder.getOrCreate()


def _python_path() -> str:
    own = str(Path(watcher.__file__).parents[1])
    given = os.environ.get("PYTHONPATH", "")
    parts = [own, *(one for one in given.split(os.pathsep) if one and one != own)]
    return os.pathsep.join(parts)
