"""The warnings and errors that the watcher reported lately."""

from collections.abc import Iterable
from dataclasses import astuple

from watcher.journal.database import Database
from watcher.types import Message

# About 200 kB.
MAX_MESSAGES = 1000


class Messages:
    """The table `messages`; a text that is reported again raises its count."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, messages: Iterable[Message]) -> None:
        """Add messages to those of before; only the newest MAX_MESSAGES stay."""
        with self._database.commit_unsynced():
            for message in messages:
                known = self._database.execute(
                    "UPDATE messages SET last = ?, count = count + ? WHERE text = ? AND level = ?",
                    message.last,
                    message.count,
                    message.text,
                    message.level,
                )
                if not known.rowcount:
                    self._database.execute(
                        "INSERT INTO messages (level, text, first, last, count)"
                        " VALUES (?, ?, ?, ?, ?)",
                        *astuple(message),
                    )
            self._database.execute(
                """DELETE FROM messages WHERE seq NOT IN
                    (SELECT seq FROM messages ORDER BY last DESC, seq DESC LIMIT ?)""",
                MAX_MESSAGES,
            )

    def all(self) -> list[Message]:
        """Return the messages, the newest last."""
        query = "SELECT level, text, first, last, count FROM messages ORDER BY last, seq"
        return [Message(*values) for values in self._database.query(query)]
