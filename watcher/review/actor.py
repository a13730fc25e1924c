"""Carry out what a person does on the page, and take it back."""

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watcher.review.acts import CONFIRM, LATER, Act, Target, describe, target_of, undo_of
from watcher.review.catalogue import ReviewedDrawing, drawing_from
from watcher.review.drawings import Drawings
from watcher.review.refiling import Refiler
from watcher.types import Row

# Acts that can be undone; more than anybody remembers.
MAX_ACTS = 100

_BUSY = "the watcher is busy: it does this as soon as it can"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act led to: how the drawings are now, and what to say about it.

    `is_done`: at least one drawing is as asked; `waits`: a busy watcher has yet to do it.
    """

    drawings: Sequence[ReviewedDrawing]
    message: str
    is_done: bool
    waits: bool = False


class Actor:
    """Files drawings again as a person chose; for several threads, one act at a time.

    Raises NotThereError, TRANSIENT_ERRORS, and what `session` raises.
    """

    def __init__(self, drawings: Drawings, refiler: Refiler) -> None:
        self._drawings = drawings
        self._refiler = refiler
        self._acts: deque[Act] = deque(maxlen=MAX_ACTS)
        self._lock = threading.Lock()
        self._postponed: list[str] = []

    @property
    def postponed(self) -> Sequence[str]:
        """The ids kept for later, the first first."""
        return tuple(self._postponed)

    @property
    def latest(self) -> str:
        """What an undo would take back, in words; "" for nothing."""
        return self._acts[-1].text if self._acts else ""

    def act(self, ids: Sequence[str], choice: str) -> Outcome:
        """File drawings again by a choice of `acts.CHOICES`."""
        with self._lock:
            rows = self._drawings.histories(ids)
            before = _drawings_of(rows)
            targets = [target for one in before if (target := target_of(one, choice))]
            if choice == CONFIRM:
                asked = {target.id for target in targets}
                before = [one for one in before if one.id in asked]
                if not before:
                    return Outcome((), "there is no guess to confirm: say what it is", False)
            outcome = self._refile(before, targets, rows)
            moved = [one for one in before if one.id not in outcome.lost]
            if not moved:
                return Outcome(outcome.after, outcome.remark, False)
            if choice == LATER:
                ids = [one.id for one in moved]
                self._postponed = [id_ for id_ in self._postponed if id_ not in ids] + list(ids)
            text = describe(choice, moved)
            self._acts.append(Act(choice, text, moved))
        return Outcome(outcome.after, _join(text, outcome.remark), True, outcome.waits)

    def undo(self) -> Outcome:
        """Take back the latest act."""
        with self._lock:
            if not self._acts:
                return Outcome((), "nothing to undo", False)
            act = self._acts.pop()
            ids = [one.id for one in act.before]
            self._postponed = [id_ for id_ in self._postponed if id_ not in ids]
            rows = self._drawings.histories(ids)
            now = {one.id: one for one in _drawings_of(rows)}
            targets = [undo_of(one) for one in act.before if _differs(one, now[one.id])]
            outcome = self._refile(act.before, targets, rows)
        if len(outcome.lost) == len(act.before):
            return Outcome(outcome.after, outcome.remark, False)
        message = _join(f"undone: {act.text}", outcome.remark)
        return Outcome(outcome.after, message, True, outcome.waits)

    def _refile(
        self,
        before: Sequence[ReviewedDrawing],
        targets: Sequence[Target],
        rows: Mapping[str, Sequence[Row]],
    ) -> "_Refiled":
        is_done = self._refiler.refile(targets)
        now = self._drawings.histories([one.id for one in before])
        # A request without a row was dropped: the file is not what the log says.
        lost = {
            target.id
            for target in targets
            if is_done and len(now[target.id]) == len(rows[target.id])
        }
        names = ", ".join(one.file for one in before if one.id in lost)
        verb = "was" if len(lost) == 1 else "were"
        remark = f"{names} {verb} moved, edited or deleted meanwhile" if lost else ""
        return _Refiled(
            _drawings_of(now), lost, _join(remark, "" if is_done else _BUSY), not is_done
        )


@dataclass(frozen=True, slots=True)
class _Refiled:
    """How the drawings are after requests, the ids of those left alone, and what to say about it."""

    after: Sequence[ReviewedDrawing]
    lost: set[str]
    remark: str
    waits: bool


def _drawings_of(rows: Mapping[str, Sequence[Row]]) -> list[ReviewedDrawing]:
    return [drawing_from(history[0], history[-1]) for history in rows.values()]


def _differs(one: ReviewedDrawing, other: ReviewedDrawing) -> bool:
    return (one.folder, one.label) != (other.folder, other.label)


def _join(*parts: str) -> str:
    return "; ".join(filter(None, parts))
