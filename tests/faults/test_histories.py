"""Random histories of a user, a watcher and bad luck: the three invariants hold after each step.

The watcher files in this process with everything real but the recogniser. Bad luck comes by Python's
audit events: from a chosen call on that changes a file, every such call fails, as after a kill (no
clean-up gets through either) or on a full disk.
"""

import errno
import os
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.faults.workplace import sha256
from tests.support.in_process import InProcessWatcher
from tests.support.links import refuse_link
from tests.support.stub import drawing
from watcher.config.settings import LogDialect
from watcher.filing.errors import TRANSIENT_ERRORS
from watcher.fs.lock import AnotherWatcherError
from watcher.journal.database import CorruptJournalError

pytestmark = pytest.mark.slow

CHANGES = ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.utime")

NAMES = st.sampled_from(["a.png", "A.png", "b.png", "nul.png", "=c.png", "ü.png"])
PLACES = st.sampled_from(["1/a.png", "1/a (2).png", "2/A.png", "unsure/a.png"])


LOCALES = ["de_DE", "en_US"]

# What may become of the journal's file between two runs, but for its being deleted.
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda _: b"no journal" * 1000,
    "emptied": lambda _: b"",
    "cut": lambda journal: journal[: len(journal) // 8192 * 4096],
    "zeros": lambda journal: journal[:4096] + bytes(len(journal[4096:])),
}


class KilledError(BaseException):
    """Nothing that the watcher may catch."""


