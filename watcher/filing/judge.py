"""Step 2 of a filing: a claim is read once, hashed, recognised and decided."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from watcher.config.settings import Settings
from watcher.filing.errors import TRANSIENT_ERRORS
from watcher.filing.reading import (
    Reading,
    RecogniserProtocol,
    read,
    recognise,
    too_large,
)
from watcher.filing.time_limit import max_seconds, time_limit
from watcher.fs import files, fsync
from watcher.recognition import Decision, Recognition, decide
from watcher.types import Claim, Verdict

_T = TypeVar("_T")

# FAT stores times in steps of 2 s: another write within this time of the first may leave the same time.
_FRESH_SECONDS = 2.5

# Linux writes data to the disk at most about 35 s after it was written (dirty_expire 30 s, every
# 5 s); until then a power cut may leave an empty file under a name that is durable.
_UNWRITTEN_SECONDS = 60.0

# Files looked at together: enough to keep the decoder's threads busy.
_LOOK_FILES = 16


@dataclass(frozen=True, slots=True)
class _Read:
    """What is kept of a claim's content, read at `at`; `sha256` is "" if it was too large."""

    status: os.stat_result
    at: float
    sha256: str


@dataclass(frozen=True, slots=True)
class Judging:
    """Claims that are being judged, each with what was read of it or why it cannot be read.

    Bytes that may not be on the disk yet are being synced.
    """

    _claims: Sequence[tuple[Claim, _Read | OSError]]
    _syncs: Sequence[Future[dict[Path, OSError]]]
    _recognitions: Future[list[Recognition]]
    _judge: "Judge"

    def result(self) -> list[tuple[Claim, Verdict | OSError]]:
        """Wait for the verdict on each claim, or why it cannot be read; for fewer if stopped.

        The bytes of judged claims are on the disk then.
        """
        judged: list[tuple[Claim, Verdict | OSError]] = []
        recognitions = iter(self._wait())
        unsynced = {path: error for sync in self._syncs for path, error in sync.result().items()}
        for claim, read_ in self._claims:
            if isinstance(read_, OSError):
                judged.append((claim, read_))
                continue
            recognition = next(recognitions, None) if read_.sha256 else None
            if read_.sha256 and recognition is None:
                break
            if claim.path in unsynced:
                judged.append((claim, unsynced[claim.path]))
            else:
                judged.append((claim, self._judge.verdict(claim, read_, recognition)))
        return judged

    def _wait(self) -> list[Recognition]:
        with time_limit(self._judge.max_seconds(len(self._claims))):
            recognitions = _failure_or(self._recognitions.result)
            if isinstance(recognitions, list):
                return recognitions
            return [
                self._judge.recognise_alone(claim.path)
                for claim, read_ in self._claims
                if isinstance(read_, _Read) and read_.sha256
            ]


