"""The stream from end to end: claims -> bytes -> verdicts -> batches."""

from functools import partial

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql
from pyspark.sql.streaming import StreamingQuery

from watcher.spark.batches import Batches
from watcher.spark.naming import Places
from watcher.spark.verdicts import SCHEMA, WorkerConfig, judge

_FILES = "path string, modificationTime timestamp, length long, content binary"
"""What `binaryFile` gives; a stream over it needs to be told."""

_FOREVER = "36500d"
"""`maxFileAge`: a claim keeps the date of its drawing, and one that is years older than the newest is
not to be passed over."""


def judged(session: SparkSession, places: Places, eyes: WorkerConfig, max_files: int) -> DataFrame:
    """Verdicts on this stream's claims, at most `max_files` a batch."""
    files = (
        session.readStream.format("binaryFile")
        .schema(_FILES)
        .option("maxFilesPerTrigger", max_files)
        .option("maxFileAge", _FOREVER)
        .option("ignoreMissingFiles", "true")  # A batch begun before a kill: claimed anew since.
        .load(places.claims)
        .withColumn("modified_ms", sql.unix_millis("modificationTime"))
    )
    # Both come of one source. Where `content` is not asked for, Spark does not read the file.
    is_small = sql.col("length") <= eyes.limits.max_bytes
    unread = files.where(~is_small).withColumn("content", sql.lit(None).cast("binary"))
    return files.where(is_small).unionByName(unread).mapInPandas(partial(judge, eyes=eyes), SCHEMA)


def started(
    verdicts: DataFrame, batches: Batches, places: Places, seconds: float | None
) -> StreamingQuery:
    """Starts the stream: a look at the claims every `seconds`; None: what is there, then an end."""
    writer = verdicts.writeStream.foreachBatch(batches.file).option(
        "checkpointLocation", places.checkpoint
    )
    if seconds is None:
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime=f"{round(seconds * 1000)} milliseconds").start()
