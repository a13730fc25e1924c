"""One progress bar for each epoch: "epoch 4 of 17"."""

from typing import Any

import keras
from tqdm import tqdm


class EpochBar(keras.callbacks.Callback):  # type: ignore[misc]  # Keras is untyped
    """Show each epoch's batches as a bar in a terminal; show nothing elsewhere."""

    def __init__(self, epochs: int, title: str = "epoch") -> None:
        super().__init__()
        self._epochs, self._title = epochs, title

    def on_epoch_begin(self, epoch: int, *_: Any, **_logs: Any) -> None:
        """Begin the bar of `epoch`, counted from 0."""
        self._bar = tqdm(
            total=self.params["steps"],
            desc=f"{self._title} {epoch + 1} of {self._epochs}",
            unit=" batches",
            leave=False,
            disable=None,
        )

    def on_train_batch_end(self, *_: Any, **_logs: Any) -> None:
        """Move the bar."""
        self._bar.update()

    def on_epoch_end(self, *_: Any, **_logs: Any) -> None:
        """End the bar."""
        self._bar.close()
