"""What is ready in the inbox, by real files and a clock that the test turns."""

import errno
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_clock import FakeClock
from watcher.fs.ignored_names import is_ignored
from watcher.fs.writers import is_being_written
from watcher.inbox.batches import batches
from watcher.inbox.scan import Inbox
from watcher.recognition.formats import is_complete
from watcher.status.waiting import WaitingFile, Why, list_waiting

WHOLE = b"\x89PNG\r\n\x1a\n" + b"." * 90 + b"IEND\xaeB`\x82"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def opened(
    folder: Path, clock: FakeClock, *, walk: bool = False, ignore: Sequence[str] = ()
) -> Inbox:
    return Inbox(folder, is_complete, settle_seconds=3, walk=walk, clock=clock.clock, ignore=ignore)


def ready(inbox: Inbox) -> list[str]:
    return sorted(file.name for file in inbox.ready())


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.png",
        "~$a.png",
        "a.tmp",
        "a.PART",
        "a.crdownload",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        ".a.png.icloud",
    ],
)
def test_half_written_and_hidden_names_are_ignored(
    tmp_path: Path, clock: FakeClock, name: str
) -> None:
    assert is_ignored(name)
    (tmp_path / name).write_bytes(WHOLE)
    assert ready(opened(tmp_path, clock)) == []


def test_what_the_settings_ignore_is_left_alone(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "Sketches").mkdir()
    for name in ("Draft 1.png", "a.xcf", "sept.png", "Thumbs.db", "Sketches/b.png", "my draft.png"):
        (tmp_path / name).write_bytes(WHOLE)
    inbox = opened(tmp_path, clock, walk=True, ignore=["draft*", "*.XCF", "sketches"])
    assert ready(inbox) == ["my draft.png", "sept.png"]


