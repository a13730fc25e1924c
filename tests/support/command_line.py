"""A command line of the watcher, run in this process: no other Python has to start."""

import faulthandler
import io
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from watcher.cli import main

# A command that takes longer, as a watcher that should have refused, ends the tests' process: the test fails.
LONGEST_SECONDS = 120


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    returncode: int
    output: bytes
    stderr: str

    @property
    def stdout(self) -> str:
        return self.output.decode()


def run_here(folder: Path, *words: str) -> Ended:
    """Run a command in `folder`."""
    faulthandler.dump_traceback_later(LONGEST_SECONDS, exit=True, file=sys.__stderr__)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        try:
            status = int(main.run(words))
        except SystemExit as refused:
            status = int(refused.code or 0)
        finally:
            faulthandler.cancel_dump_traceback_later()
    return Ended(status, _written_to(out), _written_to(err).decode())


def _written_to(stream: io.TextIOWrapper) -> bytes:
    stream.seek(0)
    return stream.buffer.read()
