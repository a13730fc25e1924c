"""Takes files out of the inbox under paths that Spark's source has never seen."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from watcher.fs.ignored_names import is_ignored
from watcher.spark.naming import Places, claim_file, claim_id, new_pass
from watcher.spark.storage import Listed, Storage

_FRESH_LISTING_SECONDS = 1.0
"""What was listed longer ago is looked at again before it is claimed."""


@dataclass(frozen=True, slots=True)
class Pass:
    """`claimed` files; `waiting` ones were written to so lately that they may not be whole. The names of
    `unreadable` ones: a batch with one of them would fail as a whole."""

    claimed: int
    waiting: int
    unreadable: Sequence[str]


_Taking = Enum("_Taking", ["CLAIMED", "WAITING", "UNREADABLE", "GONE"])


class Claimer:
    """Claims for one stream. `now` is the wall clock in seconds, which is held against what file systems
    say of files: where the clocks of machines differ, let `settle_seconds` be longer than that."""

    def __init__(
        self,
        storage: Storage,
        places: Places,
        settle_seconds: float,
        threads: Executor,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._storage = storage
        self._places = places
        self._settle_seconds = settle_seconds
        self._threads = threads
        self._now = now
        self._left: Iterator[Listed] = iter(())
        self._listed_at = 0.0

    def claim(self, room: int) -> Pass:
        """Claims at most `room` files. A listing that is longer is gone on with the next time, so that
        a backlog is listed once. Raises StorageError."""
        files = list(islice(self._left, room))
        if not files and room > 0:
            self._listed_at = self._now()
            self._left = (
                one for one in self._storage.files(self._places.inbox) if not is_ignored(one.name)
            )
            files = list(islice(self._left, room))
        batch = new_pass(self._now())
        is_old = self._now() - self._listed_at > _FRESH_LISTING_SECONDS

        def take(numbered: tuple[int, Listed]) -> _Taking:
            number, file = numbered
            source = f"{self._places.inbox}/{file.name}"
            look = self._storage.look_at(source) if is_old else file
            if look is None:
                return _Taking.GONE
            if not self._is_quiet(look):
                return _Taking.WAITING
            if not self._storage.can_read(source):
                return _Taking.UNREADABLE
            claim = f"{self._places.claims}/{claim_file(claim_id(batch, number, look.size == 0), file.name)}"
            return _Taking.CLAIMED if self._storage.rename(source, claim) else _Taking.GONE

        taken = list(self._threads.map(take, enumerate(files)))
        kept = zip(files, taken, strict=True)
        return Pass(
            taken.count(_Taking.CLAIMED),
            taken.count(_Taking.WAITING),
            [file.name for file, taking in kept if taking is _Taking.UNREADABLE],
        )

    def _is_quiet(self, file: Listed) -> bool:
        """A time in the future is no reason to wait for it."""
        return abs(self._now() - file.modified_ms / 1000) >= self._settle_seconds
