"""Any error of one file is its own: whatever call fails with whatever errno, the others are filed."""

import errno
import hashlib
import os
import shutil
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.support.errno_injection import CALLS, Injection, injected
from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from watcher.fs.files import MACHINE_IS_SHORT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows opens and renames otherwise")

# Python itself calls again after EINTR (PEP 475): no call ever raises it.
ERRNOS = sorted(errno.errorcode.keys() - {errno.EINTR})

# Seen on real systems, and one of each kind: a lease, a damaged inode, a share, encryption, a sector.
SEEN = [
    getattr(errno, name)
    for name in (
        "EAGAIN",
        "EUCLEAN",
        "ETIMEDOUT",
        "ENOKEY",
        "EOVERFLOW",
        "EIO",
        "EACCES",
        "EPERM",
        "ENOENT",
        "EEXIST",
        "ENAMETOOLONG",
        "EXDEV",
        "EROFS",
        "EINVAL",
    )
    # macOS has not all of them.
    if hasattr(errno, name)
]

GOOD = {f"{number}.png": drawing(number, f"good {number}") for number in range(3)}
BAD = drawing(9, "bad")

# In the name of the file that meets errors; no random name of the watcher holds it, as those are hexadecimal.
MARK = "wrong"


def filled(root: Path, outbox: Path | None) -> InProcessWatcher:
    watcher = InProcessWatcher(root, outbox_folder=outbox)
    for name, data in GOOD.items():
        watcher.save(name, data)
    watcher.save(f"{MARK}.png", BAD)
    return watcher


def copies_of_bad(watcher: InProcessWatcher) -> int:
    """How many files have the bad one's bytes, wherever they are; two names of one file count once."""
    found = {
        (path.stat().st_dev, path.stat().st_ino)
        for folder in (watcher.inbox, watcher.outbox)
        for path in folder.rglob("*")
        if path.is_file() and path.read_bytes() == BAD
    }
    return len(found)


def tries(root: Path, injection: Injection, outbox: Path | None) -> None:
    """File with the error, twice as after a restart, and then without it."""
    watcher = filled(root, outbox)
    concerns_all = injection.number in MACHINE_IS_SHORT
    for _ in range(2):
        with injected(injection):
            try:
                watcher.file()
            except (OSError, sqlite3.Error) as error:
                if not concerns_all:
                    raise AssertionError("one file's error stops the others") from error
        # A claim that was copied to the other disk may be impossible to remove for now.
        assert copies_of_bad(watcher) in ([1, 2] if outbox else [1]), "it is lost, or doubled"
        if not concerns_all:
            assert set(GOOD) <= {row["file"] for row in watcher.rows()}, "a good one is not filed"
    watcher.file()
    watcher.file()
    watcher.check()
    assert Counter(row["sha256"] for row in watcher.rows()) == Counter(
        hashlib.sha256(data).hexdigest() for data in [*GOOD.values(), BAD]
    )


def counted(root: Path, call: str, outbox: Path | None) -> int:
    """How often a call meets the bad file in a filing without errors."""
    injection = Injection(call, 0, MARK)
    watcher = filled(root, outbox)
    with injected(injection):
        watcher.file()
    return injection.count


def check_call(
    tmp_path: Path, call: str, numbers: list[int], outbox: Path | None, tried: Counter[str]
) -> None:
    def other(name: str) -> Path | None:
        return outbox and outbox / name

    points = counted(tmp_path / "counted", call, other("counted"))
    for nth in range(1, points + 1):
        for number in numbers:
            name = f"{nth}-{number}"
            try:
                tries(tmp_path / name, Injection(call, number, MARK, nth), other(name))
            except BaseException as failure:
                failure.add_note(f"{call} number {nth}: {errno.errorcode[number]}")
                raise
            shutil.rmtree(tmp_path / name)
            tried[f"{call} x errno"] += 1


@pytest.mark.parametrize("call", CALLS)
def test_the_others_are_filed_whatever_one_file_brings(
    tmp_path: Path, call: str, tried: Counter[str]
) -> None:
    check_call(tmp_path, call, SEEN, None, tried)


@pytest.mark.parametrize("call", CALLS)
def test_the_others_are_filed_on_another_disk_too(
    tmp_path: Path, elsewhere: Path, call: str, tried: Counter[str]
) -> None:
    check_call(tmp_path, call, SEEN[:6], elsewhere, tried)


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
def test_the_others_are_filed_whatever_errno_there_is(
    tmp_path: Path, call: str, tried: Counter[str]
) -> None:
    check_call(tmp_path, call, ERRNOS, None, tried)
