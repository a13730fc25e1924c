"""A command line of the watcher, run in this process: no other Python has to start."""

import io
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from watcher.cli import main


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
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        try:
            status = int(main.run(words))
        except SystemExit as refused:
            status = int(refused.code or 0)
    return Ended(status, _written_to(out), _written_to(err).decode())


def _written_to(stream: io.TextIOWrapper) -> bytes:
    stream.seek(0)
    return stream.buffer.read()
