"""Ready files in batches: one durable commit a step serves a whole batch."""

from collections.abc import Iterable, Iterator

from watcher.fs.names import fold_name
from watcher.types import Ready

# A batch is read whole; this keeps the watcher's memory small. A larger file is a batch by itself.
MAX_BATCH_BYTES = 16 << 20


def batches(ready: Iterable[Ready], max_files: int) -> Iterator[list[Ready]]:
    """Group files so that a batch fits into memory and no two names in it are alike."""
    batch: list[Ready] = []
    names: set[str] = set()
    size = 0
    for file in ready:
        name = fold_name(file.path.name)
        is_full = len(batch) >= max_files or size + file.size > MAX_BATCH_BYTES
        if batch and (is_full or name in names):
            yield batch
            batch, names, size = [], set(), 0
        batch.append(file)
        names.add(name)
        size += file.size
    if batch:
        yield batch
