"""`status`, asked about real processes at each moment of their lives, and about every journal."""

import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from tests.watcher.inbox.test_retries import locked
from watcher.cli.main import run
from watcher.console.text import escape_for_terminal
from watcher.daemon.heartbeat import last_beat
from watcher.fs.lock import hold
from watcher.fs.long_paths import plain
from watcher.journal.migrations import VERSION
from watcher.layout import HEARTBEAT_FILE

REPOSITORY = Path(__file__).parents[3]
STUB = REPOSITORY / "tests" / "faults" / "stub_watcher.py"

# Seconds within which what must happen does, however busy the machine is.
SOON = 20.0

JSON_KEYS = [
    *("state", "pid", "since", "model", "waits_for", "last_beat", "inbox", "outbox", "inbox_fault"),
    *("waiting", "waiting_files", "in_folders", "journal_fault", "day", "today", "last_error"),
    *("last_correction", "service"),
]


def environment() -> dict[str, str]:
    folders = [str(REPOSITORY), str(REPOSITORY / "tests" / "watcher")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*folders, os.environ.get("PYTHONPATH", "")]),
    }


@dataclass
class Office:
    """A watcher in this process and one that is a process of its own, and `status` as a user asks it."""

    watcher: InProcessWatcher
    capsys: pytest.CaptureFixture[str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        config = self.watcher.root / "config.toml"
        config.write_text("[watch]\nsettle_seconds = 60\nrescan_seconds = 0.2\n")

    def start(self) -> subprocess.Popen[bytes]:
        """A watcher that has begun to watch."""
        process = subprocess.Popen(
            [sys.executable, str(STUB), str(self.watcher.root), "watch"],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"watching")
        self.until(lambda: self.as_json()["model"] == "stub")
        return process

    @property
    def inbox(self) -> str:
        """As its user knows it."""
        return plain(str(self.watcher.inbox))

    def status(self, *words: str) -> tuple[int, str]:
        self.capsys.readouterr()
        status = run(["--config", str(self.watcher.root / "config.toml"), "status", *words])
        out, err = self.capsys.readouterr()
        assert err == ""
        return int(status), out

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.status("--json")[1])
        return answer

    def until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + SOON
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.02)

    def is_next(self, status: int, state: str) -> None:
        """Both forms and the exit status say the same, at once."""
        code, out = self.status()
        answer = self.as_json()
        assert (code, answer["state"]) == (status, state), out

    def age(self, seconds: float) -> None:
        """As if so much time had gone by since the last beat."""
        path = self.watcher.settings.paths.state / HEARTBEAT_FILE
        beat = json.loads(path.read_text())
        path.write_text(json.dumps({**beat, "time": beat["time"] - seconds}))


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    office = Office(InProcessWatcher(tmp_path), capsys)
    yield office
    for process in office.processes:
        process.kill()
        process.wait()


def test_before_any_watcher_ever_ran_it_says_so_and_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ("--inbox", str(tmp_path / "inbox"), "--outbox", str(tmp_path / "outbox"))
    assert run([*folders, "status"]) == 3
    out, err = capsys.readouterr()
    assert out.startswith("no watcher runs\n")
    assert "there is no journal yet" in out
    assert (err, list(tmp_path.iterdir())) == ("", [])


def test_a_running_watcher_is_running_from_its_start_to_its_end(office: Office) -> None:
    office.is_next(3, "not running")
    process = office.start()
    office.is_next(0, "running")
    answer = office.as_json()
    assert list(answer) == JSON_KEYS
    assert (answer["pid"], answer["model"], answer["waits_for"]) == (process.pid, "stub", None)
    assert f"(process {process.pid}, model stub)" in office.status()[1]
    process.terminate()
    process.wait(SOON)
    office.is_next(3, "not running")
    assert (office.as_json()["pid"], office.as_json()["since"]) == (None, None)
    assert "no watcher runs; one did until about " in office.status()[1]


def test_a_killed_watcher_is_not_running_at_once(office: Office) -> None:
    process = office.start()
    process.kill()
    process.wait(SOON)
    office.is_next(3, "not running")


def test_one_that_runs_again_after_a_kill_is_running(office: Office) -> None:
    office.start().kill()
    office.processes[0].wait(SOON)
    again = office.start()
    assert office.as_json()["pid"] == again.pid
    office.is_next(0, "running")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_a_stopped_watcher_is_stale_and_running_again_once_it_goes_on(office: Office) -> None:
    process = office.start()
    process.send_signal(signal.SIGSTOP)
    office.age(29)
    office.is_next(0, "running")
    office.age(2)
    office.is_next(1, "stale")
    assert "but it has done nothing for 3" in office.status()[1]
    process.send_signal(signal.SIGCONT)
    office.age(3600)
    office.until(lambda: office.status()[0] == 0)
    process.send_signal(signal.SIGSTOP)
    office.age(31)
    process.kill()
    process.wait(SOON)
    office.is_next(3, "not running")


