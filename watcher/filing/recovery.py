"""After a restart: finish what the last run left, by the evidence on the disk."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from watcher.filing.evidence import find_claim, is_in_inbox_too, is_published, is_unreachable
from watcher.filing.refile import carry_out
from watcher.filing.transaction import Filer
from watcher.fs import files
from watcher.inbox.claims import unlink_claims
from watcher.types import Claim, Filing, Row, new_id


def resume(filer: Filer, batch_size: int) -> list[Row]:
    """Finish what is in the journal and in the claim folders; return the rows logged."""
    rows, unfinished = _sort_claims(filer)
    _warn_of_unreachable(filer)
    unfinished += _adopt_strays(filer, {claim.path for claim in unfinished})
    for at in range(0, len(unfinished), batch_size):
        rows += filer.finish(unfinished[at : at + batch_size])
    filer.claims.tidy()
    filer.outbox.reclaims.tidy()
    return rows + carry_out(filer)


def release(filer: Filer) -> None:
    """Before the end: put what is not published back into the inbox, where its user looks for it."""
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


def _adopt_strays(filer: Filer, known: set[Path]) -> list[Claim]:
    """Return claims that the journal does not know, as after its loss, and journal them."""
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
            if path in known:
                continue
            status = files.stat_or_none(path)
            if status is None:
                continue
            if not files.is_regular(status):
                folder.put_back(path, filer.inbox / path.name)
                continue
            claim = Claim(f"{batch}-{number:03}", path.name, path, filer.now())
            if is_in_inbox_too(filer, claim):
                unlink_claims([path])
                continue
            yield claim
            number += 1
