"""A stream's driver as a process of its own, which can be killed with its Java and its workers."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]

# With these Java starts in two thirds of the time, which is most of what these tests take.
FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

SETTINGS = "[watch]\nsettle_seconds = 0.1\nrescan_seconds = 0.2\n"


class Driver:
    """`python -m watcher spark` on `root`'s inbox, outbox and checkpoint."""

    def __init__(self, root: Path, *options: str, master: str = "local[2]") -> None:
        (root / "inbox").mkdir(exist_ok=True)
        (root / "config.toml").write_text(SETTINGS)
        folders = [
            word
            for name in ("inbox", "outbox", "checkpoint")
            for word in (f"--{name}", str(root / name))
        ]
        self.lines: list[str] = []
        self._told: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "watcher", "spark", *folders, "--master", master, *options],
            cwd=root,
            env={"JDK_JAVA_OPTIONS": FAST_START, **os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, text: str, seconds: float = 300) -> None:
        """Waits until a line has `text`."""
        end = time.monotonic() + seconds
        while True:
            line = self._told.get(timeout=max(0.1, end - time.monotonic()))
            if line is None:
                raise AssertionError(f"it ended without {text!r}: {self.lines}")
            if text in line:
                return

    def kill(self) -> None:
        """At once: the driver and its Java; Spark's Python workers end when Java is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> int:
        """As a service is ended; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(300)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._told.put(line)
        self._told.put(None)