def make_unwritable(log: Path) -> None:
    """Read-only on Windows; a folder elsewhere, where root may write every file."""
    if sys.platform == "win32":
        log.chmod(stat.S_IREAD)
    else:
        log.unlink()
        log.mkdir()


@pytest.mark.skipif(
    sys.platform == "win32", reason="no trouble that pauses a watcher on Windows was made yet"
)
def test_a_watcher_that_a_trouble_pauses_runs_and_says_what_it_waits_for(office: Office) -> None:
    """The folders' lock is free between its tries, and still it is known to live, or to be dead."""
    process = office.start()
    office.watcher.save("first.png", drawing(7))
    log = office.watcher.outbox / "log.csv"
    office.until(log.exists)
    make_unwritable(log)
    office.watcher.save("a.png", drawing(7))
    office.until(lambda: office.as_json()["waits_for"] is not None)
    office.is_next(0, "running")
    why, out = office.as_json()["waits_for"], office.status()[1]
    assert re.search(r"log\S*\.csv cannot be (used|written) \(", why)
    assert f"paused: {escape_for_terminal(why)}; it tries again by itself" in out
    assert f"last error: {escape_for_terminal(why)}" in out
    office.watcher.save("b.png", drawing(7))
    assert "  b.png: ready: waits for the watcher" in office.status()[1]
    process.kill()
    process.wait(SOON)
    office.is_next(3, "not running")


def test_a_review_or_another_command_is_no_watcher(office: Office) -> None:
    """They hold the folders for moments, as `once` does for longer."""
    office.start().kill()
    office.processes[0].wait(SOON)
    paths = office.watcher.settings.paths
    with hold(paths.state, paths.outbox):
        office.is_next(3, "not running")


def test_to_ask_all_the_time_disturbs_no_start_and_no_filing(office: Office) -> None:
    asking = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom pathlib import Path\nfrom watcher.fs.lock import is_held\n"
            "print(flush=True)\nwhile True: is_held(Path(sys.argv[1]))",
            str(office.watcher.settings.paths.state / "heartbeat.lock"),
        ],
        env=environment(),
        stdout=subprocess.PIPE,
    )
    office.processes.append(asking)
    assert asking.stdout is not None
    assert asking.stdout.readline() in (b"\n", b"\r\n"), "it asks"
    office.start()
    office.watcher.save("a.png", drawing(7))
    office.until(lambda: office.as_json()["today"]["filed"] == 1)
    office.is_next(0, "running")


def test_it_says_what_waits_and_why(office: Office) -> None:
    watcher = office.watcher
    watcher.save("whole.png", drawing(7))
    watcher.save("half.png", drawing(3)[:40])
    watcher.save(".hidden.png", drawing(3))
    watcher.save("part.crdownload", drawing(3))
    claim = watcher.inbox / ".watcher-claims" / "batch" / "claimed.png"
    claim.parent.mkdir(parents=True)
    claim.write_bytes(drawing(1))
    answer = office.as_json()
    assert [(file["file"], file["why"]) for file in answer["waiting_files"]] == [
        ("claimed.png", "claimed"),
        ("half.png", "incomplete"),
        ("whole.png", "ready"),
    ]
    lines = office.status()[1].splitlines()
    assert lines[1:5] == [
        f"3 files in {office.inbox}:",
        "  claimed.png: being filed when the watcher ended: the next start finishes it",
        "  half.png: not complete yet; taken as it is after 60 s without a change",
        "  whole.png: ready: waits for the watcher",
    ]
    office.start()
    office.until(lambda: office.as_json()["waiting"] == 1)
    assert [file["file"] for file in office.as_json()["waiting_files"]] == ["half.png"]
    (watcher.inbox / "half.png").unlink()
    assert f"nothing waits in {office.inbox}" in office.status()[1]


def test_files_in_folders_of_the_inbox_are_named(office: Office) -> None:
    for number in range(12):
        office.watcher.save(f"folder/{number:02}.png", drawing(7))
    out = office.status()[1]
    assert '  folder/00.png: is in a folder; `subfolders` is "ignore"' in out
    assert "folder/09.png" in out and "folder/10.png" not in out
    assert "  and 2 more in folders" in out
    answer = office.as_json()
    assert (answer["waiting"], len(answer["in_folders"])) == (0, 12)
    with (office.watcher.root / "config.toml").open("a") as config:
        config.write('subfolders = "walk"\n')
    answer = office.as_json()
    assert (answer["waiting"], answer["in_folders"]) == (12, [])


