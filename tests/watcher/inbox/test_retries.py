"""Files that are ready and cannot be filed: each is reported, and retried less and less often."""

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.immutable import immutable
from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from watcher.console.terminal import Terminal
from watcher.daemon.context import Context
from watcher.daemon.once import once
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup
from watcher.exit_status import ExitStatus
from watcher.filing.judge import Judge, Judging
from watcher.filing.session import session
from watcher.filing.transaction import Filer
from watcher.inbox.faults import HELD
from watcher.inbox.scan import Inbox
from watcher.layout import CLAIMS_FOLDER
from watcher.recognition import Recognition
from watcher.recognition.formats import is_complete
from watcher.types import Claim

# In how many seconds after the one before each try comes.
TRIES = [0, 2, 4, 8, 16, 32, 60, 60, 60]


class Office:
    """A watcher that looks into its inbox, subfolders too, when a test says so."""

    def __init__(self, root: Path) -> None:
        self.watcher = InProcessWatcher(root)
        self.said = io.StringIO()
        clock = self.watcher.clock.clock
        settings = self.watcher.settings
        self.work = Context(
            replace(settings, watch=replace(settings.watch, subfolders="walk")),
            lambda: self.watcher.recogniser,
            is_complete,
            Reporter(Terminal(err=self.said), clock),
            Wakeup(),
            clock,
        )
        self.inbox = self.work.inbox()

    @contextmanager
    def opened(self, judge: Judge | None = None) -> Iterator[Filer]:
        with session(
            self.work.settings,
            judge or self.work.judge(),
            self.work.notices(lambda _: None, self.inbox),
            clock=self.work.clock,
            should_stop=lambda: False,
        ) as filer:
            yield filer

    def tries(self, filer: Filer) -> bool:
        """One look into the inbox; whether it took anything, or tried to."""
        claims = self.watcher.inbox / CLAIMS_FOLDER
        os.utime(claims, (1, 1))
        self.work.file_ready(filer, self.inbox, lambda: True)
        return claims.stat().st_mtime != 1

    def check_patience(self, filer: Filer) -> None:
        """It tries a stuck file when a try is due, and at no look before."""
        for seconds in TRIES:
            if seconds:
                self.watcher.clock.turn(seconds - 0.1)
                assert not self.tries(filer), f"before {seconds} s were over"
                self.watcher.clock.turn(0.1)
            assert self.tries(filer), f"after {seconds} s"
            for _ in range(10):
                assert not self.tries(filer)

    def warnings(self) -> list[str]:
        self.work.warn_of_faults(self.inbox, set())
        return self.said.getvalue().splitlines()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody can move a file: it is immutable where that can be, else its folder is read-only."""
    if sys.platform == "win32":
        pytest.skip("on Windows such a file is held")
    if os.geteuid() != 0:
        path.parent.chmod(0o555)
        yield
        path.parent.chmod(0o755)
        return
    with immutable(path):
        yield


class BadSector(Judge):
    """No claim can be read."""

    def begin(self, claims: Sequence[Claim], should_stop: Callable[[], bool]) -> Judging:  # noqa: ARG002
        seen: Future[list[Recognition]] = Future()
        seen.set_result([])
        error = OSError(errno.EIO, "Input/output error")
        return Judging([(claim, error) for claim in claims], [], seen, self)


def test_a_file_that_cannot_be_moved_is_told_of_and_tried_ever_less_often(office: Office) -> None:
    path = office.watcher.save("ours/a.png", drawing(7))
    with office.opened() as filer:
        with locked(path):
            office.check_patience(filer)
            (warning,) = office.warnings()
            assert warning.startswith("ours/a.png cannot be moved (")
            assert "nothing is lost, it stays in the inbox" in warning
        office.watcher.clock.turn(60)
        assert office.tries(filer)
    assert office.watcher.filed() == ["7/a.png"]


def test_a_file_that_cannot_be_read_in_the_middle_is_told_of_and_tried_ever_less_often(
    office: Office,
) -> None:
    path = office.watcher.save("a.png", drawing(7))
    bad = BadSector(office.watcher.recogniser, None, 1 << 20, office.work.clock.now)
    with office.opened(bad) as filer:
        office.check_patience(filer)
        (warning,) = office.warnings()
    assert warning.startswith("a.png cannot be read (Input/output error): ")
    assert path.read_bytes() == drawing(7)


def test_once_names_it_and_ends_with_a_failure(office: Office) -> None:
    office.watcher.save("b.png", drawing(3))
    with locked(office.watcher.save("ours/a.png", drawing(7))):
        status, tally = once(office.work, lambda *_: None)
    assert (status, tally.total) == (ExitStatus.FAILED, 1)
    (warning,) = office.said.getvalue().splitlines()
    assert warning.startswith("ours/a.png cannot be moved (")


def test_the_others_are_filed_meanwhile(office: Office) -> None:
    with locked(office.watcher.save("ours/a.png", drawing(7))), office.opened() as filer:
        office.tries(filer)
        office.watcher.save("b.png", drawing(3))
        assert office.tries(filer)
        assert office.watcher.filed() == ["3/b.png"]
        assert list(office.inbox.faults) == ["ours/a.png"]


def test_what_a_start_could_not_finish_is_not_tried_again_at_once(office: Office) -> None:
    claim = office.watcher.inbox / CLAIMS_FOLDER / "old" / "a.png"
    claim.parent.mkdir(parents=True)
    claim.write_bytes(drawing(7))
    bad = BadSector(office.watcher.recogniser, None, 1 << 20, office.work.clock.now)
    with office.opened(bad) as filer:
        assert not office.tries(filer)
        assert len(office.warnings()) == 1


WHOLE = drawing(1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def inbox(tmp_path: Path, clock: FakeClock) -> Inbox:
    return Inbox(tmp_path, is_complete, settle_seconds=3, walk=False, clock=clock.clock)


def names(inbox: Inbox) -> list[str]:
    return sorted(file.name for file in inbox.ready())


def test_a_stuck_file_that_changed_is_new(tmp_path: Path, inbox: Inbox, clock: FakeClock) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(WHOLE)
    inbox.leave(path, "is stuck")
    assert (names(inbox), inbox.faults) == ([], {"a.png": "is stuck"})
    path.write_bytes(WHOLE + WHOLE)
    assert (names(inbox), inbox.faults) == (["a.png"], {})
    inbox.leave(path, "is stuck")
    clock.turn(2)
    assert names(inbox) == ["a.png"], "and its first pause is short again"


def test_a_stuck_file_that_was_replaced_is_new(tmp_path: Path, inbox: Inbox) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(WHOLE)
    inbox.leave(path, "is stuck")
    path.unlink()
    assert names(inbox) == []
    path.write_bytes(WHOLE)
    assert names(inbox) == ["a.png"]


def test_a_stuck_file_that_is_no_picture_need_not_be_quiet_again(
    tmp_path: Path, inbox: Inbox, clock: FakeClock
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"text")
    assert names(inbox) == []
    clock.turn(3)
    assert names(inbox) == ["a.txt"]
    inbox.leave(path, "is stuck")
    clock.turn(2)
    assert names(inbox) == ["a.txt"]


def test_a_file_that_another_program_holds_waits_without_a_word(
    tmp_path: Path, inbox: Inbox, clock: FakeClock
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(WHOLE)
    for _ in range(5):
        inbox.leave(path, HELD)
        assert (names(inbox), inbox.faults, inbox.waiting) == ([], {}, ["a.png"])
        clock.turn(2)
        assert names(inbox) == ["a.png"], "its user will not wait longer than for others"
