"""Say where each file of the inbox would go, by the rules of a real run, without moving anything."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.console.text import format_outcome
from watcher.daemon.tally import Tally
from watcher.filing.judge import Judge
from watcher.filing.places import Places
from watcher.fs.names import fold_name
from watcher.inbox.batches import batches
from watcher.inbox.scan import Inbox, inbox_of
from watcher.journal.journal import Journal
from watcher.layout import JOURNAL_FILE
from watcher.recognition.formats import is_complete
from watcher.types import Status


def dry_run(
    settings: Settings, judge: Judge, say: Callable[[str], None], warn: Callable[[str], None]
) -> None:
    """Say for each file of the inbox where it would go, or why it would stay; then sum up.

    Takes no locks, and can run beside a watcher. Raises NewerJournalError and TRANSIENT_ERRORS.
    """
    # An incomplete file is judged as it is, as a real run does once the file has not changed for a while.
    watch = replace(settings.watch, settle_seconds=0)
    inbox = inbox_of(replace(settings, watch=watch), is_complete, Clock())
    tally = Tally()
    with open_journal(settings.paths.state / JOURNAL_FILE) as journal:
        places = Places(settings.paths.outbox, journal)
        for status, line in _lines(inbox, judge, places, settings.watch.batch_size):
            tally.counts[status] += 1
            say(line)
    for name in inbox.waiting:
        say(f"{name} would wait: another program still has it open")
    for name, fault in inbox.faults.items():
        say(f"{name} would stay: it {fault}")
    say(f"nothing was moved; a real run would take {tally}")
    if 2 * tally.counts[Status.REJECTED] > tally.total:
        warn(f"most files of {inbox.folder} are no pictures: is it the right folder?")


def _lines(
    inbox: Inbox, judge: Judge, places: Places, batch_size: int
) -> Iterator[tuple[Status, str]]:
    """Yield the status and the line of each file that is ready."""
    taken: set[str] = set()
    for batch in batches(inbox.ready(), batch_size):
        decisions = judge.look([file.path for file in batch])
        for file, (decision, _) in zip(batch, decisions, strict=True):
            folder = str(decision.digit if decision.status is Status.FILED else decision.status)
            place = places.free(folder, file.path.name, taken)
            taken.add(fold_name(place))
            outcome = format_outcome(file.name, decision)
            yield decision.status, f"{outcome}, as {place}"


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """Open a journal to read, or an empty one elsewhere if there is none yet."""
    if path.exists():
        with closing(Journal(path, is_read_only=True)) as journal:
            yield journal
        return
    with TemporaryDirectory() as folder, closing(Journal(Path(folder, path.name))) as journal:
        yield journal
