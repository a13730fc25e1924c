"""The stream: claims -> bytes -> verdicts -> batches."""

from functools import partial

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql
from pyspark.sql.streaming import StreamingQuery

from watcher.spark.batches import Batches
from watcher.spark.naming import Places
from watcher.spark.verdicts import SCHEMA, WorkerConfig, judge

# The columns of `binaryFile`; a stream over it has to be given them.
_FILES = "path string, modificationTime timestamp, length long, content binary"

# `maxFileAge`: a claim keeps the date of its drawing, and one that is years older than the newest must not
# be skipped.
_FOREVER = "36500d"


def judge_claims(
    session: SparkSession, places: Places, config: WorkerConfig, max_files: int
) -> DataFrame:
    """Return the verdicts on this stream's claims, at most `max_files` a batch."""
    files = (
        session.readStream.format("binaryFile")
        .schema(_FILES)
        .option("maxFilesPerTrigger", max_files)
        .option("maxFileAge", _FOREVER)
        # A batch from before a kill may name claims that were claimed again since.
        .option("ignoreMissingFiles", "true")
        .load(places.claims)
        .withColumn("modified_ms", sql.unix_millis("modificationTime"))
    )
    # Both parts have one source. Spark does not read a file whose `content` is not requested.
    is_small = sql.col("length") <= config.limits.max_bytes
    unread = files.where(~is_small).withColumn("content", sql.lit(None).cast("binary"))
    return (
        files.where(is_small).unionByName(unread).mapInPandas(partial(judge, config=config), SCHEMA)
    )


def start(
    verdicts: DataFrame, batches: Batches, places: Places, seconds: float | None
) -> StreamingQuery:
    """Start the stream: a scan of the claims every `seconds`; None: process what exists, then end."""
    writer = verdicts.writeStream.foreachBatch(batches.file).option(
        "checkpointLocation", places.checkpoint
    )
    if seconds is None:
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime=f"{round(seconds * 1000)} milliseconds").start()
