"""What the disk shows of a claim after a crash: where it is, and whether its intent was carried out."""

from contextlib import suppress
from itertools import count, takewhile
from pathlib import Path

from watcher.filing.transaction import Filer
from watcher.fs import files, fsync
from watcher.fs.names import add_number
from watcher.inbox.claims import unlink_claims
from watcher.types import Claim, Filing


def find_claim(filer: Filer, claim: Claim, filing: Filing | None) -> Claim | None:
    """Return the claim where it is now: published files may have been claimed again. None if missing."""
    if filing is not None:
        again = filer.outbox.rejudge_path(filing)
        if again != claim.path and files.stat_or_none(again) is not None:
            moved = Claim(claim.id, claim.name, again, claim.ready_at)
            filer.journal.claim([moved])
            return moved
    if filing is None and is_in_inbox_too(filer, claim):
        unlink_claims([claim.path])
        return None
    return claim if files.stat_or_none(claim.path) is not None else None


def is_in_inbox_too(filer: Filer, claim: Claim) -> bool:
    """Return whether the file has both names, because it was being claimed or put back.

    A file is put back by a link and an unlink. Btrfs may also keep both names of a rename in a power cut.
    """
    claimed = files.stat_or_none(claim.path)
    if claimed is None or claimed.st_nlink < 2:
        return False
    home = filer.returns.home(claim)
    names = (home.with_name(add_number(home.name, number)) for number in count(1))
    there = takewhile(lambda status: status is not None, map(files.stat_or_none, names))
    if files.identity(claimed) not in [files.identity(status) for status in there if status]:
        return False
    fsync.sync_folder(home.parent)
    return True


def is_unreachable(filer: Filer, filing: Filing) -> bool:
    """Return whether the claim's folder is missing, as on a disk that was pulled, and it was not published.

    A batch's folder stays until its rows are recorded: without it the claim's fate is unknown.
    """
    folder = filing.claim.path.parent
    if filing.verdict.request or files.is_folder(folder):
        return False
    return not _is_at_destination(filer, filing)


def is_published(filer: Filer, filing: Filing, current: Claim | None) -> bool:
    """Return whether the intent was carried out; remove the claim's name if so, else the watcher's leftovers.

    A missing claim counts as published: nothing else removes one. A drawing in the outbox, which is
    moved at a person's request, may be missing because its user took it.
    """
    filer.outbox.part_path(filing).unlink(missing_ok=True)
    destination = filer.outbox.folder / filing.destination
    if current is None:
        if filing.verdict.request and not _is_at_destination(filer, filing):
            return False
        # The crash may have come before the name was on the disk.
        with suppress(FileNotFoundError):
            fsync.sync_folder(destination.parent)
        unlink_claims([filing.claim.path])
        return True
    place = _published_place(filer, filing) if current.path == filing.claim.path else None
    if place is None:
        return False
    fsync.sync_folder(place.parent)
    unlink_claims([current.path])
    return True


def _published_place(filer: Filer, filing: Filing) -> Path | None:
    """Return where in the outbox a file is that still has its claim's name; None if not published."""
    destination = filer.outbox.folder / filing.destination
    there, claimed = files.regular_or_none(destination), files.stat_or_none(filing.claim.path)
    if claimed is None:
        return None
    if there is not None:
        if files.identity(there) == files.identity(claimed) or _is_copy(destination, filing):
            return destination
        is_empty = there.st_size == 0 and filing.verdict.size > 0
        if is_empty and filer.outbox.links_are_refused(filing):
            destination.unlink()  # The name that the watcher reserved, as links are refused.
    # Its user may have moved it before it had a row.
    return filer.outbox.place_of(claimed) if claimed.st_nlink > 1 else None


def _is_at_destination(filer: Filer, filing: Filing) -> bool:
    destination = filer.outbox.folder / filing.destination
    there = files.regular_or_none(destination)
    if there is None:
        return False
    if files.identity(there) == filing.verdict.identity:
        return True
    return bool(filing.verdict.sha256) and files.sha256_of(destination) == filing.verdict.sha256


def _is_copy(destination: Path, filing: Filing) -> bool:
    """Return whether the destination is a copy from another file system, with the claim's judged bytes."""
    verdict = filing.verdict
    there = files.stat_or_none(destination)
    if there is None or there.st_size != verdict.size or not verdict.sha256:
        return False
    return files.sha256_of(destination) == verdict.sha256 == files.sha256_of(filing.claim.path)
