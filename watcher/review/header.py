"""What the page's header says: whether a watcher runs, what waits, the last error, labels to learn."""

import json
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.inbox.scan import inbox_of
from watcher.journal.journal import Journal
from watcher.layout import JOURNAL_FILE
from watcher.recognition.formats import is_complete
from watcher.recognition.model_in_use import current_version
from watcher.recognition.recogniser import CARD_FILE, SHIPPED
from watcher.review.catalogue import ReviewedDrawing
from watcher.status.running import State, find_watcher

# What teaches the model the labels.
REFRESH = "python -m training refresh"

# An older error is no news.
_RECENT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Header:
    """`state` is that of the watcher, `since` in seconds since 1970 when it started; `waiting` files
    in the inbox, `error` its last error; `labels` that no training has seen."""

    state: str
    since: float | None
    waiting: int
    error: str
    labels: int
    command: str = REFRESH


def header(settings: Settings, clock: Clock, labelled: Sequence[ReviewedDrawing]) -> Header:
    """Look at everything once; `labelled` are the drawings with a label. Raises TRANSIENT_ERRORS."""
    now = find_watcher(settings.paths.state, clock.now)
    since = now.beat.started if now.beat and now.state is not State.NOT_RUNNING else None
    trained = _trained_at(settings.paths.models)
    labels = [one for one in labelled if datetime.fromisoformat(one.changed) > trained]
    error = _last_error(settings, clock.now() - _RECENT_SECONDS)
    return Header(now.state, since, _waiting(settings, clock), error, len(labels))


def _waiting(settings: Settings, clock: Clock) -> int:
    with suppress(OSError):
        return inbox_of(settings, is_complete, clock).count()
    return 0


def _last_error(settings: Settings, since: float) -> str:
    journal_file = settings.paths.state / JOURNAL_FILE
    if not journal_file.exists():
        return ""
    with closing(Journal(journal_file)) as journal:
        messages = journal.messages.all()
    errors = [one.text for one in messages if one.level == "error" and one.last >= since]
    return errors[-1] if errors else ""


def _trained_at(models: Path) -> datetime:
    """Return when the model in use was made, by its card."""
    version = current_version(models)
    for folder in ([models / version] if version else []) + [SHIPPED]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
            return datetime.fromisoformat(card["created"])
    return datetime.fromisoformat("1970-01-01T00:00:00+00:00")
