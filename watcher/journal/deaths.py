"""How often the process died while it judged a claim: a file that kills it three times is set aside.

A claim names the run of the program that has it. The next run finds a claim of another run without an
intent: that run ended while the file was being judged.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from watcher.journal.database import Database

# Identifies this run of the program among all that ever used the journal.
RUN = os.urandom(8).hex()


@dataclass(frozen=True, slots=True)
class Deaths:
    """How many runs ended while they judged a claim; `was_alone`: the last one judged nothing else."""

    count: int
    was_alone: bool


class DeathCounts:
    """The columns `run`, `deaths` and `is_alone` of the table `claims`."""

    def __init__(self, database: Database, run: str = RUN) -> None:
        self.run = run
        self._database = database

    def count(self, ids: Iterable[str]) -> dict[str, Deaths]:
        """Count a death for each of these claims that another run was judging; this run judges them now.

        Returns all claims with deaths, by id.
        """
        with self._database.commit():
            self._database.execute_many(
                "UPDATE claims SET deaths = deaths + (run NOT IN ('', ?1)), run = ?1 WHERE id = ?2",
                ((self.run, id_) for id_ in ids),
            )
        found = self._database.query("SELECT id, deaths, is_alone FROM claims WHERE deaths > 0")
        return {id_: Deaths(deaths, bool(is_alone)) for id_, deaths, is_alone in found}

    def mark_alone(self, id_: str) -> None:
        """Note that a claim is about to be judged by itself; the note survives the process's death."""
        with self._database.commit_unsynced():
            self._database.execute("UPDATE claims SET is_alone = 1 WHERE id = ?", id_)

    def end_run(self) -> None:
        """Note that this run is alive and judges nothing: what it left is not counted as a death."""
        with self._database.commit_unsynced():
            self._database.execute("UPDATE claims SET run = '' WHERE run = ?", self.run)
