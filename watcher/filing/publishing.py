"""Steps 3 and 4 of a filing: choose a place for each judged claim, and publish it there."""

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watcher.filing.outbox import Outbox, is_as_judged
from watcher.filing.places import Places
from watcher.fs import files, fsync, no_replace
from watcher.fs.copying import ChangedError, place_copy
from watcher.fs.names import fold_name
from watcher.fs.no_replace import Placed
from watcher.inbox.claims import unlink_claims
from watcher.inbox.faults import concerns_all, describe_reason, describe_unusable_folder
from watcher.journal.journal import Journal
from watcher.types import Claim, Filing, Verdict, new_id

# The outbox's file system does not allow the name: the drawing gets its id for a name.
_NAME_REFUSED = frozenset([errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ])

# Windows: ERROR_NOT_SAME_DEVICE.
_OTHER_DISK = 17


# More names than this are taken only where the file system does not answer as it should.
_MAX_NAMES = 100


@dataclass(frozen=True, slots=True)
class Published:
    """What became of judged claims.

    `changed` are claims that are not as they were judged; `faults` are claims that cannot be published, and
    why, in words for their user.
    """

    done: Sequence[Filing]
    changed: Sequence[Claim] = ()
    faults: Sequence[tuple[Claim, str]] = ()


class Publisher:
    """Publishes judged claims into one outbox.

    Raises OSError and sqlite3.Error for what concerns all files.
    """

    def __init__(
        self,
        outbox: Outbox,
        journal: Journal,
        link: no_replace.Link,
        should_stop: Callable[[], bool],
    ) -> None:
        self._outbox = outbox
        self._folder = outbox.folder
        self._places = Places(outbox.folder, journal)
        self._journal = journal
        self._link = link
        self._should_stop = should_stop

    def publish(self, judged: Sequence[tuple[Claim, Verdict]]) -> Published:
        """Choose and journal a free place for each claim by its verdict, and put it there (steps 3 and 4)."""
        wanted = [(claim, verdict, claim.path.name) for claim, verdict in judged]
        done: list[Filing] = []
        changed: list[Claim] = []
        faults: list[tuple[Claim, str]] = []
        synced: set[Path] = set()
        copied: list[Path] = []
        taken: set[str] = set()
        for _ in range(_MAX_NAMES):
            filings = self._intend(wanted, taken, faults)
            wanted = []
            for filing in filings:
                try:
                    placed = self._place(filing)
                except ChangedError:
                    changed.append(filing.claim)
                except FileExistsError:
                    wanted.append((filing.claim, filing.verdict, filing.claim.path.name))
                except OSError as error:
                    if _is_name_refused(filing, error):
                        wanted.append((filing.claim, filing.verdict, _short_name(filing.claim)))
                    else:
                        faults.append((filing.claim, self._describe_fault(filing, error)))
                else:
                    done.append(filing)
                    synced.add((self._folder / filing.destination).parent)
                    if placed is Placed.COPIED:
                        copied.append(filing.claim.path)
                    elif placed is Placed.MOVED:
                        synced.add(filing.claim.path.parent)
            if not wanted:
                break
        faults += [
            (claim, "cannot be filed: no name is free in the outbox") for claim, _, _ in wanted
        ]
        fsync.sync_folders(synced)
        unlink_claims(copied)
        return Published(done, changed, faults)

    def _intend(
        self,
        judged: Iterable[tuple[Claim, Verdict, str]],
        taken: set[str],
        faults: list[tuple[Claim, str]],
    ) -> list[Filing]:
        """Choose and journal places for claims with verdicts and wanted names; `taken` are folded places."""
        filings: list[Filing] = []
        refused: dict[str, str] = {}
        made: set[str] = set()
        for claim, verdict, wanted in judged:
            folder = verdict.folder
            if folder not in made | refused.keys():
                try:
                    self._places.make(folder)
                    made.add(folder)
                except OSError as error:
                    if not _takes_files(self._folder):
                        raise
                    refused[folder] = describe_unusable_folder(self._folder / folder, error)
            if folder in refused:
                faults.append((claim, refused[folder]))
                continue
            place = self._places.free(folder, wanted, taken)
            taken.add(fold_name(place))
            filings.append(Filing(claim, verdict, place))
        if filings:
            self._journal.intend(filings)
        return filings

    def _place(self, filing: Filing) -> Placed:
        """Put one claim in its place; raise ChangedError if it is not as it was judged, and OSError."""
        claim = filing.claim.path
        status = files.stat_or_none(claim)
        if status is None or not is_as_judged(status, filing.verdict):
            raise ChangedError(str(claim))
        destination = self._folder / filing.destination
        try:
            return no_replace.place(claim, destination, self._link)
        except OSError as error:
            if error.errno != errno.EXDEV and getattr(error, "winerror", None) != _OTHER_DISK:
                raise
            place_copy(
                claim,
                destination,
                part=self._outbox.part_path(filing),
                sha256=filing.verdict.sha256,
                link=self._link,
                should_stop=self._should_stop,
            )
            return Placed.COPIED

    def _describe_fault(self, filing: Filing, error: OSError) -> str:
        """Return why one file cannot be published; raise the error if it concerns all files."""
        if (
            isinstance(error, InterruptedError)
            or concerns_all(error, (filing.claim.path.parent,))
            or not _takes_files(self._folder)
        ):
            raise error
        folder = filing.verdict.folder
        if not _takes_files(self._folder / folder):
            return describe_unusable_folder(self._folder / folder, error)
        return f"cannot be filed ({describe_reason(error)}): unlock it, or save it again"


def _takes_files(folder: Path) -> bool:
    """Return whether a file can be made in a folder of the outbox."""
    probe = folder / f".{new_id(0)}.probe"
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        probe.unlink()
    except OSError:
        return False
    return True


def _is_name_refused(filing: Filing, error: OSError) -> bool:
    """Return whether a name is not allowed in the outbox; the one that replaces it always is."""
    return error.errno in _NAME_REFUSED and filing.claim.id not in filing.destination


def _short_name(claim: Claim) -> str:
    suffix = claim.path.suffix if claim.path.suffix.isascii() else ""
    return claim.id + suffix[:8]
