"""What a worker does with a part of a batch: bytes -> verdicts, one recogniser a process."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from watcher.filing.reading import RecogniserProtocol, recognise
from watcher.recognition import Limits, Recogniser, Recognition, decide
from watcher.recognition.recogniser import SHIPPED
from watcher.spark.naming import of_claim

SCHEMA = """file string, size long, modified_ms long, sha256 string, status string,
    digit int, confidence double, second_digit int, second_confidence double, reason string,
    width int, height int, model string"""
"""A verdict's columns as Spark knows them: `file` is the claim's."""

COLUMNS = tuple(column.split()[0] for column in SCHEMA.split(","))


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """How to see drawings: what a worker needs to know beside the bytes.

    `is_carried`: Spark carries a published model's files to the workers; else they take the model that
    came with the program. `min_confidence` None takes the model's own.
    """

    is_carried: bool
    limits: Limits
    min_confidence: float | None


def judge(frames: Iterable[pd.DataFrame], eyes: WorkerConfig) -> Iterator[pd.DataFrame]:
    """Frames of `path, modified_ms, length, content` (None: too large to be read) -> of COLUMNS."""
    recogniser = _recogniser(eyes)
    for frame in frames:
        files = [path.rpartition("/")[2] for path in frame.path]
        contents = [None if data is None else bytes(data) for data in frame.content]
        yield pd.DataFrame(
            {
                "file": files,
                "size": frame.length,
                "modified_ms": frame.modified_ms,
                **verdicts(recogniser, [of_claim(file)[1] for file in files], contents, eyes),
            },
            columns=list(COLUMNS),
        )


def verdicts(
    recogniser: RecogniserProtocol,
    names: Sequence[str],
    contents: Sequence[bytes | None],
    eyes: WorkerConfig,
) -> dict[str, list[object]]:
    """The columns from `sha256` on, for files of these names and contents."""
    seen = recognise(recogniser, contents, eyes.limits.max_bytes)
    rows = [
        _verdict(recogniser, one, name, content, eyes)
        for one, name, content in zip(seen, names, contents, strict=True)
    ]
    at = COLUMNS.index("sha256")
    return {column: [row[n] for row in rows] for n, column in enumerate(COLUMNS[at:])}


def on_empty(
    recogniser: RecogniserProtocol,
    files: Sequence[str],
    modified_ms: Sequence[int],
    eyes: WorkerConfig,
) -> list[dict[str, object]]:
    """Verdicts on claims of files without bytes."""
    names = [of_claim(file)[1] for file in files]
    columns = verdicts(recogniser, names, [b""] * len(files), eyes)
    return [
        {"file": file, "size": 0, "modified_ms": at}
        | {column: values[number] for column, values in columns.items()}
        for number, (file, at) in enumerate(zip(files, modified_ms, strict=True))
    ]


def _verdict(
    recogniser: RecogniserProtocol,
    seen: Recognition,
    name: str,
    content: bytes | None,
    eyes: WorkerConfig,
) -> tuple[object, ...]:
    own = recogniser.min_confidence
    decision = decide(seen, own if eyes.min_confidence is None else eyes.min_confidence, name)
    return (
        "" if content is None else hashlib.sha256(content).hexdigest(),
        str(decision.status),
        decision.digit,
        decision.confidence,
        decision.second_digit,
        decision.second_confidence,
        decision.reason,
        seen.width,
        seen.height,
        recogniser.name,
    )


@lru_cache(maxsize=1)
def _recogniser(eyes: WorkerConfig) -> Recogniser:
    """Loaded once a worker process, on one thread: Spark runs as many processes as it has cores."""
    folder = SHIPPED
    if eyes.is_carried:
        from pyspark import SparkFiles  # noqa: PLC0415 - what comes before needs no Spark

        folder = Path(SparkFiles.getRootDirectory())
    return Recogniser.load(folder, eyes.limits, threads=1)
