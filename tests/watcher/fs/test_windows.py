"""What only Windows does: files held by the program that saves them, its names, its long paths.

`kernel32.CreateFileW` without sharing holds a file as Excel or a saving program does.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from watcher.console.text import escape_for_terminal
from watcher.daemon.wakeup import Wakeup, end_on_signals
from watcher.fs.long_paths import extend_path, plain
from watcher.log.access import LogHeldError
from watcher.types import Row

if sys.platform != "win32":
    pytest.skip("needs Windows, or Windows' Python under Wine", allow_module_level=True)

ROOT = Path(__file__).parents[3]
STUB = ROOT / "tests" / "faults" / "stub_watcher.py"

GENERIC_READ, GENERIC_WRITE = 0x80000000, 0x40000000
FILE_SHARE_READ = 1
OPEN_EXISTING = 3
INVALID_HANDLE = ctypes.c_void_p(-1).value

kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
kernel32.CreateFileW.restype = ctypes.c_void_p
kernel32.CreateFileW.argtypes = [
    ctypes.c_wchar_p,
    ctypes.c_uint32,
    ctypes.c_uint32,
    ctypes.c_void_p,
    ctypes.c_uint32,
    ctypes.c_uint32,
    ctypes.c_void_p,
]
kernel32.CloseHandle.argtypes = [ctypes.c_void_p]


def wait_until(is_so: Callable[[], bool], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def held(path: Path, sharing: int = 0) -> Iterator[None]:
    """`path` open for reading and writing, others allowed only what `sharing` says."""
    access = GENERIC_READ | GENERIC_WRITE
    handles: list[int] = []

    def is_open() -> bool:
        handle = kernel32.CreateFileW(str(path), access, sharing, None, OPEN_EXISTING, 0, None)
        handles[:] = [handle]
        return bool(handle != INVALID_HANDLE)

    # A watcher may still have it open itself.
    wait_until(is_open)
    try:
        yield
    finally:
        kernel32.CloseHandle(handles[0])


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    return InProcessWatcher(tmp_path)


@pytest.mark.parametrize("sharing", [0, FILE_SHARE_READ], ids=["alone", "readers allowed"])
def test_a_drawing_still_held_by_the_program_that_saves_it_waits(
    watcher: InProcessWatcher, sharing: int
) -> None:
    path = watcher.save("a.png", drawing(7))
    with held(path, sharing):
        assert watcher.file() == []
        assert path.exists()
    (row,) = watcher.file()
    assert row.filed_as == "7/a.png"
    watcher.check()


def test_a_held_file_keeps_no_other_waiting(watcher: InProcessWatcher) -> None:
    path = watcher.save("held.png", drawing(7))
    watcher.save("free.png", drawing(3))
    with held(path):
        assert [row.file for row in watcher.file()] == ["free.png"]
    assert [row.file for row in watcher.file()] == ["held.png"]
    watcher.check()


def test_a_log_held_by_excel_keeps_its_rows_waiting_and_says_so(watcher: InProcessWatcher) -> None:
    watcher.save("a.png", drawing(1))
    watcher.file()
    before = watcher.log.read_bytes()
    watcher.save("b.png", drawing(2))
    with held(watcher.log, FILE_SHARE_READ):
        with pytest.raises(LogHeldError, match="close it in other programs; its rows wait"):
            watcher.file()
        assert watcher.log.read_bytes() == before
        assert watcher.filed() == ["1/a.png", "2/b.png"], "the drawing itself does not wait"
        watcher.save("c.png", drawing(3))
        with pytest.raises(LogHeldError):
            watcher.file()
        assert (watcher.inbox / "c.png").exists()
    watcher.file()
    assert watcher.log.read_bytes().startswith(before)
    assert [row["file"] for row in watcher.rows()] == ["a.png", "b.png", "c.png"]
    watcher.check()


def test_an_edited_log_that_its_program_shares_with_nobody_waits_and_says_so(
    watcher: InProcessWatcher,
) -> None:
    watcher.save("a.png", drawing(1))
    watcher.file()
    with watcher.log.open("ab") as log:
        log.write(b"my own notes\r\n")
    edited = watcher.log.read_bytes()
    watcher.save("b.png", drawing(2))
    with (
        held(watcher.log),
        pytest.raises(LogHeldError, match="close it in other programs; its rows wait"),
    ):
        watcher.file()
    watcher.file()
    assert [path.read_bytes() for path in watcher.outbox.glob("log-*.csv")] == [edited]
    assert [row["file"] for row in watcher.rows()] == ["a.png", "b.png"]
    watcher.check()


@contextmanager
def watching(watcher: InProcessWatcher) -> Iterator[list[str]]:
    """A watcher in a process of its own: what it has said so far."""
    (watcher.root / "config.toml").write_text("[watch]\nrescan_seconds = 0.2\n")
    process = subprocess.Popen(
        [sys.executable, str(STUB), str(watcher.root), "watch"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    reader = threading.Thread(target=lines.extend, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        wait_until(lambda: any("watching" in line for line in lines))
        yield lines
    finally:
        process.kill()
        process.wait()
    reader.join()
    assert not any("Traceback" in line for line in lines), lines


@pytest.mark.parametrize("sharing", [0, FILE_SHARE_READ], ids=["alone", "readers allowed"])
def test_a_watcher_waits_for_a_log_that_another_program_holds_and_resumes(
    watcher: InProcessWatcher, sharing: int
) -> None:
    watcher.save("a.png", drawing(1))
    with watching(watcher) as lines:
        wait_until(lambda: watcher.log.exists() and len(watcher.rows()) == 1)
        with held(watcher.log, sharing):
            watcher.save("b.png", drawing(2))
            wait_until(lambda: any("close it in other programs" in line for line in lines))
            watcher.save("c.png", drawing(3))
            time.sleep(3)  # Two of its attempts.
            assert sum("close it in other programs" in line for line in lines) == 1
        wait_until(lambda: any("resumed" in line for line in lines))
        wait_until(lambda: len(watcher.rows()) == 3)
    watcher.file()
    assert [row["file"] for row in watcher.rows()] == ["a.png", "b.png", "c.png"]
    watcher.check()


def test_a_watcher_killed_while_it_waits_for_the_log_leaves_its_rows_to_the_next(
    watcher: InProcessWatcher,
) -> None:
    watcher.save("a.png", drawing(1))
    watcher.file()
    with held(watcher.log):
        watcher.save("b.png", drawing(2))
        for _ in range(2):
            with watching(watcher) as lines:
                wait_until(lambda: any("close it in other programs" in line for line in lines))
        assert watcher.filed() == ["1/a.png", "2/b.png"]
    watcher.file()
    assert [row["file"] for row in watcher.rows()] == ["a.png", "b.png"]
    watcher.check()


def test_a_correction_waits_for_a_log_held_by_excel(watcher: InProcessWatcher) -> None:
    watcher.save("a.png", drawing(7))
    watcher.file()
    (watcher.outbox / "1").mkdir()
    (watcher.outbox / "7" / "a.png").rename(watcher.outbox / "1" / "A.png")
    with held(watcher.log, FILE_SHARE_READ), pytest.raises(LogHeldError, match="its rows wait"):
        watcher.file()
    watcher.file()
    assert [row["reason"] for row in watcher.rows()] == ["", "from 7"]
    assert watcher.rows()[-1]["filed_as"] == "1/A.png"


def test_a_drawing_still_held_in_the_outbox_waits(watcher: InProcessWatcher) -> None:
    watcher.save("sept.png", drawing(7))
    watcher.file()
    path = watcher.outbox / "4" / "mine.png"
    path.parent.mkdir()
    path.write_bytes(drawing(4))
    rows: list[Row] = []
    with watcher.session(rows.append) as filer:
        survey = watcher.survey(filer, 3)
        with held(path):
            survey.step(3600)
            assert survey.waits()
            watcher.clock.turn(3)
        survey.step(3600)
        assert [row.reason for row in rows] == ["by hand"]


def test_a_name_taken_in_another_case_gets_a_number(watcher: InProcessWatcher) -> None:
    watcher.save("A.png", drawing(1, "large"))
    watcher.file()
    watcher.save("a.png", drawing(1, "small"))
    watcher.file()
    assert watcher.filed() == ["1/A.png", "1/a (2).png"]
    watcher.check()


def test_a_file_of_the_users_own_in_another_case_is_never_replaced(
    watcher: InProcessWatcher,
) -> None:
    own = watcher.outbox / "1" / "SEPT.PNG"
    own.parent.mkdir()
    own.write_bytes(b"the user's")
    watcher.file()
    watcher.save("sept.png", drawing(1))
    (row,) = watcher.file()
    assert row.filed_as == "1/sept (2).png"
    assert own.read_bytes() == b"the user's"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("nul.png", "1/_nul.png"),
        ("con", "1/_con"),
        ("com1.png", "1/_com1.png"),
        ("seven.", "1/seven"),
        ("seven ", "1/seven"),
    ],
)
def test_a_reserved_name_is_filed_under_one_that_every_program_opens(
    watcher: InProcessWatcher, name: str, place: str
) -> None:
    path = watcher.save(name, drawing(1))
    assert path in set(watcher.inbox.iterdir())
    (row,) = watcher.file()
    assert (row.file, row.filed_as) == (name, place)
    assert (Path(plain(str(watcher.outbox))) / place).read_bytes() == drawing(1)
    watcher.check()


def test_paths_over_260_characters_are_filed_from_and_to(tmp_path: Path) -> None:
    # Wine cannot resolve() a folder beyond the limit; that the files in it are is what happens.
    watcher = InProcessWatcher(tmp_path / ("deep" * 20))
    name = "x" * 200 + ".png"
    path = watcher.save(name, drawing(4))
    assert len(str(path)) > 350
    (row,) = watcher.file()
    assert row.filed_as == f"4/{name}"
    watcher.check()


def test_a_folder_is_walked_beyond_260_characters(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path, walk=True)
    name = "/".join(["deep" * 20] * 4 + ["a.png"])
    watcher.save(name, drawing(4))
    (row,) = watcher.file()
    assert (row.file, row.filed_as) == (name, "4/a.png")
    watcher.check()


def test_folders_with_letters_of_any_script(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path / "Zeichnungen Größe é" / "数字 рисунки")
    watcher.save("sept é 七.png", drawing(7))
    (row,) = watcher.file()
    assert row.filed_as == "7/sept é 七.png"
    watcher.check()


def test_a_message_shows_paths_as_users_know_them() -> None:
    assert escape_for_terminal(r"\\?\C:\Drawings\inbox is gone") == r"C:\Drawings\inbox is gone"
    assert escape_for_terminal(r"\\?\UNC\server\share is gone") == r"\\server\share is gone"
    assert extend_path(Path(r"\\server\share\inbox")) == Path(r"\\?\UNC\server\share\inbox")


@pytest.mark.parametrize("name", ["SIGINT", "SIGBREAK"])
def test_a_console_signal_asks_for_the_end_and_a_second_one_insists(name: str) -> None:
    number = getattr(signal, name)
    wakeup = Wakeup()
    with end_on_signals(wakeup):
        handler = signal.getsignal(number)
        assert callable(handler)
        handler(number, None)
        assert wakeup.stop_requested
        assert signal.getsignal(number) == signal.SIG_DFL
