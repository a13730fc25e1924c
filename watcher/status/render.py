"""Render a status as lines for a reader, or as a JSON object."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from watcher.clock import show_local, utc
from watcher.config.settings import Settings
from watcher.console.text import format_outcome, plural
from watcher.fs.long_paths import plain
from watcher.program import command_line
from watcher.status.collect import CollectedStatus
from watcher.status.running import Running, State
from watcher.status.waiting import Waiting, WaitingFile, Why
from watcher.types import Status

# What JSON has of the last correction's row.
_CORRECTION_KEYS = ("time", "id", "file", "digit", "filed_as", "reason")

# Nobody reads the lines of more files than this.
_MAX_SHOWN = 10


def as_lines(status: CollectedStatus, settings: Settings) -> Iterator[str]:
    """Yield the lines for a reader; times are local, with their offset from UTC."""
    yield from describe_running(status.running, status.at)
    yield from _waiting(status, str(settings.paths.inbox))
    if status.records.fault:
        yield status.records.fault
    else:
        counts = ", ".join(f"{status.records.today.get(name, 0)} {name}" for name in Status)
        yield f"today ({status.day}, local time): {counts}"
    yield _last_error(status)
    correction = status.records.correction
    if correction is not None:
        yield f"last correction: {format_outcome(correction.file, correction)}, {show_local(correction.time)}"
    yield _service(status)


def as_dict(status: CollectedStatus, settings: Settings) -> dict[str, Any]:
    """Return the same as an object; times are in UTC."""
    beat, message = status.running.beat, status.records.message
    correction, waits = status.records.correction, status.waiting
    is_alive = status.running.state is not State.NOT_RUNNING
    return {
        "state": str(status.running.state),
        "pid": beat.pid if is_alive and beat else None,
        "since": utc(beat.started) if is_alive and beat else None,
        "model": (beat.model or None) if is_alive and beat else None,
        "waits_for": (beat.waits_for or None) if is_alive and beat else None,
        "last_beat": utc(beat.time) if beat else None,
        "inbox": plain(str(settings.paths.inbox)),
        "outbox": plain(str(settings.paths.outbox)),
        "inbox_fault": status.fault or None,
        "waiting": None if waits is None else waits.total,
        "waiting_files": []
        if waits is None
        else [
            {"file": file.name, "why": str(file.why), "fault": file.fault or None}
            for file in waits.files
        ],
        "in_folders": [] if waits is None else list(waits.in_folders),
        "journal_fault": status.records.fault or None,
        "day": status.day,
        "today": None
        if status.records.fault
        else {str(name): status.records.today.get(name, 0) for name in Status},
        "last_error": None
        if message is None
        else asdict(message) | {"first": utc(message.first), "last": utc(message.last)},
        "last_correction": None
        if correction is None
        else {key: getattr(correction, key) for key in _CORRECTION_KEYS},
        "service": None
        if status.service is None
        else {
            "file": str(status.service.file),
            "belongs_to": status.service.belongs_to or None,
            "is_ours": status.is_ours,
            "fault": status.service.missing or None,
        },
    }


def describe_running(running: Running, now: float) -> Iterator[str]:
    """Yield what a watcher is doing; `now` is in seconds since 1970."""
    state, beat = running.state, running.beat
    if state is State.NOT_RUNNING:
        last = f"; one did until about {show_local(beat.time)}" if beat else ""
        yield f"no watcher runs{last}"
        return
    if beat is None:
        yield "a watcher runs but cannot report: is the disk full?"
        return
    model = f", model {beat.model}" if beat.model else ", no model loaded yet"
    yield f"running since {show_local(beat.started)} (process {beat.pid}{model})"
    if state is State.STALE:
        yield (
            f"but it has done nothing for {now - beat.time:.0f} s: it hangs, was stopped, or its "
            "machine has just woken up; if this stays so, end that process and start it again"
        )
    if beat.waits_for:
        yield f"paused: {beat.waits_for}; it tries again by itself"


def _waiting(status: CollectedStatus, inbox: str) -> Iterator[str]:
    waits = status.waiting
    if waits is None:
        yield f"{inbox} cannot be listed ({status.fault})"
        return
    if not waits.total:
        yield f"nothing waits in {inbox}"
    else:
        yield from _waiting_files(status, waits, inbox)
    yield from _in_folders(waits)


def _waiting_files(status: CollectedStatus, waits: Waiting, inbox: str) -> Iterator[str]:
    yield f"{plural(waits.total, 'file')} in {inbox}:"
    for file in waits.files[:_MAX_SHOWN]:
        yield f"  {file.name}: {_why(file, status)}"
    left = waits.total - min(len(waits.files), _MAX_SHOWN)
    if left > 0:
        yield f"  and {left} more"


def _in_folders(waits: Waiting) -> Iterator[str]:
    """Name files that are not filed because they are in folders of the inbox."""
    for name in waits.in_folders[:_MAX_SHOWN]:
        yield f'  {name}: is in a folder; `subfolders` is "ignore"'
    left = len(waits.in_folders) - _MAX_SHOWN
    if left > 0:
        yield f"  and {left} more in folders"


def _why(file: WaitingFile, status: CollectedStatus) -> str:
    match file.why:
        case Why.INCOMPLETE:
            return f"not complete yet; taken as it is after {status.settle_seconds:g} s without a change"
        case Why.HELD:
            return "still open in the program that saves it"
        case Why.UNREADABLE | Why.STUCK:
            return file.fault
        case Why.CLAIMED:
            return (
                "being filed"
                if _files_now(status)
                else "being filed when the watcher ended: the next start finishes it"
            )
        case Why.READY:
            return "is next" if _files_now(status) else "ready: waits for the watcher"


def _files_now(status: CollectedStatus) -> bool:
    """Return whether the watcher files what is ready within a moment."""
    beat = status.running.beat
    return status.running.state is State.RUNNING and not (beat and beat.waits_for)


def _last_error(status: CollectedStatus) -> str:
    message, beat = status.records.message, status.running.beat
    if message is not None:
        times = (
            f", {message.count} times since {show_local(message.first)}"
            if message.count > 1
            else ""
        )
        return f"last {message.level}: {message.text} ({show_local(message.last)}{times})"
    if beat is not None and beat.waits_for:
        return f"last error: {beat.waits_for} ({show_local(beat.time)})"
    return "last error: none"


def _service(status: CollectedStatus) -> str:
    if status.service is None:
        return f"no service is installed ({command_line('install')} installs one)"
    other = "" if status.is_ours else ", not for these settings"
    line = f"service: installed for {status.service.owner}{other} ({status.service.file})"
    if status.service.missing:
        line += f", but {status.service.missing}: {command_line('install')} fixes that"
    return line
