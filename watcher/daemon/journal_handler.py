"""Warnings and errors on their way into the journal, from which `status` shows them."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from watcher.clock import Clock
from watcher.filing.errors import TRANSIENT_ERRORS
from watcher.journal.messages import MAX_MESSAGES
from watcher.types import Message


class MessageStore(Protocol):
    """Where the open journal keeps messages."""

    def keep(self, messages: Iterable[Message]) -> None: ...


class JournalHandler(logging.Handler):
    """Counts warnings and errors by text until the journal is open and idle."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(logging.WARNING)
        self._clock = clock
        # In the order in which they came last.
        self._messages: dict[tuple[str, str], Message] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Count a message; a record that only shows a count is none."""
        if hasattr(record, "is_count"):
            return
        key = record.levelname.lower(), record.getMessage()
        now = self._clock.now()
        known = self._messages.pop(key, None) or Message(*key, now, now, 0)
        self._messages[key] = replace(known, last=now, count=known.count + 1)
        if len(self._messages) > MAX_MESSAGES:
            del self._messages[next(iter(self._messages))]

    def write_to(self, journal: MessageStore) -> None:
        """Add the messages to the journal, without a sync of its own; keep them if it takes none."""
        if self._messages:
            # Filing reports what is wrong with the journal.
            with suppress(*TRANSIENT_ERRORS):
                journal.keep(list(self._messages.values()))
                self._messages.clear()
