"""The doctor: a clean place passes, each planted fault is found with its fix, and nothing is changed."""

import argparse
import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.immutable import immutable
from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from watcher.cli import main
from watcher.config.loading import load
from watcher.console.terminal import Terminal
from watcher.doctor import packages
from watcher.doctor.cloud import cloud_of, is_marked_by_a_cloud
from watcher.doctor.command import run
from watcher.doctor.folders import events_are_reported
from watcher.doctor.machine import Machine
from watcher.doctor.service import judge_service
from watcher.fs import lock
from watcher.layout import CLAIMS_FOLDER
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE, SHIPPED
from watcher.service.description import Record, Service
from watcher.service.local import Installed

needs_model = pytest.mark.skipif(
    not (SHIPPED / MODEL_FILE).exists(), reason=f"no model in {SHIPPED}"
)

Findings = dict[str, dict[str, str]]


@dataclass
class Place:
    """A working folder in which drawings were filed, and the doctor called to it."""

    root: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    machine: Machine | None = None
    watcher: InProcessWatcher = field(init=False)

    def __post_init__(self) -> None:
        self.watcher = InProcessWatcher(self.root)
        self.watcher.clock.step(time.time() - self.watcher.clock.clock.now())
        self.watcher.save("a.png", drawing(1))
        self.watcher.save("b.png", drawing(2))
        self.watcher.file()
        self.monkeypatch.chdir(self.root)

    def set(self, text: str) -> None:
        (self.root / "config.toml").write_text(text, encoding="utf-8")

    def query(self, statement: str) -> None:
        with sqlite3.connect(self.watcher.journal) as database:
            database.execute(statement)
        database.close()

    def findings(self) -> tuple[int, Findings]:
        """The exit status, and what the command says, by the name of the check."""
        self.capsys.readouterr()
        if self.machine is None:
            status = main.run(["doctor", "--json"])
        else:
            options = argparse.Namespace(config=None, inbox=None, outbox=None, json=True)
            status = run(options, load, Terminal(), self.machine)
        said = self.capsys.readouterr()
        assert said.err == ""
        (line,) = said.out.splitlines()
        return int(status), {finding["name"]: finding for finding in json.loads(line)["findings"]}


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Place:
    for variable in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"):
        monkeypatch.delenv(variable, raising=False)
    return Place(tmp_path, monkeypatch, capsys)


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """All files with their times and bytes; a lock's bytes cannot be read while it is held."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


@needs_model
def test_a_clean_place_passes_everything_and_stays_as_it_is(place: Place) -> None:
    before = tree(place.root)
    status, found = place.findings()
    assert tree(place.root) == before
    assert status == 0
    assert [finding for finding in found.values() if finding["state"] != "ok"] == []
    assert found["journal"]["found"] == "intact, 2 rows"
    assert "5 test drawings filed" in found["trial"]["found"]
    assert " ms each" in found["trial"]["found"]


@needs_model
def test_an_empty_folder_passes_and_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main.run(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"all {len(lines) - 1} checks passed"
    assert all(line.startswith("ok  ") for line in lines[:-1])
    assert list(tmp_path.iterdir()) == []


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """A small disk at `folder`; it hides what is there."""
    mount = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def the_outbox_in_the_inbox(place: Place) -> None:
    place.set('[paths]\noutbox = "inbox/out"\n')


def a_misspelt_setting(place: Place) -> None:
    place.set("[watch]\nrescan = 1\n")


def settings_that_are_a_folder(place: Place) -> None:
    (place.root / "config.toml").mkdir()


def a_file_in_the_place_of_the_inbox(place: Place) -> None:
    shutil.rmtree(place.watcher.inbox)
    place.watcher.inbox.write_text("no folder")


def a_file_above_the_inbox(place: Place) -> None:
    (place.root / "notes").write_text("no folder")
    place.set('[paths]\ninbox = "notes/inbox"\n')


def a_file_in_the_place_of_a_digits_folder(place: Place) -> None:
    (place.watcher.outbox / "7").write_text("no folder")


def a_folder_that_takes_no_file(place: Place) -> AbstractContextManager[None]:
    return immutable(place.watcher.outbox / "1")


def a_read_only_disk(place: Place) -> AbstractContextManager[None]:
    return mounted(place.watcher.outbox, "ro", "size=1m")


def a_state_on_a_share(place: Place) -> None:
    place.machine = Machine(network_type=lambda _: "nfs4")


def an_inbox_on_a_share(place: Place) -> None:
    def kind(folder: Path) -> str | None:
        return "network drive" if folder == place.watcher.inbox else None

    place.machine = Machine(network_type=kind)


def an_inbox_on_another_disk(place: Place) -> AbstractContextManager[None]:
    return mounted(place.watcher.inbox, "size=512m")


@contextmanager
def two_mounts_of_one_disk(place: Place) -> Iterator[None]:
    folder = str(place.watcher.outbox)
    mount = ["mount", "--bind", folder, folder]
    if not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("no folder can be mounted twice here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def a_onedrive_folder(place: Place) -> None:
    place.machine = Machine(environment={"OneDrive": str(place.root)})


def a_dropbox_folder(place: Place) -> None:
    place.set('[paths]\ninbox = "Dropbox (Personal)/inbox"\n')
    (place.root / "Dropbox (Personal)" / "inbox").mkdir(parents=True)


def a_file_that_icloud_keeps(place: Place) -> None:
    (place.watcher.inbox / ".sept.png.icloud").touch()


def a_full_disk(place: Place) -> AbstractContextManager[None]:
    return mounted(place.watcher.inbox, "size=1m")


def a_disk_nearly_full(place: Place) -> AbstractContextManager[None]:
    return mounted(place.watcher.inbox, "size=64m")


def a_disk_out_of_inodes(place: Place) -> AbstractContextManager[None]:
    return mounted(place.watcher.inbox, "size=600m", "nr_inodes=20")


def another_watcher_on_the_inbox_alone(place: Place) -> AbstractContextManager[None]:
    return lock.hold(place.watcher.inbox / CLAIMS_FOLDER, place.watcher.inbox)


def a_damaged_journal(place: Place) -> None:
    content = bytearray(place.watcher.journal.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    place.watcher.journal.write_bytes(content)


def a_journal_that_is_none(place: Place) -> None:
    place.watcher.journal.write_text("a diary" * 100)


def a_newer_journal(place: Place) -> None:
    place.query("PRAGMA user_version = 99")


def a_journal_that_is_gone(place: Place) -> None:
    place.watcher.journal.unlink()


@contextmanager
def a_log_held_by_another_program(place: Place) -> Iterator[None]:
    if sys.platform != "win32":
        with immutable(place.watcher.log):
            yield
        return
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel32.CreateFileW.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(
        kernel32.CreateFileW(str(place.watcher.log), 0xC0000000, 1, None, 3, 0, None)
    )
    try:
        yield
    finally:
        kernel32.CloseHandle(handle)


def a_folder_in_the_place_of_the_log(place: Place) -> None:
    place.watcher.log.unlink()
    place.watcher.log.mkdir()


def a_log_with_other_columns(place: Place) -> None:
    place.watcher.log.write_text("name;digit\na.png;1\n", encoding="utf-8")


def a_log_that_was_edited(place: Place) -> None:
    text = place.watcher.log.read_text(encoding="utf-8")
    place.watcher.log.write_text(text.replace("a.png", "z.png"), encoding="utf-8")


def a_torn_log(place: Place) -> None:
    content = place.watcher.log.read_bytes()
    confirmed = content.index(b"\n", content.index(b"\n") + 1) + 1
    place.query(f"UPDATE log SET rows = 1, length = {confirmed}")
    place.watcher.log.write_bytes(content[: confirmed + 20])


def a_log_that_is_gone(place: Place) -> None:
    place.watcher.log.unlink()


def rows_from_the_future(place: Place) -> None:
    place.query("UPDATE rows SET time = '2099-01-01T00:00:00.000Z' WHERE seq = 1")


def a_clock_without_its_battery(place: Place) -> None:
    place.machine = Machine(now=lambda: 0.0)


def a_damaged_model_in_use(place: Place) -> None:
    version = place.root / "models" / "20261201-120000"
    version.mkdir(parents=True)
    shutil.copy(SHIPPED / CARD_FILE, version)
    (version / MODEL_FILE).write_bytes(b"no network")
    (place.root / "models" / "current").write_text(version.name, encoding="utf-8")


def installed(place: Place, package: str, version: str) -> None:
    """What pip leaves, found before what is really there."""
    folder = place.root / "site" / f"{package.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    (folder / "METADATA").write_text(metadata, encoding="utf-8")
    place.monkeypatch.syspath_prepend(place.root / "site")


def a_package_that_is_too_old(place: Place) -> None:
    installed(place, "numpy", "1.21.0")


def two_opencvs(place: Place) -> None:
    installed(place, "opencv-python-headless", "5.0.0.93")
    installed(place, "opencv-python", "5.0.0.93")


Plant = Callable[[Place], AbstractContextManager[None] | None]

ITSELF = "nothing to do: the watcher repairs it"


@dataclass(frozen=True)
class Fault:
    """What is planted, which check finds it as what, and what its finding and its fix say."""

    plant: Plant
    check: str
    state: str
    found: str
    fix: str


FAULTS = [
    Fault(
        the_outbox_in_the_inbox, "settings", "failed", "expected two separate", "correct it there"
    ),
    Fault(
        a_misspelt_setting, "settings", "failed", "[watch] rescan: unknown key", "correct it there"
    ),
    Fault(settings_that_are_a_folder, "settings", "failed", "config.toml", "correct it there"),
    Fault(a_file_in_the_place_of_the_inbox, "inbox", "failed", "is not a folder", "move "),
    Fault(
        a_file_above_the_inbox, "inbox", "failed", "notes is not a folder", "or set [paths] inbox"
    ),
    Fault(
        a_file_in_the_place_of_a_digits_folder,
        "outbox",
        "failed",
        "7 is not a folder",
        "move it away",
    ),
    Fault(
        a_folder_that_takes_no_file,
        "outbox",
        "failed",
        "1 cannot be written",
        "allow the watcher's user to write",
    ),
    Fault(a_read_only_disk, "outbox", "failed", "Read-only", "make the disk of"),
    Fault(
        a_state_on_a_share, "state's disk", "failed", "(nfs4)", "set [paths] state to a folder on"
    ),
    Fault(
        an_inbox_on_a_share,
        "events",
        "warning",
        "every 2 s",
        "put the inbox on a disk of this",
    ),
    Fault(an_inbox_on_another_disk, "file system", "warning", "is copied", "on one disk"),
    Fault(two_mounts_of_one_disk, "file system", "warning", "is copied", "on one disk"),
    Fault(a_onedrive_folder, "cloud", "warning", "in %OneDrive%", "out of the cloud"),
    Fault(a_dropbox_folder, "cloud", "warning", "in Dropbox (Personal)", "out of the cloud"),
    Fault(a_file_that_icloud_keeps, "cloud", "warning", "placeholder", "out of the cloud"),
    Fault(a_full_disk, "space", "failed", "1 MB left at", "free some space"),
    Fault(a_disk_nearly_full, "space", "warning", "64 MB left at", "free some space"),
    Fault(a_disk_out_of_inodes, "space", "failed", "hardly any more files", "remove files"),
    Fault(another_watcher_on_the_inbox_alone, "watcher", "failed", "watches", "end that watcher"),
    Fault(
        a_damaged_journal, "journal", "failed", "is damaged", "rebuilds the journal from the log"
    ),
    Fault(
        a_journal_that_is_none,
        "journal",
        "failed",
        "is damaged",
        "rebuilds the journal from the log",
    ),
    Fault(
        a_newer_journal, "journal", "failed", "newer version of this program", "install the newest"
    ),
    Fault(a_journal_that_is_gone, "journal", "warning", "is missing", "bring it back"),
    Fault(
        a_log_held_by_another_program, "log", "failed", "cannot be written", "close the spreadsheet"
    ),
    Fault(a_folder_in_the_place_of_the_log, "log", "failed", "is not a file", "move it away"),
    Fault(a_log_with_other_columns, "log", "warning", "not have the log's columns", ITSELF),
    Fault(a_log_that_was_edited, "log", "warning", "changed by another program", "log-<time>.csv"),
    Fault(a_torn_log, "log", "warning", "torn at its end", ITSELF),
    Fault(a_log_that_is_gone, "log", "warning", "missing, though there are rows", ITSELF),
    Fault(rows_from_the_future, "clock", "warning", "before the newest row (2099", "set the time"),
    Fault(
        a_clock_without_its_battery, "clock", "warning", "before this program was", "set the time"
    ),
    Fault(
        a_damaged_model_in_use, "model", "warning", "the shipped one serves", "training rollback"
    ),
    Fault(
        a_package_that_is_too_old, "versions", "failed", "numpy 1.21.0 is not >=2", "pip install"
    ),
    Fault(two_opencvs, "opencv", "warning", "into the same folder", "pip uninstall -y opencv"),
]


@needs_model
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.plant.__name__)
def test_a_planted_fault_is_found_and_its_fix_named(place: Place, fault: Fault) -> None:
    with fault.plant(place) or nullcontext():
        status, findings = place.findings()
    finding = findings[fault.check]
    assert finding["state"] == fault.state
    assert fault.found in finding["found"]
    assert fault.fix in finding["fix"]
    states = {other["state"] for other in findings.values()}
    assert status == (1 if "failed" in states else 0)
    assert all(other["fix"] for other in findings.values() if other["state"] != "ok")
    assert all("could not be checked" not in other["found"] for other in findings.values())


@needs_model
def test_a_fault_that_does_not_stop_the_watcher_fails_nothing_else(place: Place) -> None:
    a_damaged_model_in_use(place)
    status, findings = place.findings()
    assert status == 0
    assert [name for name, finding in findings.items() if finding["state"] != "ok"] == ["model"]


@needs_model
def test_the_lines_say_what_to_look_at_and_how_to_fix_it(place: Place) -> None:
    a_torn_log(place)
    a_newer_journal(place)
    assert main.run(["doctor"]) == 1
    lines = place.capsys.readouterr().out.splitlines()
    failed = next(at for at, line in enumerate(lines) if line.startswith("FAILED  journal: "))
    assert lines[failed + 1] == "        fix: install the newest version of this program"
    assert any(line.startswith("look    log: ") for line in lines)
    assert (
        lines[-1]
        == f"1 of {len([x for x in lines if x[0] != ' ']) - 1} checks failed; 1 to look at"
    )


DOCTOR = [sys.executable, "-m", "watcher", "doctor"]


def ran(command: list[str], folder: Path, *modules: Path | str) -> subprocess.CompletedProcess[str]:
    """`command` in `folder`, with modules found first in `modules`."""
    path = os.pathsep.join([*map(str, modules), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@needs_model
def test_it_looks_at_a_running_watcher_without_disturbing_it(place: Place) -> None:
    path = os.pathsep.join([str(SHIPPED.parents[1]), os.environ.get("PYTHONPATH", "")])
    watcher = subprocess.Popen(
        [sys.executable, "-m", "watcher"],
        cwd=place.root,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert watcher.stdout is not None
        assert next(line for line in watcher.stdout if line.startswith("watching "))
        for number in range(3):
            place.watcher.save(f"{number}.png", drawing(number))  # Which only the stub can read.
            status, found = place.findings()
            assert status == 0, found
            assert found["watcher"]["found"].startswith("one runs here")
            assert watcher.stdout.readline().startswith(f"{number}.png -> rejected")
        status, found = place.findings()
        assert found["log"]["state"] == found["journal"]["state"] == "ok"
        assert found["journal"]["found"] == "intact, 5 rows"
    finally:
        watcher.terminate()
        _, warned = watcher.communicate(timeout=20)
    assert warned == ""


@needs_model
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_few_open_files_are_named_with_their_fix(tmp_path: Path) -> None:
    command = ["sh", "-c", 'ulimit -n 60 && exec "$0" -m watcher doctor', sys.executable]
    ended = ran(command, tmp_path, SHIPPED.parents[1])
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "look    open files: only 60 at once" in ended.stdout
    assert "        fix: allow 64 at least: ulimit -n 64" in ended.stdout
    assert ended.stdout.endswith("nothing failed; 1 to look at\n")


@needs_model
def test_a_program_without_its_model_is_to_be_installed_again(tmp_path: Path) -> None:
    package = tmp_path / "installed" / "watcher"
    left_out = shutil.ignore_patterns("__pycache__", MODEL_FILE, "digits.keras", "report.*")
    shutil.copytree(SHIPPED.parent, package, ignore=left_out)
    ended = ran([*DOCTOR, "--json"], tmp_path, package.parent)
    assert (ended.returncode, ended.stderr) == (1, "")
    found = {one["name"]: one for one in json.loads(ended.stdout)["findings"]}
    assert found["model"]["found"].startswith("no model in ")
    assert "install the watcher again" in found["model"]["fix"]
    assert "could not be filed: no model in" in found["trial"]["found"]


def test_an_inbox_that_the_system_cannot_listen_to_is_only_looked_into(place: Place) -> None:
    finding = events_are_reported(place.watcher.settings, lambda _: None, lambda *_: False)
    assert finding.state == "warning"
    assert "every 2 s" in finding.found
    assert "fs.inotify.max_user_watches" in finding.fix


def test_a_program_that_lacks_its_packages_still_says_so(tmp_path: Path) -> None:
    for package in ("numpy", "cv2", "ai_edge_litert", "watchdog", "packaging"):
        (tmp_path / f"{package}.py").write_text(
            f'raise ModuleNotFoundError("No module named {package}", name="{package}")'
        )
    ended = ran(DOCTOR, tmp_path, tmp_path, SHIPPED.parents[1], *sys.path)
    assert ended.returncode == 1
    assert ended.stderr == ""
    assert "FAILED  model: a part of the program cannot be loaded (No module named" in ended.stdout
    assert "install the watcher again" in ended.stdout
    assert "ok      inbox: " in ended.stdout


def test_what_the_program_demands_is_held_against_what_is_installed() -> None:
    demanded = packages.Demands(
        "installed",
        ">=3.11",
        (
            "numpy>=2.0",
            "watchdog>=6",
            'msvc-runtime; sys_platform == "win32"',
            'tensorflow; extra == "training"',
        ),
    )
    there = {"numpy": "2.4.6", "watchdog": "7.0rc1"}
    assert packages.versions_fit(demanded, there.get).state == "ok"
    del there["watchdog"]
    found = packages.versions_fit(demanded, there.get)
    assert "watchdog is missing" in found.found
    assert found.fix == 'python -m pip install --upgrade "watchdog>=6"'
    newer = packages.Demands("installed", ">=4", ())
    assert "install a Python in that range" in packages.versions_fit(newer, there.get).fix
    assert packages.versions_fit(None, there.get).state == "warning"


@pytest.mark.parametrize(
    ("place", "sign"),
    [
        ("OneDrive/Drawings", "in OneDrive"),
        ("OneDrive - Fabrikam/Drawings", "in OneDrive - Fabrikam"),
        ("Dropbox/a", "in Dropbox"),
        ("Google Drive/a", "in Google Drive"),
        ("GoogleDrive-me@example.org/My Drive", "in GoogleDrive-me@example.org"),
        ("My Drive", "in Google Drive"),
        ("Library/Mobile Documents/com~apple~CloudDocs/a", "in Mobile Documents"),
        ("iCloudDrive/a", "in iCloudDrive"),
        ("Drawings", ""),
        ("My OneDrive drawings", ""),
        ("Dropboxes", ""),
    ],
)
def test_a_cloud_is_known_by_what_its_program_calls_its_folder(
    tmp_path: Path, place: str, sign: str
) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True)
    assert cloud_of(folder, {}) == sign


@pytest.mark.parametrize(
    ("attributes", "tag", "is_a_clouds"),
    [
        (0x20, 0, False),
        (0x80020, 0, True),  # pinned: always kept on this device
        (0x100020, 0, True),  # unpinned: may be freed
        (0x420, 0x9000001A, True),
        (0x420, 0x9000601A, True),
        (0x420, 0xA000000C, False),  # a symbolic link
        (0x420, 0x80000017, False),  # compressed by Windows itself
    ],
)
def test_a_cloud_is_known_by_what_it_marks(attributes: int, tag: int, is_a_clouds: bool) -> None:
    assert is_marked_by_a_cloud(attributes, tag) is is_a_clouds


def test_a_service_that_cannot_start_here_is_found(tmp_path: Path) -> None:
    ours = Service(sys.executable, str(tmp_path))

    def judged(python: str, folder: str, belongs_to: str = ours.belongs_to) -> tuple[str, str]:
        service = Installed(tmp_path / "unit", Record(belongs_to, python, folder))
        finding = judge_service(service, ours)
        assert bool(finding.fix) == (finding.state != "ok")
        return str(finding.state), finding.found

    assert judge_service(None, ours).state == "ok"
    assert judged(ours.python, ours.folder)[0] == "ok"
    assert judged("", "", "")[0] == "ok", "one that nobody knows of is not judged"
    missing = str(tmp_path / "old" / "python")
    assert judged(missing, ours.folder) == (
        "failed",
        f"the installed service cannot start: its Python {missing} is missing",
    )
    assert judged(ours.python, missing)[0] == "failed"
    other = tmp_path / "python"
    other.touch()
    assert judged(str(other), ours.folder)[0] == "warning"
    assert judged(str(other), ours.folder, "/other.toml")[0] == "ok"
