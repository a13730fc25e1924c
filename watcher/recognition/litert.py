"""Networks that LiteRT runs: loaded from a file, quietly, and refused in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ai_edge_litert.interpreter import Interpreter

from watcher.errors import TransientError


class ModelError(TransientError):
    """A model cannot be used; the message is one line that says which file and why."""


def read_network(path: Path) -> bytes:
    """The bytes of a network's file; raises `ModelError` where there is none.

    Interpreters work on a copy in memory: LiteRT would keep the file mapped, and Windows could not
    replace it.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: not a model that LiteRT can run ({brief(error)})") from error


def start(
    network: bytes, path: Path, inputs: tuple[int, ...], outputs: tuple[int, ...], threads: int
) -> Interpreter:
    """An interpreter of `network`, whose shapes without the first axis must be as given.

    Raises `ModelError` where it cannot be run; `path` is where it comes from.
    """
    try:
        with _litert_quiet():
            interpreter = Interpreter(model_content=network, num_threads=threads)
            interpreter.allocate_tensors()
        source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{path}: not a model that LiteRT can run ({brief(error)})") from error
    if tuple(source["shape"][1:]) != inputs or tuple(target["shape"][1:]) != outputs:
        raise ModelError(f"{path}: expected {inputs} in and {outputs} out")
    return interpreter


def brief(error: Exception) -> str:
    """The first line of what `error` says."""
    lines = str(getattr(error, "strerror", None) or error).strip().splitlines()
    return lines[0][:120] if lines else type(error).__name__


@contextmanager
def _litert_quiet() -> Iterator[None]:
    """Keep off the terminal that LiteRT greets with "INFO: Created ... delegate".

    It writes to file descriptor 2 itself and has no setting for it (2.3); its errors are exceptions.
    """
    try:
        kept = os.dup(2)
    except OSError:  # Without a standard error, as some services run, nothing need be kept quiet.
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
