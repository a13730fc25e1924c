"""Claims that go back to the inbox: unreadable, never at rest, or not judged before the end."""

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from watcher.inbox.claims import ClaimFolder
from watcher.journal.journal import Journal
from watcher.types import Claim


class InboxReturn:
    """Puts claims back into one inbox. Raises OSError and sqlite3.Error."""

    def __init__(self, inbox: Path, claims: ClaimFolder, journal: Journal) -> None:
        self._inbox = inbox
        self._claims = claims
        self._journal = journal

    def give_back(self, claims: Iterable[Claim]) -> dict[str, Path]:
        """Put claims back into the inbox under their names; return their paths there, by id."""
        claims = list(claims)
        if not claims:
            return {}
        # Cancel their intents first: a claim that is missing with an intent counts as published.
        self._journal.claim(claims)
        homes = {claim.id: self._claims.put_back(claim.path, self.home(claim)) for claim in claims}
        self._journal.forget(homes)
        return homes

    def home(self, claim: Claim) -> Path:
        """Return a claim's path in the inbox, in its own folder if that is still there."""
        home = self._inbox.joinpath(*PurePosixPath(claim.name).parts)
        if os.path.isdir(home.parent):  # noqa: PTH112 - Path.is_dir raises, before Python 3.14
            return home
        return self._inbox / home.name
