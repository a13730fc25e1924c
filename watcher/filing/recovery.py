"""After a restart: what the last run left unfinished is sorted by what can be seen, and finished."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, takewhile
from pathlib import Path

from watcher.filing.refile import carry_out
from watcher.filing.transaction import Filer
from watcher.fs import files, fsync
from watcher.fs.names import numbered
from watcher.inbox.claims import unlink_claims
from watcher.types import Claim, Filing, Row, new_id


def resume(filer: Filer, batch_size: int) -> list[Row]:
    """Finishes what is in the journal and in the claim folders; returns the rows logged."""
    rows, unfinished = _sorted(filer)
    _tell_of_unreachable(filer)
    unfinished += _adopted(filer, {claim.path for claim in unfinished})
    for at in range(0, len(unfinished), batch_size):
        rows += filer.finish(unfinished[at : at + batch_size])
    filer.claims.tidy()
    filer.outbox.reclaims.tidy()
    return rows + carry_out(filer)


def release(filer: Filer) -> None:
    """Before the end: what is not published goes back to the inbox, where its user looks for it."""
    _, unfinished = _sorted(filer)
    filer.give_back(unfinished)
    filer.claims.tidy()
    filer.outbox.reclaims.tidy()


def _sorted(filer: Filer) -> tuple[list[Row], list[Claim]]:
    """Logs what was published; returns those rows and the claims that are still to be judged."""
    filer.outbox.clear(filer.journal.uncleared())
    published: list[Filing] = []
    unfinished: list[Claim] = []
    void: list[str] = []
    for claim, filing in filer.journal.claims():
        current = _found(filer, claim, filing)
        if filing is not None and current is None and _is_unreachable(filer, filing):
            continue
        if filing is not None and _is_published(filer, filing, current):
            published.append(filing)
        elif current is not None and not (filing and filing.verdict.request):
            unfinished.append(current)
        else:
            # The rename never happened (the file is in the inbox), or the user took it; or it is a
            # person's wish for a drawing in the outbox, which is still to be carried out.
            void.append(claim.id)
    if void:
        filer.journal.forget(void)
    same, changed = filer.outbox.check_again(published)
    return filer.record(same), unfinished + changed


def _tell_of_unreachable(filer: Filer) -> None:
    away = [
        filing.claim.path
        for _, filing in filer.journal.claims()
        if filing is not None and _is_unreachable(filer, filing)
    ]
    for folder, many in Counter(path.parents[2] for path in away).items():
        filer.notices.warn(
            f"drawings claimed in {folder} are not there now ({many}): is its disk mounted? They are filed "
            "once they are back"
        )


def _is_unreachable(filer: Filer, filing: Filing) -> bool:
    """Whether its claim's folder is away, as on a disk that was pulled, and it was not published.

    A batch's folder stays until its rows are recorded: of a claim that is gone with it nothing is known.
    """
    if filing.verdict.request or filing.claim.path.parent.is_dir():
        return False
    return not _is_at_destination(filer, filing)


def _found(filer: Filer, claim: Claim, filing: Filing | None) -> Claim | None:
    """The claim where it lies now: published files may have been claimed again."""
    if filing is not None:
        again = filer.outbox.rejudge_path(filing)
        if again != claim.path and files.stat_or_none(again) is not None:
            moved = Claim(claim.id, claim.name, again, claim.ready_at)
            filer.journal.claim([moved])
            return moved
    if filing is None and _is_in_the_inbox_too(filer, claim):
        unlink_claims([claim.path])
        return None
    return claim if files.stat_or_none(claim.path) is not None else None


def _is_in_the_inbox_too(filer: Filer, claim: Claim) -> bool:
    """Whether it was being claimed or put back: the file has both names, and was to have one.

    Putting back is a link and an unlink; and of a rename, Btrfs may keep both names in a power cut.
    """
    claimed = files.stat_or_none(claim.path)
    if claimed is None or claimed.st_nlink < 2:
        return False
    home = filer.home(claim)
    names = (home.with_name(numbered(home.name, number)) for number in count(1))
    there = takewhile(lambda status: status is not None, map(files.stat_or_none, names))
    if files.identity(claimed) not in [files.identity(status) for status in there if status]:
        return False
    fsync.sync_folder(home.parent)
    return True


def _is_published(filer: Filer, filing: Filing, current: Claim | None) -> bool:
    """Whether the intent was carried out; if so the claim's name is removed, if not what we left.

    A claim that is gone was published: nothing else removes one. A drawing in the outbox, which is
    moved as a person wished, may be gone by the user's hand.
    """
    filer.outbox.part_path(filing).unlink(missing_ok=True)
    destination = filer.outbox.folder / filing.destination
    if current is None:
        if filing.verdict.request and not _is_at_destination(filer, filing):
            return False
        # It may have been killed before that was on the disk.
        with suppress(FileNotFoundError):
            fsync.sync_folder(destination.parent)
        unlink_claims([filing.claim.path])
        return True
    place = _place_beside_claim(filer, filing) if current.path == filing.claim.path else None
    if place is None:
        return False
    fsync.sync_folder(place.parent)
    unlink_claims([current.path])
    return True


def _place_beside_claim(filer: Filer, filing: Filing) -> Path | None:
    """Where a file with its claim's name still lies in the outbox, None if it was not published."""
    destination = filer.outbox.folder / filing.destination
    there, claimed = files.stat_or_none(destination), files.stat_or_none(filing.claim.path)
    if claimed is None:
        return None
    if there is not None and files.is_regular(there):
        if files.identity(there) == files.identity(claimed) or _is_our_copy(destination, filing):
            return destination
        is_empty = there.st_size == 0 and filing.verdict.size > 0
        if is_empty and filer.outbox.links_are_refused(filing):
            destination.unlink()  # The name that we reserved, for want of links.
    # Its user may have moved it before it had a row.
    return filer.outbox.place_of(claimed) if claimed.st_nlink > 1 else None


def _is_at_destination(filer: Filer, filing: Filing) -> bool:
    destination = filer.outbox.folder / filing.destination
    there = files.stat_or_none(destination)
    if there is None or not files.is_regular(there):
        return False
    if files.identity(there) == filing.verdict.identity:
        return True
    return bool(filing.verdict.sha256) and files.sha256_of(destination) == filing.verdict.sha256


def _is_our_copy(destination: Path, filing: Filing) -> bool:
    """A copy from another file system: its bytes are those of the intent and of the claim."""
    verdict = filing.verdict
    there = files.stat_or_none(destination)
    if there is None or there.st_size != verdict.size or not verdict.sha256:
        return False
    return files.sha256_of(destination) == verdict.sha256 == files.sha256_of(filing.claim.path)


def _adopted(filer: Filer, known: set[Path]) -> list[Claim]:
    """Claims that the journal does not know, as after its loss; what is no file goes back."""
    found = list(_strays(filer, known))
    if found:
        filer.journal.claim(found)
    return found


def _strays(filer: Filer, known: set[Path]) -> Iterator[Claim]:
    batch = new_id(filer.now())
    number = 0
    for folder in (filer.claims, filer.outbox.reclaims):
        for path in folder.leftovers():
            if path in known:
                continue
            status = files.stat_or_none(path)
            if status is None:
                continue
            if not files.is_regular(status):
                folder.put_back(path, filer.inbox / path.name)
                continue
            claim = Claim(f"{batch}-{number:03}", path.name, path, filer.now())
            if _is_in_the_inbox_too(filer, claim):
                unlink_claims([path])
                continue
            yield claim
            number += 1
