"""After a restart: finish what the last run left, by the evidence on the disk."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

from watcher.filing.evidence import find_claim, is_in_inbox_too, is_published, is_unreachable
from watcher.filing.refile import carry_out
from watcher.filing.transaction import Filer
from watcher.fs import files
from watcher.inbox.claims import ClaimFolder, unlink_claims
from watcher.inbox.faults import concerns_all, describe_reason
from watcher.journal.deaths import Deaths
from watcher.log.rows import ENDED
from watcher.types import Claim, Filing, Row, new_id

# After this many deaths in a batch, any of its files may be to blame: each is read by itself.
_MAX_BATCH_DEATHS = 1

# A file that was being read at this many deaths, and was alone at the last, is to blame.
_MAX_DEATHS = 3

# As many names as fit into a line or two of a terminal.
_MAX_NAMED = 5


def resume(filer: Filer, batch_size: int) -> list[Row]:
    """Finish what is in the journal and in the claim folders; return the rows logged."""
    rows, unfinished = _sort_claims(filer)
    _warn_of_unreachable(filer)
    unfinished += _adopt_strays(filer)
    rows += _finish(filer, unfinished, batch_size)
    filer.claims.tidy()
    filer.outbox.reclaims.tidy()
    return rows + carry_out(filer)


def _finish(filer: Filer, claims: Sequence[Claim], batch_size: int) -> list[Row]:
    """Judge and file claims: in batches, by itself each that may have killed the process before.

    One that did so `_MAX_DEATHS` times, the last time by itself, is rejected.
    """
    if not claims:
        return []
    deaths = filer.journal.deaths.count(claim.id for claim in claims)
    rows: list[Row] = []
    batch: list[Claim] = []
    alone: list[Claim] = []
    for claim in claims:
        count, was_alone = astuple(deaths.get(claim.id, Deaths(0, was_alone=False)))
        if count >= _MAX_DEATHS and was_alone:
            rows += filer.finish([claim], fault=f"{ENDED} {count} times while reading it")
        else:
            (alone if count > _MAX_BATCH_DEATHS else batch).append(claim)
    for at in range(0, len(batch), batch_size):
        rows += filer.finish(batch[at : at + batch_size])
    if alone:
        _warn_of_suspects(filer, alone)
    for claim in alone:
        filer.journal.deaths.mark_alone(claim.id)
        rows += filer.finish([claim])
    return rows


def _warn_of_suspects(filer: Filer, suspects: Sequence[Claim]) -> None:
    names = ", ".join(claim.name for claim in suspects[:_MAX_NAMED])
    more = f" and {len(suspects) - _MAX_NAMED} more" if len(suspects) > _MAX_NAMED else ""
    filer.notices.warn(
        f"the program ended more than once while it read {names}{more}: each is read by itself now, "
        "and one that ends the program again goes to rejected"
    )


def release(filer: Filer) -> None:
    """Put what is not published back into the inbox before the end, where its user looks for it."""
    _, unfinished = _sort_claims(filer)
    filer.returns.give_back(unfinished)
    filer.claims.tidy()
    filer.outbox.reclaims.tidy()


def _sort_claims(filer: Filer) -> tuple[list[Row], list[Claim]]:
    """Log what was published; return those rows, and the claims that are still to be judged."""
    filer.outbox.clear(filer.journal.uncleared())
    published: list[Filing] = []
    unfinished: list[Claim] = []
    void: list[str] = []
    for claim, filing in filer.journal.claims():
        try:
            current = find_claim(filer, claim, filing)
            if filing is not None and current is None and is_unreachable(filer, filing):
                continue
            if filing is not None and is_published(filer, filing, current):
                published.append(filing)
            elif current is not None and not (filing and filing.verdict.request):
                unfinished.append(current)
            else:
                # The rename never happened (the file is in the inbox), or the user took it; or it is a
                # person's request for a drawing in the outbox, which is still to be carried out.
                void.append(claim.id)
        except OSError as error:
            if concerns_all(error, (filer.inbox, filer.outbox.folder)):
                raise
            filer.notices.warn(
                f"{claim.path} cannot be used ({describe_reason(error)}): {claim.name} is filed at a "
                "later start, once it can be"
            )
    if void:
        filer.journal.forget(void)
    same, changed = filer.outbox.check_again(published)
    return filer.recorder.record(same), unfinished + changed


def _warn_of_unreachable(filer: Filer) -> None:
    unreachable = [
        filing.claim.path
        for _, filing in filer.journal.claims()
        if filing is not None and is_unreachable(filer, filing)
    ]
    for folder, count in Counter(path.parents[2] for path in unreachable).items():
        filer.notices.warn(
            f"drawings claimed in {folder} are not there now ({count}): is its disk mounted? They are "
            "filed once they are back"
        )


def _adopt_strays(filer: Filer) -> list[Claim]:
    """Return claims that the journal does not know, as after its loss, and journal them."""
    known = {claim.path for claim, _ in filer.journal.claims()}
    known |= {filing.claim.path for filing in filer.journal.uncleared()}
    strays = list(_find_strays(filer, known))
    if strays:
        filer.journal.claim(strays)
    return strays


def _find_strays(filer: Filer, known: set[Path]) -> Iterator[Claim]:
    """Yield files in the claim folders that are not `known`; put anything else back into the inbox."""
    batch = new_id(filer.now())
    number = 0
    for folder in (filer.claims, filer.outbox.reclaims):
        for path in folder.leftovers():
            claim = Claim(f"{batch}-{number:03}", path.name, path, filer.now())
            try:
                if path not in known and _is_stray(filer, folder, claim):
                    yield claim
                    number += 1
            except OSError as error:
                if concerns_all(error, (folder.parent, path.parent)):
                    raise
                filer.notices.warn(
                    f"{path} cannot be used ({describe_reason(error)}): it stays there"
                )


def _is_stray(filer: Filer, folder: ClaimFolder, claim: Claim) -> bool:
    """Return whether a file in a claim folder is still to be filed; remove or put back what is not."""
    status = files.stat_or_none(claim.path)
    if status is None:
        return False
    if not files.is_regular(status):
        folder.put_back(claim.path, filer.inbox / claim.path.name)
        return False
    is_published = status.st_nlink > 1 and filer.outbox.place_of(status) is not None
    if is_published or is_in_inbox_too(filer, claim):
        unlink_claims([claim.path])
        return False
    return True