class Judge:
    """Judges with one recogniser; `min_confidence` None means the model's own."""

    def __init__(
        self,
        recogniser: RecogniserProtocol,
        min_confidence: float | None,
        max_bytes: int,
        now: Callable[[], float] = time.time,
        max_seconds: Callable[[int], float] = max_seconds,
    ) -> None:
        self.recogniser = recogniser
        self._min_confidence = min_confidence
        self._max_bytes = max_bytes
        self._now = now
        self.max_seconds = max_seconds

    def look(self, paths: Sequence[Path]) -> Iterator[tuple[Decision, str]]:
        """Decide about files where they are; yield each decision and why the file is unreadable, or ""."""
        for at in range(0, len(paths), _LOOK_FILES):
            readings: list[Reading | str] = []
            for path in paths[at : at + _LOOK_FILES]:
                try:
                    readings.append(read(path, self._max_bytes))
                except OSError as error:
                    readings.append(f"cannot be read: {error.strerror or error}")
            contents = [reading.data for reading in readings if isinstance(reading, Reading)]
            recognitions = iter(recognise(self.recogniser, contents, self._max_bytes))
            for path, reading in zip(paths[at : at + _LOOK_FILES], readings, strict=True):
                if isinstance(reading, Reading):
                    yield self._decide(next(recognitions), path.name), ""
                else:
                    yield self._decide(Recognition(None, fault=reading), path.name), reading

    def is_picture(self, path: Path) -> bool:
        """Return whether a file can be read and decoded."""
        try:
            return not self.recognise_in_time(read(path, self._max_bytes).data).fault
        except OSError:
            return False

    def recognise_in_time(self, data: bytes | None) -> Recognition:
        """Recognise the bytes of one file, None for too many; a decoder that hangs ends the process."""
        with time_limit(self.max_seconds(1)):
            return self._recognise_one(data)

    def begin(self, claims: Sequence[Claim], should_stop: Callable[[], bool]) -> Judging:
        """Read claims, and start to recognise and to sync them on other threads."""
        with time_limit(self.max_seconds(len(claims))):
            read_claims, contents = self._read(claims)
            syncs = fsync.sync_files_async(_unwritten(read_claims))
            recognitions = _failure_or(lambda: self.recogniser.begin(contents, should_stop))
        if isinstance(recognitions, Exception):
            failure, recognitions = recognitions, Future()
            recognitions.set_exception(failure)
        return Judging(read_claims, syncs, recognitions, self)

    def reject(self, claims: Sequence[Claim], fault: str) -> Judging:
        """Read claims and reject them for `fault`, with no look at what they show."""
        read_claims, contents = self._read(claims)
        syncs = fsync.sync_files_async(_unwritten(read_claims))
        recognitions: Future[list[Recognition]] = Future()
        recognitions.set_result([Recognition(None, fault=fault) for _ in contents])
        return Judging(read_claims, syncs, recognitions, self)

    def recognise_alone(self, path: Path) -> Recognition:
        """Recognise one file of a batch that made the program fail; an error rejects that file alone.

        If its bytes changed since the batch was read, it is judged again before it has a row.
        """
        return self._recognise_one(read(path, self._max_bytes).data)

    def _recognise_one(self, data: bytes | None) -> Recognition:
        recognitions = _failure_or(lambda: recognise(self.recogniser, [data], self._max_bytes))
        if isinstance(recognitions, list):
            return recognitions[0]
        name = type(recognitions).__name__
        return Recognition(None, fault=f"the program failed to read it ({name})")

    def _decide(self, recognition: Recognition, name: str) -> Decision:
        min_confidence = self._min_confidence
        if min_confidence is None:
            min_confidence = self.recogniser.min_confidence
        return decide(recognition, min_confidence, name)

    def _read(
        self, claims: Sequence[Claim]
    ) -> tuple[list[tuple[Claim, _Read | OSError]], list[bytes]]:
        """Return what was read of each claim, and the contents of those that could be read."""
        read_claims: list[tuple[Claim, _Read | OSError]] = []
        contents: list[bytes] = []
        for claim in claims:
            try:
                reading = read(claim.path, self._max_bytes)
            except OSError as error:
                read_claims.append((claim, error))
                continue
            sha256 = ""
            if reading.data is not None:
                contents.append(reading.data)
                sha256 = hashlib.sha256(reading.data).hexdigest()
            read_claims.append((claim, _Read(reading.status, self._now(), sha256)))
        return read_claims, contents

    def verdict(self, claim: Claim, read_: _Read, recognition: Recognition | None) -> Verdict:
        """Return the verdict on a claim; `recognition` is None for one too large to be read."""
        recognition = recognition or too_large(self._max_bytes)
        decision = self._decide(recognition, claim.path.name)
        status = read_.status
        return Verdict(
            sha256=read_.sha256,
            size=status.st_size,
            mtime_ns=files.mtime_ns(status),
            identity=files.identity(status),
            is_fresh=read_.at - status.st_mtime < _FRESH_SECONDS,
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


def judge_for(
    settings: Settings, recogniser: RecogniserProtocol, now: Callable[[], float] = time.time
) -> Judge:
    """Return the judge of these settings."""
    return Judge(recogniser, settings.decision.min_confidence, settings.limits.max_bytes, now)


def _failure_or(call: Callable[[], _T]) -> _T | Exception:
    """Return what `call` returns, or its error if it is a mistake of the program or of a library.

    One file's bytes may cause such an error; the batch's other files are judged all the same.
    """
    try:
        return call()
    except TRANSIENT_ERRORS:
        raise
    except Exception as error:  # noqa: BLE001 - a decoder may raise anything
        return error


def _unwritten(read_claims: Sequence[tuple[Claim, _Read | OSError]]) -> list[Path]:
    """Return the claims whose bytes may not be on the disk yet.

    A file's date alone does not show that: a copy may have the date of its original.
    """
    return [
        claim.path
        for claim, read_ in read_claims
        if isinstance(read_, _Read)
        and min(claim.rested, read_.at - read_.status.st_mtime) < _UNWRITTEN_SECONDS
    ]
