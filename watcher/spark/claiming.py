"""Claim files of the inbox under paths that Spark's source has never seen."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from watcher.fs.ignored_names import is_ignored
from watcher.spark.naming import Places, claim_file, claim_id, new_id_prefix
from watcher.spark.storage import Listed, Storage

# A file that was listed longer ago is looked at again before it is claimed.
_FRESH_LISTING_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """How many files were `claimed`, how many are `waiting` because they changed too recently to be
    complete, and the names of the `unreadable` ones: one of them would fail its whole batch."""

    claimed: int
    waiting: int
    unreadable: Sequence[str]


_Outcome = Enum("_Outcome", ["CLAIMED", "WAITING", "UNREADABLE", "GONE"])


class Claimer:
    """Claims files for one stream.

    `now` is the wall clock in seconds, compared with the times of files: `settle_seconds` must be longer
    than the clocks of the machines differ.
    """

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

    def claim(self, room: int) -> ClaimCounts:
        """Claim at most `room` files; the next call continues a longer listing, so that a backlog is
        listed once. Raises StorageError."""
        files = list(islice(self._left, room))
        if not files and room > 0:
            self._listed_at = self._now()
            self._left = (
                one for one in self._storage.files(self._places.inbox) if not is_ignored(one.name)
            )
            files = list(islice(self._left, room))
        batch = new_id_prefix(self._now())
        is_old = self._now() - self._listed_at > _FRESH_LISTING_SECONDS

        def take(numbered: tuple[int, Listed]) -> _Outcome:
            number, file = numbered
            source = f"{self._places.inbox}/{file.name}"
            look = self._storage.look_at(source) if is_old else file
            if look is None:
                return _Outcome.GONE
            if not self._is_quiet(look):
                return _Outcome.WAITING
            if not self._storage.can_read(source):
                return _Outcome.UNREADABLE
            claim = f"{self._places.claims}/{claim_file(claim_id(batch, number, look.size == 0), file.name)}"
            return _Outcome.CLAIMED if self._storage.rename(source, claim) else _Outcome.GONE

        taken = list(self._threads.map(take, enumerate(files)))
        kept = zip(files, taken, strict=True)
        return ClaimCounts(
            taken.count(_Outcome.CLAIMED),
            taken.count(_Outcome.WAITING),
            [file.name for file, taking in kept if taking is _Outcome.UNREADABLE],
        )

    def _is_quiet(self, file: Listed) -> bool:
        """Return whether the file has settled; one from the future has."""
        return abs(self._now() - file.modified_ms / 1000) >= self._settle_seconds
