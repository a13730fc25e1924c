"""Judge a part of a batch on a worker: bytes -> verdicts, with one recogniser per process."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from watcher.filing.reading import RecogniserProtocol, recognise
from watcher.recognition import Limits, Recogniser, decide
from watcher.recognition.recogniser import SHIPPED
from watcher.spark.naming import parse_claim

# A verdict's columns for Spark: `file` is the claim's name.
SCHEMA = """file string, size long, modified_ms long, sha256 string, status string,
    digit int, confidence double, second_digit int, second_confidence double, reason string,
    width int, height int, model string"""
COLUMNS = tuple(column.split()[0] for column in SCHEMA.split(","))


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What a worker needs besides the bytes.

    `is_carried`: Spark sends a published model's files to the workers; otherwise they use the model that
    came with the program. `min_confidence` None means the model's own.
    """

    is_carried: bool
    limits: Limits
    min_confidence: float | None


def judge(frames: Iterable[pd.DataFrame], config: WorkerConfig) -> Iterator[pd.DataFrame]:
    """Turn frames of `path, modified_ms, length, content` (None: too large) into frames of COLUMNS."""
    recogniser = _recogniser(config)
    for frame in frames:
        files = [path.rpartition("/")[2] for path in frame.path]
        contents = [None if data is None else bytes(data) for data in frame.content]
        found = pd.DataFrame(
            verdicts(recogniser, files, contents, config), columns=list(COLUMNS), index=frame.index
        )
        yield found.assign(size=frame.length, modified_ms=frame.modified_ms)


def verdicts(
    recogniser: RecogniserProtocol,
    files: Sequence[str],
    contents: Sequence[bytes | None],
    config: WorkerConfig,
) -> list[dict[str, object]]:
    """Return `file` and the columns from `sha256` on, for claims with these names and contents."""
    recognitions = recognise(recogniser, contents, config.limits.max_bytes)
    own = recogniser.min_confidence
    threshold = own if config.min_confidence is None else config.min_confidence
    return [
        {
            "file": file,
            "sha256": "" if content is None else hashlib.sha256(content).hexdigest(),
            **asdict(decide(one, threshold, parse_claim(file)[1])),
            "width": one.width,
            "height": one.height,
            "model": recogniser.name,
        }
        for one, file, content in zip(recognitions, files, contents, strict=True)
    ]


def judge_empty(
    recogniser: RecogniserProtocol,
    files: Sequence[str],
    modified_ms: Sequence[int],
    config: WorkerConfig,
) -> list[dict[str, object]]:
    """Return verdicts on claims of empty files."""
    found = verdicts(recogniser, files, [b""] * len(files), config)
    return [
        {**verdict, "size": 0, "modified_ms": at}
        for verdict, at in zip(found, modified_ms, strict=True)
    ]


@lru_cache(maxsize=1)
def _recogniser(config: WorkerConfig) -> Recogniser:
    """Load the recogniser once per worker process, on one thread: Spark runs one process per core."""
    folder = SHIPPED
    if config.is_carried:
        from pyspark import SparkFiles  # noqa: PLC0415 - the rest needs no Spark

        folder = Path(SparkFiles.getRootDirectory())
    return Recogniser.load(folder, config.limits, threads=1)
