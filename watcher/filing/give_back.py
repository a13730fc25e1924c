"""Claims that go back to the inbox: unreadable, never at rest, or not judged before the end."""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from watcher.fs import files
from watcher.inbox.claims import ClaimFolder
from watcher.inbox.faults import concerns_all, describe_reason
from watcher.journal.journal import Journal
from watcher.types import Claim

# The longest pause between two tries of a file in the inbox, too (`inbox.retries`).
_RETRY_SECONDS = 60.0


class InboxReturn:
    """Puts claims back into one inbox; keeps those that cannot be moved and tries them again later.

    Raises OSError and sqlite3.Error.
    """

    def __init__(
        self,
        inbox: Path,
        claims: ClaimFolder,
        journal: Journal,
        *,
        warn: Callable[[str], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._inbox = inbox
        self._claims = claims
        self._journal = journal
        self._warn = warn
        self._monotonic = monotonic
        self._stranded: dict[str, Claim] = {}
        self._next_retry = 0.0

    def give_back(self, claims: Iterable[Claim]) -> dict[str, Path]:
        """Put claims back into the inbox under their names; return the paths there, by id.

        A claim that cannot be moved has none; it is tried again later.
        """
        claims = list(claims)
        if not claims:
            return {}
        # Cancel their intents first: a claim that is missing with an intent counts as published.
        self._journal.claim(claims, is_judged=False)
        homes: dict[str, Path] = {}
        for claim in claims:
            try:
                homes[claim.id] = self._claims.put_back(claim.path, self.home(claim))
            except OSError as error:
                if concerns_all(error, (self._inbox, self._claims.folder)):
                    raise
                self._strand(claim, error)
        self._journal.forget(homes)
        return homes

    def retry(self) -> None:
        """Put back, from time to time, claims that could not be moved before."""
        if self._stranded and self._monotonic() >= self._next_retry:
            for id_ in self.give_back(list(self._stranded.values())):
                del self._stranded[id_]

    def home(self, claim: Claim) -> Path:
        """Return a claim's path in the inbox, in its own folder if that is still there."""
        home = self._inbox.joinpath(*PurePosixPath(claim.name).parts)
        if files.is_folder(home.parent):
            return home
        return self._inbox / home.name

    def _strand(self, claim: Claim, error: OSError) -> None:
        if claim.id not in self._stranded:
            self._warn(
                f"{claim.name} cannot be moved back into the inbox ({describe_reason(error)}): it is kept as "
                f"{claim.path}, nothing is lost, and the watcher tries again by itself"
            )
        self._stranded[claim.id] = claim
        self._next_retry = self._monotonic() + _RETRY_SECONDS
