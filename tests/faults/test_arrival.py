"""Drawings arrive as programs really save them, while the watcher runs as a process of its own."""

import ctypes
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.workplace import Workplace, sha256
from tests.support.stub import drawing

# Of linkat(2), which os.link cannot be told to follow the link with.
AT_FDCWD, AT_SYMLINK_FOLLOW = -100, 0x400

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux's own way to save")


@pytest.fixture
def watched(workplace: Workplace) -> Iterator[Workplace]:
    """A workplace whose watcher runs."""
    watcher = workplace.start("watch")
    assert watcher.stdout is not None
    assert "watching" in watcher.stdout.readline()
    reader = threading.Thread(target=watcher.stdout.read, daemon=True)
    reader.start()
    yield workplace
    watcher.terminate()
    assert watcher.wait(10) == 0


def wait_for(workplace: Workplace, count: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while len(workplace.rows()) < count:
        assert time.monotonic() < end, f"{len(workplace.rows())} of {count} rows came"
        time.sleep(0.02)


def expect(workplace: Workplace, data: bytes) -> None:
    workplace.saved[sha256(data)] = workplace.saved.get(sha256(data), 0) + 1


def in_pieces(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        for at in range(0, len(data), 20):
            file.write(data[at : at + 20])
            file.flush()
            time.sleep(0.02)


def by_temporary_file(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".tmp")
    part.write_bytes(data)
    part.rename(path)


def by_unnamed_file(path: Path, data: bytes) -> None:
    descriptor = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, 0o644)
    try:
        os.write(descriptor, data)
        source = f"/proc/self/fd/{descriptor}".encode()
        linked = ctypes.CDLL(None).linkat(
            AT_FDCWD, source, AT_FDCWD, os.fsencode(path), AT_SYMLINK_FOLLOW
        )
        assert linked == 0
    finally:
        os.close(descriptor)


def moved_in(path: Path, data: bytes) -> None:
    outside = path.parent.parent / "elsewhere.png"
    outside.write_bytes(data)
    shutil.move(outside, path)


@pytest.mark.parametrize(
    "save",
    [
        in_pieces,
        by_temporary_file,
        pytest.param(by_unnamed_file, marks=needs_linux),
        moved_in,
        Path.write_bytes,
    ],
)
def test_a_drawing_is_filed_whole_however_it_is_saved(
    watched: Workplace, save: Callable[[Path, bytes], object]
) -> None:
    data = drawing(7, "x" * 300)
    save(watched.inbox / "sept.png", data)
    expect(watched, data)
    wait_for(watched, 1)
    watched.check_soon()
    assert list(watched.filed()) == ["7/sept.png"]


def test_a_drawing_truncated_and_rewritten_is_filed_as_it_ends(workplace: Workplace) -> None:
    path = workplace.inbox / "a.png"
    path.write_bytes(drawing(3))
    path.write_bytes(b"")
    path.write_bytes(drawing(5))
    expect(workplace, drawing(5))
    assert workplace.run("once").returncode == 0
    workplace.check()


def test_a_drawing_whose_program_writes_on_after_its_row_is_filed_as_it_ends(
    tmp_path: Path,
) -> None:
    place = Workplace(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(config.read_text() + "outbox_seconds = 0.2\n")
    place.start("watch")
    with (place.inbox / "sept.png").open("wb") as program:
        program.write(drawing(7))
        program.flush()
        # As old as a file that was copied with its date: no lease is asked for.
        os.utime(program.fileno(), (time.time() - 3600,) * 2)
        wait_for(place, 1)
        program.seek(0)
        program.write(drawing(5, "all of it"))
        program.truncate()
    wait_for(place, 2)
    before, after = place.rows()
    assert (before["filed_as"], before["sha256"]) == ("7/sept.png", sha256(drawing(7)))
    assert (after["filed_as"], after["sha256"]) == ("5/sept.png", sha256(drawing(5, "all of it")))
    assert list(place.filed()) == ["5/sept.png"]


def test_hundreds_at_once_are_all_filed(watched: Workplace) -> None:
    for number in range(500):
        watched.save(f"{number}.png", drawing(number % 10, str(number)))
    wait_for(watched, 500)
    watched.check_soon()


def test_a_drawing_saved_over_and_over_is_lost_at_no_time(watched: Workplace) -> None:
    """A saver that replaces its own earlier, unfiled drawing loses that itself: so it waits."""
    for number in range(60):
        watched.save("untitled.png", drawing(1, str(number)))
        while (watched.inbox / "untitled.png").exists():
            time.sleep(0.001)
    wait_for(watched, 60)
    watched.check_soon()


def test_drawings_that_are_renamed_or_deleted_meanwhile_do_no_harm(watched: Workplace) -> None:
    for number in range(100):
        path = watched.inbox / f"{number}.png"
        path.write_bytes(drawing(2, str(number)))
        try:
            if number % 2:
                path.rename(watched.inbox / f"renamed-{number}.png")
            else:
                path.unlink()
        except FileNotFoundError:
            pass  # It was filed first.
    watched.save("last.png", drawing(3))
    end = time.monotonic() + 20
    while "3/last.png" not in [row["filed_as"] for row in watched.rows()]:
        assert time.monotonic() < end
        time.sleep(0.05)
    time.sleep(0.5)
    rows = {row["filed_as"]: row["sha256"] for row in watched.rows()}
    assert rows == {place: sha256(path.read_bytes()) for place, path in watched.filed().items()}
    assert len([place for place in rows if "renamed" in place]) + len(rows) >= 51


def test_a_folder_that_is_dropped_in_stays(watched: Workplace) -> None:
    folder = watched.inbox / "holiday.png"
    folder.mkdir()
    (folder / "a.png").write_bytes(drawing(1))
    watched.save("b.png", drawing(2))
    wait_for(watched, 1)
    time.sleep(0.3)
    assert list(watched.filed()) == ["2/b.png"]
    assert (folder / "a.png").exists()


def test_the_inbox_may_be_removed_and_made_again(watched: Workplace) -> None:
    shutil.rmtree(watched.inbox)
    time.sleep(0.5)
    watched.inbox.mkdir()
    watched.save("a.png", drawing(1))
    wait_for(watched, 1)
    watched.check_soon()
