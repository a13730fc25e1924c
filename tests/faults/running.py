"""A watcher that runs beside the test."""

import subprocess
import threading
import time

from tests.faults.workplace import Workplace


class Running:
    """A watcher's process, the stub's unless another is given, and what it said."""

    def __init__(self, workplace: Workplace, process: subprocess.Popen[str] | None = None) -> None:
        self.lines: list[str] = []
        self.workplace = workplace
        self.process = process or workplace.start("watch")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if process is None:
            self.wait_for("watching")

    def wait_for(self, text: str, seconds: float = 20) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self.lines:
                if text in line:
                    return line
            time.sleep(0.01)
        raise AssertionError(f"{text!r} was not said: {self.lines}")

    def end(self) -> None:
        self.process.terminate()
        assert self.process.wait(10) == 0, self.lines
        assert not any("Traceback" in line for line in self.lines), self.lines

    def end_with(self, rows: int, seconds: float = 25) -> None:
        """Wait for `rows` rows and end it: each drawing was filed once, as it was judged."""
        wait_for_rows(self.workplace, rows, seconds)
        self.end()
        self.workplace.check()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))


def wait_for_rows(workplace: Workplace, count: int, seconds: float = 25) -> None:
    end = time.monotonic() + seconds
    while len(workplace.rows()) < count:
        assert time.monotonic() < end, f"{len(workplace.rows())} of {count} rows came"
        time.sleep(0.05)
