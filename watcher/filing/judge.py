"""Step 2 of a filing: a claim is read once, hashed, recognised and decided."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from watcher.filing.reading import Reading, RecogniserProtocol, read, recognise, too_large
from watcher.fs import files, fsync
from watcher.recognition import Decision, Recognition, decide
from watcher.types import Claim, Verdict

# FAT counts times in steps of 2 s: within this time of a write, another may have the same time.
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
    _verdict: Callable[[Claim, _Read, Recognition | None], Verdict]

    def result(self) -> list[tuple[Claim, Verdict | OSError]]:
        """Wait for the verdict on each claim, or why it cannot be read; for fewer if stopped.

        The bytes of judged claims are on the disk then.
        """
        judged: list[tuple[Claim, Verdict | OSError]] = []
        recognitions = iter(self._recognitions.result())
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
                judged.append((claim, self._verdict(claim, read_, recognition)))
        return judged


class Judge:
    """Judges with one recogniser; `min_confidence` None means the model's own."""

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

    def begin(self, claims: Sequence[Claim], should_stop: Callable[[], bool]) -> Judging:
        """Read claims, and start to recognise and to sync them on other threads."""
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
        syncs = fsync.sync_files_async(unwritten)
        return Judging(claimed, syncs, self.recogniser.begin(contents, should_stop), self._verdict)

    def _decide(self, recognition: Recognition, name: str) -> Decision:
        min_confidence = self._min_confidence
        if min_confidence is None:
            min_confidence = self.recogniser.min_confidence
        return decide(recognition, min_confidence, name)

    def _verdict(self, claim: Claim, read_: _Read, recognition: Recognition | None) -> Verdict:
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


def _may_be_unwritten(claim: Claim, status: os.stat_result, now: float) -> bool:
    """Return whether a claim's bytes may not be on the disk yet.

    Its date alone does not show that: a copy may have the date of its original.
    """
    return claim.rested < _UNWRITTEN_SECONDS or status.st_mtime > now - _UNWRITTEN_SECONDS
