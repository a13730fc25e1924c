"""Silence what TensorFlow's C++ code writes to the terminal: notices on GPUs and compiler flags."""

import os

from training.network.allocation import keep_freed_memory
from watcher.recognition.litert import quiet_stderr


def import_tensorflow() -> None:
    """Import TensorFlow and Keras without their notices; an error is raised as usual."""
    keep_freed_memory()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # The setting does not reach the notices that TensorFlow writes while it is imported.
    with quiet_stderr():
        import keras  # noqa: F401
        import tensorflow as tf

        # The first use of a device brings notices of its own.
        tf.config.list_logical_devices()
