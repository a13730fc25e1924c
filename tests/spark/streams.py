"""Streams in this process: an inbox, an outbox, a checkpoint, and runs over them."""

import io
import os
import time
from dataclasses import replace
from pathlib import Path

from pyspark.sql import SparkSession

from watcher.config.loading import load
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.daemon.wakeup import Wakeup
from watcher.spark.running import Run, StreamOptions

HOUR = 3600.0


class Streams:
    def __init__(self, root: Path, spark: SparkSession) -> None:
        self.inbox, self.outbox, self.checkpoint = (
            root / name for name in ("inbox", "outbox", "checkpoint")
        )
        self.inbox.mkdir()
        self.spark = spark
        self.said = io.StringIO()
        self.settings: Settings = load(inbox=root / "unused-in", outbox=root / "unused-out")
        self.saved: list[bytes] = []

    def save(self, name: str, content: bytes, age_seconds: float = HOUR) -> None:
        path = self.inbox / name
        path.write_bytes(content)
        then = time.time() - age_seconds
        os.utime(path, (then, then))
        self.saved.append(content)

    def limited_to(self, max_bytes: int) -> None:
        limits = replace(self.settings.limits, max_megabytes=max_bytes / (1 << 20))
        self.settings = replace(self.settings, limits=limits)

    def run(self, max_files: int = 1000) -> Run:
        wanted = StreamOptions(
            *map(str, (self.inbox, self.outbox, self.checkpoint)), "local[2]", True, max_files
        )
        terminal = Terminal(self.said, self.said)
        return Run(wanted, self.settings, self.spark, terminal, Wakeup())

    def once(self, max_files: int = 1000) -> None:
        assert self.run(max_files).once() == 0, self.said.getvalue()
