"""Silence what TensorFlow's C++ code writes to the terminal: notices on GPUs and compiler flags."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from training.network.allocation import keep_freed_memory


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Discard what is written to the process's standard error during the block.

    TF_CPP_MIN_LOG_LEVEL does not reach the notices that TensorFlow writes while it is imported.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def import_tensorflow() -> None:
    """Import TensorFlow and Keras without their notices; an error is raised as usual."""
    keep_freed_memory()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with quiet_stderr():
        import keras  # noqa: F401
        import tensorflow as tf

        # The first use of a device brings notices of its own.
        tf.config.list_logical_devices()
