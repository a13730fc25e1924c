"""All that `status` tells, gathered at one moment."""

from dataclasses import dataclass
from datetime import datetime

from watcher.clock import Clock, utc
from watcher.config.settings import Settings
from watcher.inbox.scan import Inbox
from watcher.layout import JOURNAL_FILE
from watcher.recognition.formats import is_complete
from watcher.service.local import Installed
from watcher.status.records import Records, records
from watcher.status.running import Running, running
from watcher.status.waiting import Waiting, waiting


@dataclass(frozen=True, slots=True)
class Status:
    """`at` is the moment in seconds since 1970; `day` is the local day, `2026-11-22`.

    `waiting` is None where the inbox cannot be listed, then `fault` says why. `service` is the one
    that is installed, None without; `is_ours`: it belongs to these settings.
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


def load_or_build(
    settings: Settings, clock: Clock, service: Installed | None, belongs_to: str
) -> Status:
    """Looks at everything once. Raises OSError where the state folder cannot be read."""
    at = clock.now()
    midnight = datetime.fromtimestamp(at).replace(hour=0, minute=0, second=0, microsecond=0)
    # The watcher first: what it files meanwhile is then no longer seen as waiting.
    now_running = running(settings.paths.state, clock.now)
    fault, files = "", None
    try:
        files = waiting(_inbox(settings, clock), now_running.faults)
    except OSError as error:
        fault = error.strerror or str(error)
    return Status(
        at=at,
        day=midnight.date().isoformat(),
        settle_seconds=settings.watch.settle_seconds,
        running=now_running,
        waiting=files,
        fault=fault,
        records=records(settings.paths.state / JOURNAL_FILE, utc(midnight.timestamp())),
        service=service,
        is_ours=service is not None and service.belongs_to == belongs_to,
    )


def _inbox(settings: Settings, clock: Clock) -> Inbox:
    watch = settings.watch
    return Inbox(
        settings.paths.inbox,
        is_complete,
        settle_seconds=watch.settle_seconds,
        walk=watch.subfolders == "walk",
        clock=clock,
    )