def test_a_folder_that_cannot_be_listed_is_a_fault_of_its_own(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("open", "closed", "ended"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(WHOLE)
    listed = os.scandir

    def scandir(folder: Path) -> Any:
        if Path(folder).name == "closed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
        if Path(folder).name == "ended":
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
        return listed(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    inbox = opened(tmp_path, clock, walk=True)
    assert ready(inbox) == ["open/a.png"]
    fault = "cannot be listed (Permission denied): let the watcher read the folder"
    assert inbox.faults == {"closed/": fault}
    waiting = list_waiting(inbox, {})
    assert (waiting.total, waiting.files[-1]) == (2, WaitingFile("closed/", Why.UNREADABLE, fault))
    monkeypatch.undo()
    assert ready(inbox) == ["closed/a.png", "ended/a.png", "open/a.png"]
    assert inbox.faults == {}
    # Only the watcher may not list it: its heartbeat says so.
    assert list_waiting(inbox, {"closed/": fault}).files[-1].fault == fault


def test_a_complete_file_is_ready_at_once(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "a.png").write_bytes(WHOLE)
    inbox = opened(tmp_path, clock)
    assert ready(inbox) == ["a.png"]
    assert inbox.settling.next_due() is None


@pytest.mark.parametrize("content", [WHOLE[:-1], b"", b"some text"])
def test_an_incomplete_file_waits_until_it_is_quiet(
    tmp_path: Path, clock: FakeClock, content: bytes
) -> None:
    (tmp_path / "a.png").write_bytes(content)
    inbox = opened(tmp_path, clock)
    assert ready(inbox) == []
    clock.turn(2.9)
    assert ready(inbox) == []
    assert inbox.settling.next_due() == pytest.approx(0.1)
    clock.turn(0.2)
    assert ready(inbox) == ["a.png"]


def test_a_slow_writer_is_never_cut_short(tmp_path: Path, clock: FakeClock) -> None:
    inbox = opened(tmp_path, clock)
    with (tmp_path / "a.png").open("wb") as file:
        for at in range(0, len(WHOLE) - 1, 10):
            file.write(WHOLE[at : min(at + 10, len(WHOLE) - 1)])
            file.flush()
            assert ready(inbox) == []
            clock.turn(2)
        file.write(WHOLE[-1:])
    assert ready(inbox) == ["a.png"]


def test_a_file_that_goes_away_and_comes_back_waits_again(tmp_path: Path, clock: FakeClock) -> None:
    inbox = opened(tmp_path, clock)
    path = tmp_path / "a.png"
    path.write_bytes(b"")
    ready(inbox)
    path.unlink()
    assert ready(inbox) == []
    clock.turn(5)
    path.write_bytes(b"")
    assert ready(inbox) == []


def test_what_goes_away_during_a_listing_is_gone(tmp_path: Path, clock: FakeClock) -> None:
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(WHOLE)
        (tmp_path / f"folder {number}").mkdir()
    listing = opened(tmp_path, clock, walk=True).ready()
    first = next(listing)
    for path in list(tmp_path.iterdir()):
        if path.is_dir():
            path.rmdir()
        elif path != first.path:
            path.unlink()
    assert list(listing) == []


def test_the_wall_clock_may_step_back(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    inbox = opened(tmp_path, clock)
    ready(inbox)
    clock.step(-3600)
    clock.turn(3.1)
    assert ready(inbox) == ["a.png"]


@pytest.mark.skipif(os.name != "posix", reason="such files are POSIX's")
def test_only_regular_files_are_ready(tmp_path: Path, clock: FakeClock) -> None:
    outside = tmp_path / "outside.png"
    outside.write_bytes(WHOLE)
    folder = tmp_path / "inbox"
    folder.mkdir()
    os.mkfifo(folder / "fifo.png")
    (folder / "folder.png").mkdir()
    (folder / "link.png").symlink_to(outside)
    (folder / "loop.png").symlink_to("loop.png")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(folder / "socket.png"))
    inbox = opened(folder, clock)
    assert ready(inbox) == []
    clock.turn(10)
    assert ready(inbox) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows' names are always text")
def test_names_that_are_no_text_are_ready(tmp_path: Path, clock: FakeClock) -> None:
    name = os.fsdecode(b"caf\xe9\n.png")
    try:
        (tmp_path / name).write_bytes(WHOLE)
    except OSError:
        pytest.skip("this file system refuses such names")
    assert ready(opened(tmp_path, clock)) == [name]


def test_folders_are_walked_only_if_asked(tmp_path: Path, clock: FakeClock) -> None:
    inside = tmp_path / "deep" / "er"
    inside.mkdir(parents=True)
    (inside / "a.png").write_bytes(WHOLE)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "b.png").write_bytes(WHOLE)
    assert ready(opened(tmp_path, clock)) == []
    assert ready(opened(tmp_path, clock, walk=True)) == ["deep/er/a.png"]


def test_a_batch_is_small_and_has_no_two_like_names(tmp_path: Path, clock: FakeClock) -> None:
    for number in range(10):
        (tmp_path / f"{number}.png").write_bytes(WHOLE)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / ("A.png" if folder == "one" else "a.png")).write_bytes(WHOLE)
    found = list(batches(opened(tmp_path, clock, walk=True).ready(), 4))
    assert sum(len(batch) for batch in found) == 12
    assert all(len(batch) <= 4 for batch in found)
    for batch in found:
        names = [file.path.name.lower() for file in batch]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("names", [["b.png", "a.png", "d/c.png"], ["z.png", "d/y.png", "x.png"]])
def test_files_are_ready_oldest_first(tmp_path: Path, clock: FakeClock, names: list[str]) -> None:
    (tmp_path / "d").mkdir()
    for age, name in enumerate(names):
        (tmp_path / name).write_bytes(WHOLE)
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    assert [file.name for file in opened(tmp_path, clock, walk=True).ready()] == names


BMP = b"BM" + (200).to_bytes(4, "little") + bytes(8) + (40).to_bytes(4, "little") + bytes(182)
WEBP = b"RIFF" + (192).to_bytes(4, "little") + b"WEBP" + bytes(188)
GIF = b"GIF89a" + bytes(193) + b";"


def inbox_where(folder: Path, clock: FakeClock, is_written: bool | None) -> Inbox:
    """An inbox on a system that says of all files whether they are being written."""
    return Inbox(
        folder,
        is_complete,
        settle_seconds=3,
        walk=False,
        clock=clock.clock,
        is_being_written=lambda _: is_written,
    )


def written_at(path: Path, content: bytes, at: float) -> None:
    path.write_bytes(content)
    os.utime(path, (at, at))


@pytest.mark.parametrize("content", [WHOLE, BMP, WEBP, GIF], ids=["PNG", "BMP", "WebP", "GIF"])
def test_a_file_that_is_being_written_is_held(
    tmp_path: Path, clock: FakeClock, content: bytes
) -> None:
    written_at(tmp_path / "a", content, clock.clock.now())
    inbox = inbox_where(tmp_path, clock, True)
    clock.turn(10)
    assert (ready(inbox), inbox.waiting) == ([], ["a"])
    clock.turn(60)
    assert ready(inbox) == ["a"], "a program merely keeps it open"


@pytest.mark.parametrize("content", [BMP, WEBP, GIF], ids=["BMP", "WebP", "GIF"])
def test_a_size_in_a_header_is_no_proof_where_writers_are_unknown(
    tmp_path: Path, clock: FakeClock, content: bytes
) -> None:
    written_at(tmp_path / "a", content, clock.clock.now())
    inbox = inbox_where(tmp_path, clock, None)
    assert ready(inbox) == []
    clock.turn(2.5)
    assert ready(inbox) == ["a"]


def test_an_end_mark_is_proof_where_writers_are_unknown(tmp_path: Path, clock: FakeClock) -> None:
    written_at(tmp_path / "a", WHOLE, clock.clock.now())
    assert ready(inbox_where(tmp_path, clock, None)) == ["a"]


@pytest.mark.parametrize("content", [WHOLE, BMP, WEBP, GIF], ids=["PNG", "BMP", "WebP", "GIF"])
def test_a_complete_file_that_nobody_writes_is_ready_at_once(
    tmp_path: Path, clock: FakeClock, content: bytes
) -> None:
    written_at(tmp_path / "a", content, clock.clock.now())
    assert ready(inbox_where(tmp_path, clock, False)) == ["a"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot tell, or do not open it")
def test_on_linux_a_lease_tells_that_a_file_is_being_written(
    tmp_path: Path, clock: FakeClock
) -> None:
    inbox = opened(tmp_path, clock)
    with (tmp_path / "a.bmp").open("wb") as file:
        file.write(BMP)
        file.flush()
        clock_of_disk = (tmp_path / "a.bmp").stat().st_mtime
        clock.step(clock_of_disk - clock.clock.now())
        if is_being_written(os.open(tmp_path / "a.bmp", os.O_RDONLY)) is None:
            pytest.skip("this file system gives no leases")
        assert (ready(inbox), inbox.waiting) == ([], ["a.bmp"])
    assert ready(inbox) == ["a.bmp"]


@pytest.mark.skipif(sys.platform != "linux", reason="leases are Linux's")
def test_a_writer_that_comes_during_a_look_waits_no_longer_than_it(tmp_path: Path) -> None:
    path = tmp_path / "a.bmp"
    path.write_bytes(BMP)
    began = time.monotonic()
    for _ in range(100):
        reader = os.open(path, os.O_RDONLY)
        is_being_written(reader)
        path.open("r+b").close()
        os.close(reader)
    assert time.monotonic() - began < 10