class Luck:
    """`left` calls that change a file go well; then each raises `error`."""

    def __init__(self) -> None:
        self.left = 0
        self.error: BaseException | None = None
        self.struck = 0

    @contextmanager
    def ends(self, error: BaseException, after: int) -> Iterator[None]:
        self.left, self.error = after, error
        try:
            yield
        finally:
            self.error = None

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.error is None or not self._changes(event, arguments):
            return
        if self.left > 0:
            self.left -= 1
            return
        self.struck += 1
        raise self.error

    def _changes(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open":
            flags = arguments[2]
            return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        # A full disk lets names go, and takes no new ones.
        is_full = isinstance(self.error, OSError)
        return event in (("os.link", "os.mkdir") if is_full else CHANGES)


# About 10 s.
FEW = 500

LUCK = Luck()
LIVED: Counter[str] = Counter()
sys.addaudithook(LUCK.hear)  # Cannot be taken back; without an error it does nothing.


@dataclass
class Saved:
    """One drawing of the user's; `digit` is None where it is none."""

    content: bytes
    digit: int | None
    is_touched: bool = False

    @property
    def outcome(self) -> tuple[str, int | None]:
        """The status and the digit that its row must have."""
        return ("rejected" if self.digit is None else "filed", self.digit)


class History(RuleBasedStateMachine):
    @initialize(links=st.booleans())
    def begin(self, links: bool) -> None:
        memory = Path("/dev/shm")
        self.root = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        self.watcher = InProcessWatcher(self.root)
        if not links:
            self.watcher.link = refuse_link
        self.saved: dict[str, Saved] = {}
        self.own: dict[Path, bytes] = {}
        self.number = 0
        self.has_lost_a_journal = False
        LIVED["histories"] += 1

    def _new(self, digit: int | None) -> Saved:
        self.number += 1
        text = str(self.number)
        content = drawing(digit, text) if digit is not None else f"no picture {text}".encode()
        self.saved[sha256(content)] = Saved(content, digit)
        return self.saved[sha256(content)]

    def _let_go(self, path: Path) -> None:
        """The user takes a drawing back, or replaces it."""
        with suppress(FileNotFoundError):
            self.saved.pop(sha256(path.read_bytes()), None)

    @rule(name=NAMES, digit=st.sampled_from([1, 1, 2, 7, None]))
    def save(self, name: str, digit: int | None) -> None:
        path = self.watcher.inbox / name
        self._let_go(path)
        part = self.watcher.inbox / ".part"
        part.write_bytes(self._new(digit).content)
        part.replace(path)

    @rule(name=NAMES)
    def save_the_same_drawing_elsewhere(self, name: str) -> None:
        """A program truncates and writes again, in place."""
        path = self.watcher.inbox / name
        self._let_go(path)
        path.write_bytes(b"")
        path.write_bytes(self._new(7).content)

    @rule(name=NAMES, to=NAMES)
    def rename(self, name: str, to: str) -> None:
        path = self.watcher.inbox / name
        if path.exists() and name != to:
            self._let_go(self.watcher.inbox / to)
            path.replace(self.watcher.inbox / to)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        self._let_go(self.watcher.inbox / name)
        (self.watcher.inbox / name).unlink(missing_ok=True)

    @rule(place=PLACES)
    def put_an_own_file_into_the_outbox(self, place: str) -> None:
        path = self.watcher.outbox / place
        path.parent.mkdir(exist_ok=True)
        if not os.path.lexists(path):
            self.own[path] = f"own {len(self.own)}".encode()
            path.write_bytes(self.own[path])

    @rule(to=st.sampled_from(["1", "3", "unsure"]), number=st.integers(0, 3))
    def move_a_filed_drawing(self, to: str, number: int) -> None:
        filed = [
            place for place in self.watcher.filed() if self.watcher.outbox / place not in self.own
        ]
        if not filed:
            return
        path = self.watcher.outbox / filed[number % len(filed)]
        target = self.watcher.outbox / to / f"moved {self.number} {path.name}"
        found = self.saved.get(sha256(path.read_bytes()))
        if found is not None and not target.exists():
            self.number += 1
            target.parent.mkdir(exist_ok=True)
            path.rename(target)
            found.is_touched = True
            LIVED["corrections in histories"] += 1

    @rule(text=st.sampled_from([b"", b"my own notes\n", b"id,time\n"]))
    def edit_the_log(self, text: bytes) -> None:
        if self.watcher.log.exists():
            with self.watcher.log.open("ab") as log:
                log.write(text)

    @rule(share=st.floats(0, 1))
    def tear_the_log(self, share: float) -> None:
        if self.watcher.log.exists():
            os.truncate(self.watcher.log, int(self.watcher.log.stat().st_size * share))

    @rule()
    def delete_the_log(self) -> None:
        self.watcher.log.unlink(missing_ok=True)

    @rule(dialect=st.sampled_from(["standard", "spreadsheet"]), locale=st.sampled_from(LOCALES))
    def change_the_dialect(self, dialect: LogDialect, locale: str) -> None:
        self.watcher.write_log_in(dialect, locale)
        LIVED["dialects in histories"] += 1

    @rule(how=st.sampled_from(["deleted", *DAMAGES]))
    def lose_the_journal(self, how: str) -> None:
        """What is moved from now on, or was, may be found again as a drawing without a row."""
        journal = self.watcher.journal
        if not journal.exists():
            return
        if how == "deleted":
            journal.unlink()
        else:
            journal.write_bytes(DAMAGES[how](journal.read_bytes()))
        self.has_lost_a_journal = True
        LIVED["journals lost in histories"] += 1

    @rule(seconds=st.sampled_from([-86_400.0, -1.0, 0.5, 3600.0]))
    def set_the_clock(self, seconds: float) -> None:
        self.watcher.clock.step(seconds)

    @rule()
    def file(self) -> None:
        for attempt in range(3):
            try:
                self.watcher.file()
                break
            except CorruptJournalError:  # Found while it filed; then it begins again.
                assert attempt < 2
        self._expect_all_filed()

    @rule(after=st.integers(0, 25))
    def crash(self, after: int) -> None:
        before = LUCK.struck
        with suppress(KilledError, CorruptJournalError), LUCK.ends(KilledError(), after):
            self.watcher.file()
        LIVED["kills in histories"] += LUCK.struck > before

    @rule(after=st.integers(0, 8))
    def fill_the_disk(self, after: int) -> None:
        before = LUCK.struck
        full = OSError(errno.ENOSPC, "No space left on device")
        with suppress(*TRANSIENT_ERRORS, AnotherWatcherError), LUCK.ends(full, after):
            self.watcher.file()
        LIVED["full disks in histories"] += LUCK.struck > before

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        found: dict[str, set[tuple[int, int]]] = {}
        for path in self._everywhere():
            status = path.lstat()
            inode = (status.st_dev, status.st_ino)
            found.setdefault(sha256(path.read_bytes()), set()).add(inode)
        for hash_, saved in self.saved.items():
            assert len(found.get(hash_, ())) == 1, (saved, found.get(hash_))
        for path, content in self.own.items():
            assert path.read_bytes() == content, path

    @invariant()
    def one_file_has_one_row_and_what_was_filed_is_what_was_judged(self) -> None:
        if not self.watcher.journal.exists():
            return
        database = sqlite3.connect(self.watcher.journal)
        try:
            rows = database.execute(
                "SELECT sha256, status, digit, filed_as, reason FROM rows ORDER BY seq"
            ).fetchall()
        except sqlite3.DatabaseError:  # Killed before its tables were made, or lost.
            return
        finally:
            database.close()
        self._expect_one_filing_each(
            [(hash_, (status, digit)) for hash_, status, digit, *_ in rows]
        )
        if not self.has_lost_a_journal:
            self._expect_each_move_once(rows)

    def _expect_one_filing_each(self, rows: list[tuple[str, tuple[str, int | None]]]) -> None:
        """Hashes and outcomes of rows. A drawing that was moved before the journal was lost may be
        found again as one without a row."""
        filings = [(hash_, outcome) for hash_, outcome in rows if outcome[0] != "corrected"]
        counts = Counter(hash_ for hash_, _ in filings)
        for hash_, outcome in filings:
            saved = self.saved.get(hash_)
            if saved is not None and not (saved.is_touched and self.has_lost_a_journal):
                assert counts[hash_] == 1, saved
                assert outcome == saved.outcome

    def _expect_each_move_once(self, rows: list[tuple[str, str, int | None, str, str]]) -> None:
        last: dict[str, str] = {}
        for hash_, status, digit, place, reason in rows:
            folder = place.partition("/")[0]
            if reason == "renamed":
                assert folder == last[hash_]
            elif status == "corrected":
                assert reason == f"from {last[hash_]}"
                assert folder != last[hash_], "noticed twice"
            if status == "corrected":
                # What is no picture is a label nowhere.
                saved = self.saved.get(hash_)
                is_picture = saved is None or saved.digit is not None
                assert digit == (int(folder) if folder.isdigit() and is_picture else None)
            last[hash_] = folder

    def _expect_all_filed(self) -> None:
        left = [p.name for p in self.watcher.inbox.rglob("*") if p.is_file() and p.name != "lock"]
        assert not left
        rows = self.watcher.rows() if self.watcher.log.exists() else []
        by_hash = {row["sha256"]: row for row in rows}
        self._expect_one_filing_each(
            [
                (row["sha256"], (row["status"], int(row["digit"]) if row["digit"] else None))
                for row in rows
            ]
        )
        for hash_, saved in self.saved.items():
            row = by_hash[hash_]  # The last one: wherever it was moved, that was noticed.
            place = self.watcher.outbox / row["filed_as"]
            moved_on = place.parent.glob("moved *")  # Within its folder, which says nothing.
            assert any(p.read_bytes() == saved.content for p in (place, *moved_on) if p.exists())
        hidden = {p.name for p in self.watcher.outbox.iterdir() if p.name.startswith(".")}
        assert hidden <= {".watcher", ".watcher-claims"}

    def _everywhere(self) -> list[Path]:
        claims = self.watcher.outbox / ".watcher-claims"
        return [
            path
            for folder in (self.watcher.inbox, claims, *self.watcher.outbox.glob("[0-9ur]*"))
            for path in folder.rglob("*")
            if path.is_file() and path.name != "lock"
        ]

    def teardown(self) -> None:
        if not hasattr(self, "watcher"):
            return
        try:
            self.file()
            self.nothing_is_lost_or_doubled()
            self.one_file_has_one_row_and_what_was_filed_is_what_was_judged()
        finally:
            shutil.rmtree(self.root)


def test_the_invariants_hold_in_random_histories(
    request: pytest.FixtureRequest, tried: Counter[str]
) -> None:
    LIVED.clear()
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=int(request.config.getoption("--histories", FEW)),
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert LIVED["kills in histories"]
    assert LIVED["full disks in histories"]
    assert LIVED["journals lost in histories"]
    assert LIVED["corrections in histories"]
    assert LIVED["dialects in histories"]
    tried.update(LIVED)
