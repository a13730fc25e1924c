"""Load networks for LiteRT, quietly; refuse a bad one in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ai_edge_litert.interpreter import Interpreter

from watcher.errors import TransientError


class ModelError(TransientError):
    """A model cannot be used; the message is one line that says which file and why."""


def read_network(path: Path) -> bytes:
    """Return the bytes of the file at `path`; raise `ModelError` if it cannot be read.

    An interpreter gets bytes, not the path: LiteRT would keep the file mapped, and Windows could not
    replace it.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: not a model that LiteRT can run ({brief(error)})") from error


def start(
    network: bytes, path: Path, inputs: tuple[int, ...], outputs: tuple[int, ...], threads: int
) -> Interpreter:
    """Return an interpreter of `network`, which was read from `path`, on `threads` cores.

    Raise `ModelError` if it cannot be run, or if its input and output do not have the shapes `inputs` and
    `outputs` (without the batch).
    """
    try:
        # LiteRT 2.3 writes "INFO: Created ... delegate" and has no setting to prevent it. Its errors are
        # exceptions, so they are not lost.
        with quiet_stderr():
            interpreter = Interpreter(model_content=network, num_threads=threads)
            interpreter.allocate_tensors()
        source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{path}: not a model that LiteRT can run ({brief(error)})") from error
    if tuple(source["shape"][1:]) != inputs or tuple(target["shape"][1:]) != outputs:
        raise ModelError(f"{path}: expected {inputs} in and {outputs} out")
    return interpreter


def brief(error: Exception) -> str:
    """Return the first line of `error`'s message, at most 120 characters."""
    lines = str(getattr(error, "strerror", None) or error).strip().splitlines()
    return lines[0][:120] if lines else type(error).__name__


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Discard what C and C++ code writes to standard error during the block."""
    try:
        kept = os.dup(2)
    except OSError:
        # Some services run without a standard error: there is nothing to silence.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
