"""Collect all that `status` shows, at one moment."""

from dataclasses import dataclass, replace
from datetime import datetime

from watcher.clock import Clock, utc
from watcher.config.settings import Settings
from watcher.inbox.scan import inbox_of
from watcher.layout import JOURNAL_FILE
from watcher.recognition.formats import is_complete
from watcher.service.local import Installed
from watcher.status.records import Records, read_records
from watcher.status.running import Running, find_watcher
from watcher.status.waiting import Waiting, list_in_folders, list_waiting


@dataclass(frozen=True, slots=True)
class CollectedStatus:
    """`at` is the moment in seconds since 1970; `day` is the local day, `2026-11-22`.

    `waiting` is None where the inbox cannot be listed, and `fault` says why. `service` is the installed
    service, None without one; `is_ours` says whether it belongs to these settings.
    """

    at: float
    day: str
    settle_seconds: float
    running: Running
    waiting: Waiting | None
    fault: str
    records: Records
    service: Installed | None
    is_ours: bool


def collect_status(
    settings: Settings, clock: Clock, service: Installed | None, belongs_to: str
) -> CollectedStatus:
    """Look at everything once. Raises OSError where the state folder cannot be read."""
    at = clock.now()
    midnight = datetime.fromtimestamp(at).replace(hour=0, minute=0, second=0, microsecond=0)
    # The watcher comes first: what it files meanwhile then does not count as waiting.
    running = find_watcher(settings.paths.state, clock.now)
    fault, waiting = "", None
    try:
        waiting = list_waiting(inbox_of(settings, is_complete, clock), running.faults)
        if settings.watch.subfolders == "ignore":
            walking = replace(settings, watch=replace(settings.watch, subfolders="walk"))
            in_folders = list_in_folders(inbox_of(walking, is_complete, clock))
            waiting = replace(waiting, in_folders=in_folders)
    except OSError as error:
        fault = error.strerror or str(error)
    return CollectedStatus(
        at=at,
        day=midnight.date().isoformat(),
        settle_seconds=settings.watch.settle_seconds,
        running=running,
        waiting=waiting,
        fault=fault,
        records=read_records(settings.paths.state / JOURNAL_FILE, utc(midnight.timestamp())),
        service=service,
        is_ours=service is not None and service.belongs_to == belongs_to,
    )
