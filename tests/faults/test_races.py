"""A program that saves over its own drawing all the time, while it is filed: none is destroyed."""

import ctypes
import errno
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.running import Running
from tests.faults.workplace import Workplace, sha256
from tests.support.stub import drawing

# Of renameat2(2): two names change their files at once, so the saver knows what it took back.
AT_FDCWD, RENAME_EXCHANGE = -100, 2

NAMES = 8

libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(libc, "renameat2"), reason="needs Linux's renameat2"),
]


@pytest.fixture
def workplace() -> Iterator[Workplace]:
    """In memory where that can be, since every filing is on the disk several times."""
    memory = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield Workplace(root)
    shutil.rmtree(root)


def exchanged(one: Path, other: Path) -> bool:
    """Whether the two files have each other's names now; not if there is no `other`."""
    names = os.fsencode(one), os.fsencode(other)
    assert libc is not None
    if libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0:
        return True
    if ctypes.get_errno() != errno.ENOENT:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return False


def test_no_drawing_is_destroyed_by_saving_over_it_in_a_tight_loop(
    request: pytest.FixtureRequest, workplace: Workplace, tried: Counter[str]
) -> None:
    wanted = int(request.config.getoption("--races", 1000))
    watcher = Running(workplace)
    part = workplace.inbox / ".saving.tmp"
    saved: set[str] = set()
    number = 0
    end = time.monotonic() + 60 + wanted / 20
    while len(saved) < wanted:
        assert time.monotonic() < end, f"{len(saved)} filings so far"
        number += 1
        content = drawing(number % 10, str(number))
        part.write_bytes(content)
        path = workplace.inbox / f"{number % NAMES}.png"
        if exchanged(part, path):
            saved.discard(sha256(part.read_bytes()))
            part.unlink()
        else:
            part.rename(path)  # Nobody else makes a file there.
        saved.add(sha256(content))
    watcher.end()
    assert workplace.run("once").returncode == 0
    workplace.saved = dict.fromkeys(saved, 1)
    workplace.check()
    assert number > len(saved), "the saver replaced nothing: there was no race"
    tried["filings under a racing saver"] += len(saved)
