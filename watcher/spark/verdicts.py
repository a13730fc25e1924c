"""Judge a part of a batch on a worker: bytes -> verdicts, with one recogniser per process."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from watcher.filing.reading import RecogniserProtocol, recognise
from watcher.recognition import Limits, Recogniser, Recognition, decide
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
        yield pd.DataFrame(
            {
                "file": files,
                "size": frame.length,
                "modified_ms": frame.modified_ms,
                **verdicts(recogniser, [parse_claim(file)[1] for file in files], contents, config),
            },
            columns=list(COLUMNS),
        )


def verdicts(
    recogniser: RecogniserProtocol,
    names: Sequence[str],
    contents: Sequence[bytes | None],
    config: WorkerConfig,
) -> dict[str, list[object]]:
    """Return the columns from `sha256` on, for files with these names and contents."""
    recognitions = recognise(recogniser, contents, config.limits.max_bytes)
    rows = [
        _verdict(recogniser, one, name, content, config)
        for one, name, content in zip(recognitions, names, contents, strict=True)
    ]
    at = COLUMNS.index("sha256")
    return {column: [row[n] for row in rows] for n, column in enumerate(COLUMNS[at:])}


def judge_empty(
    recogniser: RecogniserProtocol,
    files: Sequence[str],
    modified_ms: Sequence[int],
    config: WorkerConfig,
) -> list[dict[str, object]]:
    """Return verdicts on claims of empty files."""
    names = [parse_claim(file)[1] for file in files]
    columns = verdicts(recogniser, names, [b""] * len(files), config)
    return [
        {"file": file, "size": 0, "modified_ms": at}
        | {column: values[number] for column, values in columns.items()}
        for number, (file, at) in enumerate(zip(files, modified_ms, strict=True))
    ]


def _verdict(
    recogniser: RecogniserProtocol,
    recognition: Recognition,
    name: str,
    content: bytes | None,
    config: WorkerConfig,
) -> tuple[object, ...]:
    own = recogniser.min_confidence
    decision = decide(
        recognition, own if config.min_confidence is None else config.min_confidence, name
    )
    return (
        "" if content is None else hashlib.sha256(content).hexdigest(),
        str(decision.status),
        decision.digit,
        decision.confidence,
        decision.second_digit,
        decision.second_confidence,
        decision.reason,
        recognition.width,
        recognition.height,
        recogniser.name,
    )


@lru_cache(maxsize=1)
def _recogniser(config: WorkerConfig) -> Recogniser:
    """Load the recogniser once per worker process, on one thread: Spark runs one process per core."""
    folder = SHIPPED
    if config.is_carried:
        from pyspark import SparkFiles  # noqa: PLC0415 - the rest needs no Spark

        folder = Path(SparkFiles.getRootDirectory())
    return Recogniser.load(folder, config.limits, threads=1)