@pytest.mark.parametrize("mistake", ["[watch]\nbatch = 8\n", "[decision]\nmin_confidence = 0,9\n"])
def test_it_says_that_a_watcher_runs_while_the_settings_are_wrong(
    office: Office, mistake: str
) -> None:
    office.start()
    config = office.watcher.root / "config.toml"
    config.write_text('[paths]\noutbox = "outbox"  # as before\n' + mistake)
    office.capsys.readouterr()
    assert run(["--config", str(config), "status"]) == 2
    out, err = office.capsys.readouterr()
    assert err.count("\n") == 1 and "expected" in err
    first, last = out.splitlines()
    assert first.startswith("running since ")
    assert last == "it keeps the settings from before the mistake"


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows may read all files"
)
def test_a_file_that_cannot_be_read_says_so(office: Office) -> None:
    office.watcher.save("secret.png", drawing(7)).chmod(0)
    assert "  secret.png: cannot be read (Permission denied)" in office.status()[1]


def test_a_file_that_the_watcher_cannot_take_says_so_until_it_can(office: Office) -> None:
    with (office.watcher.root / "config.toml").open("a") as config:
        config.write('subfolders = "walk"\n')
    with locked(office.watcher.save("ours/a.png", drawing(7))):
        assert "  ours/a.png: ready: waits for the watcher" in office.status()[1]
        office.start()
        office.until(lambda: [f["why"] for f in office.as_json()["waiting_files"]] == ["stuck"])
        assert "  ours/a.png: cannot be moved (" in office.status()[1]
        office.until(lambda: "last warning: ours/a.png cannot be moved (" in office.status()[1])
    office.until(lambda: office.as_json()["waiting"] == 0)


def test_of_a_thousand_files_it_tells_the_number_and_the_first(office: Office) -> None:
    for number in range(1000):
        office.watcher.save(f"{number:03}.png", b"half")
    out = office.status()[1]
    assert f"1000 files in {office.inbox}:\n  000.png: " in out
    assert "  009.png: " in out and "010.png" not in out
    assert "  and 990 more" in out
    answer = office.as_json()
    assert (answer["waiting"], len(answer["waiting_files"])) == (1000, 100)


def test_an_inbox_that_is_gone_is_told(office: Office) -> None:
    shutil.rmtree(office.watcher.inbox)
    code, out = office.status()
    assert code == 3
    assert f"{office.inbox} cannot be listed (" in out


def test_today_is_the_local_day_and_the_last_correction_is_told(office: Office) -> None:
    watcher = office.watcher
    watcher.clock.step(time.time() - watcher.clock.clock.now() - 3 * 86_400)
    watcher.save("old.png", drawing(7))
    watcher.file()
    watcher.clock.step(time.time() - watcher.clock.clock.now())
    for name, content in {"a.png": drawing(7), "b.png": drawing(2), "c.png": b"text"}.items():
        watcher.save(name, content)
    watcher.file()
    (watcher.outbox / "1").mkdir()
    (watcher.outbox / "7" / "a.png").rename(watcher.outbox / "1" / "a.png")
    watcher.file()
    answer = office.as_json()
    assert answer["today"] == {"filed": 2, "unsure": 0, "rejected": 1, "corrected": 1}
    assert answer["day"] == time.strftime("%Y-%m-%d")
    assert (answer["last_correction"]["file"], answer["last_correction"]["digit"]) == ("a.png", 1)
    out = office.status()[1]
    assert "(" + answer["day"] + ", local time): 2 filed, 0 unsure, 1 rejected, 1 corrected" in out
    assert "last correction: a.png -> 1 (corrected: from 7), " in out


def messages(office: Office) -> sqlite3.Connection:
    """The table of messages, made by hand where this version has none yet."""
    office.watcher.file()
    database = sqlite3.connect(office.watcher.journal, isolation_level=None)
    database.execute(
        "CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY AUTOINCREMENT, "
        "level TEXT NOT NULL, text TEXT NOT NULL, first REAL NOT NULL, last REAL NOT NULL, "
        "count INTEGER NOT NULL)"
    )
    return database


def test_the_last_error_is_the_newest_message(office: Office) -> None:
    with closing(messages(office)) as database:
        assert office.as_json()["last_error"] is None
        assert "last error: none" in office.status()[1]
        now = time.time()
        add = "INSERT INTO messages (level, text, first, last, count) VALUES (?, ?, ?, ?, ?)"
        database.execute(add, ("error", "the disk is full", now - 900, now, 3))
        database.execute(add, ("warning", "a model is strange", now - 600, now - 600, 1))
        error = office.as_json()["last_error"]
        assert (error["level"], error["text"], error["count"]) == ("error", "the disk is full", 3)
        assert "last error: the disk is full (" in office.status()[1]
        assert ", 3 times since " in office.status()[1]


