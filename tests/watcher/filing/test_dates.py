"""Any date that a file system can store is filed, corrected and surveyed like today's."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from watcher.fs import files

# NTFS' zero date; the last moment before what 64 bits of nanoseconds hold, and the first after it;
# ext4's last; the first that Python's `datetime` refuses; the last that a file system can store.
DATES = (-11644473600, -9223372037, 9223372037, 15032385535, 253402300800, (1 << 63) - 1)


@pytest.fixture
def watcher() -> Iterator[InProcessWatcher]:
    """On tmpfs, which stores any date, where there is one."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield InProcessWatcher(Path(folder))


def set_date(path: Path, date: int) -> Path:
    try:
        os.utime(path, ns=(date * 10**9, date * 10**9))
    except (OSError, OverflowError):
        pytest.skip("this file system refuses the date")
    return path


@pytest.mark.parametrize("date", DATES)
def test_a_drawing_of_any_date_is_filed_with_its_row(watcher: InProcessWatcher, date: int) -> None:
    dated = set_date(watcher.save("far.png", drawing(7)), date).stat().st_mtime_ns
    watcher.save("near.png", drawing(3))
    assert {row.file for row in watcher.file()} == {"far.png", "near.png"}
    assert (watcher.outbox / "7" / "far.png").stat().st_mtime_ns == dated
    assert watcher.file() == []
    watcher.check()


@pytest.mark.parametrize("date", DATES)
def test_a_drawing_of_any_date_is_corrected(watcher: InProcessWatcher, date: int) -> None:
    set_date(watcher.save("far.png", drawing(7)), date)
    watcher.file()
    (watcher.outbox / "1").mkdir()
    (watcher.outbox / "7" / "far.png").rename(watcher.outbox / "1" / "far.png")
    assert [row.reason for row in watcher.file()] == ["from 7"]
    assert watcher.file() == []


@pytest.mark.parametrize("date", DATES)
def test_a_drawing_of_any_date_put_by_hand_is_a_label(watcher: InProcessWatcher, date: int) -> None:
    watcher.save("sept.png", drawing(7))
    watcher.file()
    (watcher.outbox / "4").mkdir()
    (watcher.outbox / "4" / "mine.png").write_bytes(drawing(4))
    set_date(watcher.outbox / "4" / "mine.png", date)
    assert [row.reason for row in watcher.file()] == ["by hand"]
    assert watcher.file() == []


@pytest.mark.parametrize("date", DATES)
def test_a_log_of_any_date_is_written_on(watcher: InProcessWatcher, date: int) -> None:
    for number in range(2):
        watcher.save(f"{number}.png", drawing(7, str(number)))
        watcher.file()
        set_date(watcher.log, date)
    watcher.save("last.png", drawing(3))
    watcher.file()
    watcher.check()
    assert not watcher.warnings


def test_dates_beyond_64_bits_stay_distinct() -> None:
    dates = [date * 10**9 + more for date in DATES[:-1] for more in (0, 1)]
    status = [os.stat_result((0,) * 10, {"st_mtime_ns": date}) for date in dates]
    stored = {files.mtime_ns(one) for one in status}
    assert len(stored) == len(dates)
    assert all(-(1 << 63) <= date < 1 << 63 for date in stored)
    assert files.mtime_ns(os.stat_result((0,) * 10, {"st_mtime_ns": 5})) == 5
