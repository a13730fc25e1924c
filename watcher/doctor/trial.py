"""File test drawings as real ones are filed, in a private folder, and time it."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import cv2

from watcher.clock import Clock
from watcher.config.model import model_in_use
from watcher.config.settings import Paths, Settings
from watcher.doctor.findings import Finding, failed, fine, look
from watcher.doctor.folders import nearest, private_name
from watcher.filing.errors import TRANSIENT_ERRORS, describe
from watcher.filing.judge import judge_for
from watcher.filing.recording import Notices
from watcher.filing.session import session
from watcher.inbox.batches import batches
from watcher.inbox.scan import Inbox
from watcher.layout import LOG_FILE
from watcher.log.reader import read_log
from watcher.recognition.formats import is_complete
from watcher.recognition.samples import STROKES, sample
from watcher.types import Row

# Few enough for a slow disk, enough that one busy moment does not count.
_DIGITS = tuple(STROKES)[:5]

# A watcher without events scans this often: slower filing is what a user then waits for.
_SLOW_SECONDS = 2.0


def drawings_are_filed(settings: Settings) -> Finding:
    """Check that the samples are filed, beside the journal's folder; remove all of it afterwards."""
    place = nearest(settings.paths.state)
    seconds: list[float] = []
    try:
        with _private_settings(settings, place) as private:
            rows = _file_samples(private, seconds)
            wrong = _find_error(private, rows)
    except TRANSIENT_ERRORS as error:
        return failed(
            f"a test drawing in {place} could not be filed: {describe(error, settings)}",
            "fix what failed above, if anything did; then run this again",
        )
    if wrong:
        return failed(f"of {len(_DIGITS)} test drawings, {wrong}", "install the watcher again")
    each = median(seconds)
    said = f"{len(rows)} test drawings filed in {place}, {1000 * each:.0f} ms each"
    if each > _SLOW_SECONDS:
        return look(
            said, "move [paths] state and the outbox to a faster disk: each filing waits for it"
        )
    return fine(said)


def _file_samples(settings: Settings, seconds: list[float]) -> list[Row]:
    rows: list[Row] = []
    clock = Clock()
    judge = judge_for(settings, model_in_use(settings, lambda _: None).recogniser())
    inbox = Inbox(settings.paths.inbox, is_complete, settle_seconds=0, walk=False, clock=clock)
    notices = Notices(rows.append, lambda _: None)
    with session(settings, judge, notices, clock=clock, should_stop=lambda: False) as filer:
        for digit in _DIGITS:
            (settings.paths.inbox / _name(digit)).write_bytes(_content(digit))
            began = time.perf_counter()
            for _ in filer.file(batches(inbox.ready(), 1)):
                pass
            seconds.append(time.perf_counter() - began)
    return rows


def _find_error(settings: Settings, rows: list[Row]) -> str:
    """Return what is wrong, "" if nothing is; which digit was read is the model's check."""
    outbox = settings.paths.outbox
    kept = [
        row for row in rows if (outbox / row.filed_as).read_bytes() == _content(int(row.file[0]))
    ]
    in_log = [row.id for row in read_log(outbox / LOG_FILE)]
    if sorted(row.file for row in kept) != [_name(digit) for digit in _DIGITS]:
        return f"{len(kept)} were filed with their bytes"
    if in_log != [row.id for row in rows]:
        return f"{len(in_log)} have their row in the log"
    return ""


@contextmanager
def _private_settings(settings: Settings, place: Path) -> Iterator[Settings]:
    root = private_name(place)
    paths = Paths(root / "inbox", root / "outbox", root / "state", settings.paths.models)
    try:
        for folder in (root, paths.inbox, paths.outbox, paths.state):
            folder.mkdir()
        yield replace(settings, paths=paths)
    finally:
        # A file that a virus scanner holds for a moment must not fail the trial.
        shutil.rmtree(root, ignore_errors=True)


def _name(digit: int) -> str:
    return f"{digit}.png"


def _content(digit: int) -> bytes:
    return bytes(cv2.imencode(".png", sample(digit).pixels)[1])
