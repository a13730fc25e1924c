"""Step 2 of a filing: a claim is read once, hashed, recognised and decided."""

import hashlib
import math
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from watcher import disk
from watcher.drawings import Claim, Verdict
from watcher.recognition import Decision, Recognition, decide

_FRESH_SECONDS = 2.5
"""Within this time of a write another one may bear the same time: FAT counts in steps of 2 s."""

_UNWRITTEN_SECONDS = 60.0
"""Linux writes data to the disk at most about 35 s after it was written (dirty_expire 30 s, every
5 s); until then a power cut may leave an empty file under a name that lasts."""

_CHUNK_SECONDS = 0.5
"""Aim at judging this long between two looks at whether to stop, which must not take 2 s."""

_CHUNK_BYTES = 1 << 20
"""A picture of 50 megapixels may take 100 kB and 0.5 s: so few of them before the next look."""


_READERS = 4
"""Measured on ext4 with 512 fresh files: syncing each took 1.47 ms one by one, 0.11 ms on 4 threads,
0.09 ms on 16: the file system then writes its own journal once for many."""

_LOOKS = 16
"""Files that are looked at together: enough to keep the decoder's threads busy."""


class Recognising(Protocol):
    """What the watcher needs of a recogniser."""

    name: str
    min_confidence: float

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's bytes and status; `data` is None if it is too large to be read."""

    data: bytes | None
    status: os.stat_result


Judging = Future[list[tuple[Claim, Verdict | OSError]]]
"""The verdict on each claim, or why it cannot be read; fewer when told to stop."""


class NotAFileError(OSError):
    """Something else than a regular file bears the name."""


def read(path: Path, max_bytes: int, *, unwritten_since: float = math.inf) -> Reading:
    """Reads a file whole, at most `max_bytes`; sees to it that it is on the disk if it was written
    after `unwritten_since`. What is written meanwhile shows in its status later. Raises OSError.
    """
    descriptor = disk.open_to_read(path)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotAFileError(None, "not a file", str(path))
        if status.st_mtime > unwritten_since and os.name == "posix":
            os.fsync(descriptor)
        size = status.st_size
        return Reading(disk.read_at(descriptor, size, 0) if size <= max_bytes else None, status)
    finally:
        os.close(descriptor)


def recognised(
    recogniser: Recognising, contents: Sequence[bytes | None], max_bytes: int
) -> list[Recognition]:
    """What is seen in contents, in order; None for one that is larger than `max_bytes`, unread."""
    seen = iter(recogniser.recognise([data for data in contents if data is not None]))
    too_large = Recognition(None, fault=f"larger than {max_bytes / (1 << 20):g} MB")
    return [too_large if data is None else next(seen) for data in contents]


class Judge:
    """Judges with one recogniser; `min_confidence` None takes the model's own."""

    def __init__(
        self,
        recogniser: Recognising,
        min_confidence: float | None,
        max_bytes: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.recogniser = recogniser
        self._min_confidence = min_confidence
        self._max_bytes = max_bytes
        self._now = now
        self._pace = 64.0
        self._judging = ThreadPoolExecutor(1, thread_name_prefix="judge")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="read")

    def look(self, paths: Sequence[Path]) -> Iterator[tuple[Decision, str]]:
        """Decides about files where they lie; with why a file could not be read, "" if it could."""
        for at in range(0, len(paths), _LOOKS):
            readings: list[Reading | str] = []
            for path in paths[at : at + _LOOKS]:
                try:
                    readings.append(read(path, self._max_bytes))
                except OSError as error:
                    readings.append(f"cannot be read: {error.strerror or error}")
            seen = iter(self._recognise([one for one in readings if isinstance(one, Reading)]))
            for path, one in zip(paths[at : at + _LOOKS], readings, strict=True):
                if isinstance(one, Reading):
                    yield self._decide(next(seen), path.name), ""
                else:
                    yield self._decide(Recognition(None, fault=one), path.name), one

    def begin(self, claims: Sequence[Claim], should_stop: Callable[[], bool]) -> Judging:
        """Judges beside the caller, one request after the other."""
        return self._judging.submit(lambda: list(self.judge(claims, should_stop)))

    def settle(self) -> None:
        """Waits until nothing is being judged any more."""
        self._judging.submit(lambda: None).result()

    def judge(
        self, claims: Sequence[Claim], should_stop: Callable[[], bool]
    ) -> Iterator[tuple[Claim, Verdict | OSError]]:
        """The verdict on each claim, or why it cannot be read; ends early when told to stop."""
        at = 0
        while at < len(claims) and not should_stop():
            began = time.monotonic()
            chunk, newest = self._chunk(claims, at)
            at += len(chunk)
            readings: list[tuple[Claim, Reading]] = []
            for claim, reading in zip(chunk, self._read_all(chunk, newest), strict=True):
                if isinstance(reading, Reading):
                    readings.append((claim, reading))
                else:
                    yield claim, reading
            recognitions = self._recognise([reading for _, reading in readings])
            for (claim, reading), recognition in zip(readings, recognitions, strict=True):
                yield claim, self._verdict(claim, reading, recognition)
            spent = max(time.monotonic() - began, 1e-6)
            self._pace = min(64.0, max(1.0, len(chunk) * _CHUNK_SECONDS / spent))

    def _chunk(self, claims: Sequence[Claim], at: int) -> tuple[list[Claim], float]:
        """The claims from `at` that are judged before the next look at whether to stop, and when the
        last of them was written."""
        chunk: list[Claim] = []
        size = 0
        newest = 0.0
        while at < len(claims) and len(chunk) < self._pace and size < _CHUNK_BYTES:
            chunk.append(claims[at])
            status = disk.look_at(claims[at].path)
            if status:
                size += status.st_size
                newest = max(newest, status.st_mtime)
            at += 1
        return chunk, newest

    def _read_all(self, claims: Sequence[Claim], newest: float) -> list[Reading | OSError]:
        lately = self._now() - _UNWRITTEN_SECONDS

        def one(claim: Claim) -> Reading | OSError:
            # A copy may bear the date of what it was copied from: its date alone says too little.
            unwritten_since = lately if claim.rested >= _UNWRITTEN_SECONDS else -math.inf
            try:
                return read(claim.path, self._max_bytes, unwritten_since=unwritten_since)
            except OSError as error:
                return error

        # Threads pay only where something waits for the disk.
        has_to_sync = newest > lately or any(claim.rested < _UNWRITTEN_SECONDS for claim in claims)
        return list((self._readers.map if has_to_sync and len(claims) > 1 else map)(one, claims))

    def _recognise(self, readings: Sequence[Reading]) -> list[Recognition]:
        return recognised(self.recogniser, [one.data for one in readings], self._max_bytes)

    def _decide(self, recognition: Recognition, name: str) -> Decision:
        own = self.recogniser.min_confidence
        return decide(
            recognition, own if self._min_confidence is None else self._min_confidence, name
        )

    def _verdict(self, claim: Claim, reading: Reading, recognition: Recognition) -> Verdict:
        decision = self._decide(recognition, claim.path.name)
        status = reading.status
        return Verdict(
            sha256="" if reading.data is None else hashlib.sha256(reading.data).hexdigest(),
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            identity=disk.identity(status),
            is_fresh=self._now() - status.st_mtime < _FRESH_SECONDS,
            status=str(decision.status),
            digit=decision.digit,
            confidence=decision.confidence,
            second_digit=decision.second_digit,
            second_confidence=decision.second_confidence,
            reason=decision.reason,
            width=recognition.width,
            height=recognition.height,
            model=self.recogniser.name,
        )