def test_a_newer_journal_is_told_and_left_alone(office: Office) -> None:
    office.watcher.file()
    with closing(sqlite3.connect(office.watcher.journal)) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = snapshot(office.watcher)
    code, out = office.status()
    assert code == 3
    assert (
        f"a newer version of this program (format {VERSION + 1}, this one knows {VERSION})" in out
    )
    assert snapshot(office.watcher) == before


def test_an_older_journal_is_read_and_not_migrated(office: Office) -> None:
    office.watcher.clock.step(time.time() - office.watcher.clock.clock.now())
    office.watcher.save("a.png", drawing(7))
    office.watcher.file()
    with closing(sqlite3.connect(office.watcher.journal)) as database:
        for table in ("whereabouts", "looks", "requests"):
            database.execute(f"DROP TABLE {table}")
        database.execute("PRAGMA user_version = 1")
    before = snapshot(office.watcher)
    assert office.as_json()["today"]["filed"] == 1
    assert snapshot(office.watcher) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the journal is empty: nothing was filed here"),
        (b"no journal at all" * 100, "file is not a database): the watcher keeps it"),
        (b"SQLite format 3\0" + b"\xff" * 2000, "the journal "),
    ],
)
def test_a_damaged_journal_is_told_and_left_alone(
    office: Office, content: bytes, said: str
) -> None:
    office.watcher.journal.write_bytes(content)
    before = snapshot(office.watcher)
    code, out = office.status()
    assert (code, office.as_json()["today"]) == (3, None)
    assert said in out
    assert snapshot(office.watcher) == before


def snapshot(watcher: InProcessWatcher) -> dict[str, bytes]:
    """All that lies in the outbox."""
    return {str(path): path.read_bytes() for path in watcher.outbox.rglob("*") if path.is_file()}


def test_to_look_changes_nothing(office: Office) -> None:
    office.watcher.save("a.png", drawing(7))
    office.watcher.file()
    before = snapshot(office.watcher)
    office.status()
    assert snapshot(office.watcher) == before, "not even a log of SQLite's beside the journal"


def test_it_reads_the_journal_of_a_watcher_at_work_and_of_a_killed_one(office: Office) -> None:
    process = office.start()
    office.watcher.save("a.png", drawing(7))
    office.until(lambda: office.as_json()["today"]["filed"] == 1)
    process.kill()
    process.wait(SOON)
    assert office.watcher.journal.with_name("journal.sqlite3-wal").exists()
    assert office.as_json()["today"]["filed"] == 1
    office.watcher.clock.step(time.time() - office.watcher.clock.clock.now())
    office.watcher.save("b.png", drawing(7))
    office.watcher.file()
    assert office.as_json()["today"]["filed"] == 2


def test_a_beat_of_a_watcher_that_writes_is_never_half_read(office: Office) -> None:
    office.start()
    state = office.watcher.settings.paths.state
    assert all(last_beat(state) is not None for _ in range(1000))


@pytest.mark.skipif(sys.platform != "linux", reason="installed by hand on Linux, not on Windows")
def test_it_says_whether_a_service_is_installed_and_whose(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert office.as_json()["service"] is None
    assert "no service is installed (python -m watcher install installs one)" in office.status()[1]
    file = tmp_path / "config" / "systemd" / "user" / "digit-watcher.service"
    file.parent.mkdir(parents=True)
    config = str(tmp_path / "config.toml")
    file.write_text(f"[Unit]\nX-Belongs-To={json.dumps(config)}\n")
    assert office.as_json()["service"] == {
        "file": str(file),
        "belongs_to": config,
        "is_ours": True,
        "fault": None,
    }
    assert f"service: installed for {config} ({file})" in office.status()[1]
    file.write_text('[Unit]\nX-Belongs-To="/other.toml"\n')
    assert "installed for /other.toml, not for these settings" in office.status()[1]


@pytest.mark.skipif(sys.platform != "linux", reason="installed by hand on Linux, not on Windows")
def test_a_service_whose_python_or_folder_is_missing_is_named_with_its_fix(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = tmp_path / "config" / "systemd" / "user" / "digit-watcher.service"
    file.parent.mkdir(parents=True)
    file.write_text("ExecStart=/opt/old/bin/python -m watcher\nWorkingDirectory=/tmp\n")
    fix = ": python -m watcher install fixes that"
    fault = "its Python /opt/old/bin/python is missing"
    assert office.status()[1].splitlines()[-1].endswith(f"but {fault}{fix}")
    assert office.as_json()["service"]["fault"] == fault
    file.write_text(f"ExecStart={sys.executable} -m watcher\nWorkingDirectory=/opt/old\n")
    fault = "its working folder /opt/old is missing"
    assert office.status()[1].splitlines()[-1].endswith(f"but {fault}{fix}")
