"""Spark's session, configured for drawings."""

import logging
import os
import sys
from pathlib import Path

from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

import watcher

# Bytes of files handed to a worker's Python at once, like the local watcher's batches; one larger file is
# handed over alone.
_FRAME_BYTES = 16 << 20

# The cost of opening a file when a batch is cut into tasks (with Spark's 4 MB a task would be 32 drawings).
_FILE_COST = 256 << 10

_LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")


def settings(master: str | None, is_local_inbox: bool, max_files: int) -> dict[str, str]:
    """Return Spark's settings, each of which `--conf` of spark-submit overrides."""
    chosen = {
        "spark.app.name": "digit-watcher",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG_SETTINGS.as_uri()}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.maxBytesPerBatch": str(_FRAME_BYTES),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "256",
        "spark.sql.files.openCostInBytes": str(_FILE_COST),
        # Spark looks at each file of a batch once more: local ones on the driver, faster than a job would;
        # remote ones in a few tasks instead of one for each file.
        "spark.sql.sources.parallelPartitionDiscovery.threshold": str(
            max_files if is_local_inbox else 32
        ),
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "64",
        # A kill in the first batch leaves files in `offsets` that name no batch, which this check takes for
        # another stream's: the stream would never start again. Ours needs no check: a claim is filed once.
        "spark.sql.streaming.verifyCheckpointDirectoryEmptyOnStart": "false",
        # The plain local file system: without a hidden file of checksums beside each file.
        "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
        "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
        # Executors on this machine find the program where the driver did.
        "spark.executorEnv.PYTHONPATH": _python_path(),
    }
    if master is not None:
        chosen["spark.master"] = master
    return chosen


def prepare_environment(master: str | None) -> None:
    """Set what Spark reads from the environment, unless the user has set it."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["PYTHONPATH"] = _python_path()
    if master is not None and master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    given = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    if "utf" not in next(filter(None, given), "").lower():
        # Otherwise Java sees no file whose name is not ASCII.
        os.environ["LC_ALL"] = "C.UTF-8"


def session(master: str | None, is_local_inbox: bool, max_files: int) -> SparkSession:
    """Return a session with these settings; under spark-submit, the session that it started."""
    # It would print what a batch raises; the stream ends with one line about it.
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    wanted = settings(master, is_local_inbox, max_files)
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        # Only then does SparkConf know the options of spark-submit.
        SparkContext._ensure_initialized()
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
