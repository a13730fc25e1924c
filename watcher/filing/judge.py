"""Step 2 of a filing: a claim is read once, hashed, recognised and decided."""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from watcher.fs import files, fsync
from watcher.recognition import Decision, Recognition, decide
from watcher.types import Claim, Verdict

_FRESH_SECONDS = 2.5
"""Within this time of a write another one may bear the same time: FAT counts in steps of 2 s."""

_UNWRITTEN_SECONDS = 60.0
"""Linux writes data to the disk at most about 35 s after it was written (dirty_expire 30 s, every
5 s); until then a power cut may leave an empty file under a name that lasts."""

_LOOKS = 16
"""Files that are looked at together: enough to keep the decoder's threads busy."""


class RecogniserProtocol(Protocol):
    """What the watcher needs of a recogniser."""

    name: str
    min_confidence: float

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]: ...

    def begin(
        self, files: Sequence[bytes], should_stop: Callable[[], bool]
    ) -> Future[list[Recognition]]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's bytes and status; `data` is None if it is too large to be read."""

    data: bytes | None
    status: os.stat_result


class NotAFileError(OSError):
    """Something else than a regular file bears the name."""


def read(path: Path, max_bytes: int) -> Reading:
    """Reads a file whole, at most `max_bytes`. What is written meanwhile shows in its status later.
    Raises OSError."""
    descriptor = files.open_to_read(path)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotAFileError(None, "not a file", str(path))
        size = status.st_size
        return Reading(files.read_at(descriptor, size, 0) if size <= max_bytes else None, status)
    finally:
        os.close(descriptor)


def recognised(
    recogniser: RecogniserProtocol, contents: Sequence[bytes | None], max_bytes: int
) -> list[Recognition]:
    """What is seen in contents, in order; None for one that is larger than `max_bytes`, unread."""
    seen = iter(recogniser.recognise([data for data in contents if data is not None]))
    return [_too_large(max_bytes) if data is None else next(seen) for data in contents]


def _too_large(max_bytes: int) -> Recognition:
    return Recognition(None, fault=f"larger than {max_bytes / (1 << 20):g} MB")


@dataclass(frozen=True, slots=True)
class _Read:
    """What stays of a claim's content once it was read, at `at`; `sha256` is "" if it was too large."""

    status: os.stat_result
    at: float
    sha256: str


@dataclass(frozen=True, slots=True)
class Judging:
    """Claims that are being judged, with what was read of each, or why it cannot be read; those that
    may not be on the disk yet are on their way there."""

    _claims: Sequence[tuple[Claim, _Read | OSError]]
    _lasting: Sequence[Future[dict[Path, OSError]]]
    _seen: Future[list[Recognition]]
    _verdict: Callable[[Claim, _Read, Recognition | None], Verdict]

    def result(self) -> list[tuple[Claim, Verdict | OSError]]:
        """Waits for the verdict on each claim, or why it cannot be read; for fewer when told to stop.

        What was judged is on the disk then.
        """
        judged: list[tuple[Claim, Verdict | OSError]] = []
        seen = iter(self._seen.result())
        failed = {path: error for one in self._lasting for path, error in one.result().items()}
        for claim, read in self._claims:
            if isinstance(read, OSError):
                judged.append((claim, read))
                continue
            recognition = next(seen, None) if read.sha256 else None
            if read.sha256 and recognition is None:
                break
            if claim.path in failed:
                judged.append((claim, failed[claim.path]))
            else:
                judged.append((claim, self._verdict(claim, read, recognition)))
        return judged


class Judge:
    """Judges with one recogniser; `min_confidence` None takes the model's own."""

    def __init__(
        self,
        recogniser: RecogniserProtocol,
        min_confidence: float | None,
        max_bytes: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.recogniser = recogniser
        self._min_confidence = min_confidence
        self._max_bytes = max_bytes
        self._now = now

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
        """Reads claims, and has them recognised and brought to the disk beside the caller."""
        claimed: list[tuple[Claim, _Read | OSError]] = []
        contents: list[bytes] = []
        unwritten: list[Path] = []
        for claim in claims:
            try:
                reading = read(claim.path, self._max_bytes)
            except OSError as error:
                claimed.append((claim, error))
                continue
            sha256 = ""
            if reading.data is not None:
                contents.append(reading.data)
                sha256 = hashlib.sha256(reading.data).hexdigest()
            now = self._now()
            claimed.append((claim, _Read(reading.status, now, sha256)))
            if _may_be_unwritten(claim, reading.status, now):
                unwritten.append(claim.path)
        lasting = fsync.sync_files_async(unwritten)
        seen = self.recogniser.begin(contents, should_stop)
        return Judging(claimed, lasting, seen, self._verdict)

    def _recognise(self, readings: Sequence[Reading]) -> list[Recognition]:
        return recognised(self.recogniser, [one.data for one in readings], self._max_bytes)

    def _decide(self, recognition: Recognition, name: str) -> Decision:
        own = self.recogniser.min_confidence
        return decide(
            recognition, own if self._min_confidence is None else self._min_confidence, name
        )

    def _verdict(self, claim: Claim, read: _Read, recognition: Recognition | None) -> Verdict:
        recognition = recognition or _too_large(self._max_bytes)
        decision = self._decide(recognition, claim.path.name)
        status = read.status
        return Verdict(
            sha256=read.sha256,
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            identity=files.identity(status),
            is_fresh=read.at - status.st_mtime < _FRESH_SECONDS,
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


def _may_be_unwritten(claim: Claim, status: os.stat_result, now: float) -> bool:
    """Whether its bytes may not be on the disk yet; its date alone says too little: a copy may bear
    that of what it was copied from."""
    return claim.rested < _UNWRITTEN_SECONDS or status.st_mtime > now - _UNWRITTEN_SECONDS
