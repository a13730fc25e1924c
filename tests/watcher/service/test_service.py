"""The service: each system's file read by something that knows it, and brought there and away again.

The systems' own programs are stood in for by one that records its arguments, first on PATH.
"""

import json
import os
import plistlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import units
from tests.support.command_line import Ended, run_here
from watcher.daemon.heartbeat import BEAT_SECONDS
from watcher.service import launchd, systemd, tasks
from watcher.service.description import Plan, Record, Service
from watcher.service.installation import install, uninstall

SERVICE = Service(
    "/opt/python/bin/python", "/home/zoé/Digit watcher", PurePosixPath("/home/zoé/my 50%/c.toml")
)

# What a path may hold: every character but NUL, and on Linux any byte.
NAMES = st.text(st.characters(exclude_characters="\0/"), min_size=1).map(
    lambda name: name.encode("utf-8", "backslashreplace").decode("utf-8", "surrogateescape")
) | st.binary(min_size=1).map(
    lambda name: name.translate(None, b"\0/").decode("utf-8", "surrogateescape") or "x"
)


def record_of(service: Service) -> Record:
    """What the file of `service` has to say."""
    return Record(service.belongs_to, service.python, service.folder)


def test_the_unit_says_what_the_service_needs() -> None:
    unit = systemd.unit(SERVICE)
    values = units.values(unit)
    assert units.command(values["ExecStart"]) == [
        b"/opt/python/bin/python",
        b"-m",
        b"watcher",
        b"--config",
        "/home/zoé/my 50%/c.toml".encode(),
    ]
    assert values["WorkingDirectory"].decode() == "/home/zoé/Digit watcher"
    expected = {
        "Type": "notify",
        "Restart": "on-failure",
        "RestartSec": "5",
        "RestartPreventExitStatus": "2",
        "StartLimitIntervalSec": "0",
        "TimeoutStartSec": "infinity",
        "WantedBy": "default.target",
    }
    assert {key: values[key].decode() for key in expected} == expected
    assert int(values["WatchdogSec"]) >= 10 * BEAT_SECONDS
    assert systemd.read(unit) == record_of(SERVICE)


def unit_of(name: str) -> tuple[Service, dict[str, bytes]]:
    service = Service(f"/opt/{name}/python", f"/home/{name}", inbox=Path(f"/home/{name}/in"))
    return service, units.values(systemd.unit(service))


def ran(values: dict[str, bytes]) -> tuple[list[str], str]:
    """The command and the folder that a unit comes to, the shell between them done."""
    words = [os.fsdecode(word) for word in units.command(values["ExecStart"])]
    folder = os.fsdecode(units.specified(values["WorkingDirectory"]))
    if words[0] == "/bin/sh":
        assert words[:4] == ["/bin/sh", "-c", 'cd "$1" && shift && exec "$@"', "sh"]
        return words[5:], words[4]
    return words, folder


@pytest.mark.skipif(
    sys.platform == "win32", reason="needs the paths of a system other than Windows"
)
@given(NAMES)
def test_any_path_comes_back_from_the_unit(name: str) -> None:
    service, values = unit_of(name)
    assert ran(values) == (list(service.command), service.folder)
    assert systemd.read(systemd.unit(service)) == record_of(service)


@pytest.mark.skipif(
    sys.platform == "win32", reason="needs the paths of a system other than Windows"
)
@pytest.mark.parametrize("name", units.NASTY_NAMES)
def test_a_nasty_path_comes_back_from_the_unit(name: str) -> None:
    service, values = unit_of(name)
    assert ran(values) == (list(service.command), service.folder)
    assert systemd.read(systemd.unit(service)) == record_of(service)


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="there is no systemd on Windows or macOS"
)
@pytest.mark.parametrize("name", ["plain", *units.NASTY_NAMES])
def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path, name: str) -> None:
    program = tmp_path / name / "python"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    service = Service(str(program), str(program.parent), config=program.with_name("c.toml"))
    file = tmp_path / systemd.UNIT
    file.write_bytes(systemd.unit(service))
    ended = subprocess.run(
        ["systemd-analyze", "--user", "verify", "--man=no", str(file)],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
        check=False,
    )
    said = [line for line in ended.stderr.splitlines() if systemd.UNIT in line or name in line]
    assert (ended.returncode, said) == (0, [])


def test_the_agent_says_what_the_service_needs() -> None:
    agent = plistlib.loads(launchd.agent(SERVICE))
    assert agent == {
        "Label": "digit-watcher",
        "ProgramArguments": list(SERVICE.command),
        "WorkingDirectory": SERVICE.folder,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 5,
        "ProcessType": "Background",
        "BelongsTo": "/home/zoé/my 50%/c.toml",
    }
    assert launchd.read(launchd.agent(SERVICE)) == record_of(SERVICE)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff/")))
def test_any_path_comes_back_from_the_agent(name: str) -> None:
    service = Service(f"/opt/{name}/python", f"/home/{name}")
    agent = plistlib.loads(launchd.agent(service))
    assert (agent["ProgramArguments"][0], agent["WorkingDirectory"]) == (
        service.python,
        service.folder,
    )
    assert launchd.read(launchd.agent(service)) == record_of(service)


WINDOWS = Service(
    r"C:\Users\Zoé Müller\venv\Scripts\pythonw.exe",
    "C:\\Users\\Zoé Müller\\Digit & watcher\\",
    r"C:\Users\Zoé Müller\<7>\config.toml",
)
SCHEMA = {
    # The children that Microsoft's schema allows, of ours, and their order where it is a sequence
    # (triggerBaseType and logonTriggerType are; elsewhere any order will do).
    "Task": ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"],
    "RegistrationInfo": ["Description", "Source"],
    "Triggers": ["LogonTrigger"],
    "LogonTrigger": ["Repetition", "UserId"],
    "Repetition": ["Interval"],
    "Principals": ["Principal"],
    "Principal": ["UserId", "LogonType", "RunLevel"],
    "Settings": [
        "MultipleInstancesPolicy",
        "DisallowStartIfOnBatteries",
        "StopIfGoingOnBatteries",
        "StartWhenAvailable",
        "Hidden",
        "ExecutionTimeLimit",
        "RestartOnFailure",
    ],
    "RestartOnFailure": ["Interval", "Count"],
    "Actions": ["Exec"],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
}


def test_the_task_is_one_that_the_schema_knows() -> None:
    content = tasks.task(WINDOWS, "DESK\\Zoé Müller")
    assert content.decode("utf-16").startswith("<?xml version='1.0' encoding='utf-16'?>")
    assert content[:2] in (b"\xff\xfe", b"\xfe\xff")
    root = ElementTree.fromstring(content)
    prefix = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert root.attrib == {"version": "1.2"}
    children: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for element in root.iter():
        assert element.tag.startswith(prefix)
        name = element.tag.removeprefix(prefix)
        if len(element):
            children[name] = [child.tag.removeprefix(prefix) for child in element]
        else:
            texts[name] = element.text or ""
    assert children == SCHEMA
    assert texts == {
        "Description": "Files drawings of digits",
        "Source": r"C:\Users\Zoé Müller\<7>\config.toml",
        "UserId": "DESK\\Zoé Müller",
        "LogonType": "InteractiveToken",
        "RunLevel": "LeastPrivilege",
        "MultipleInstancesPolicy": "IgnoreNew",
        "DisallowStartIfOnBatteries": "false",
        "StopIfGoingOnBatteries": "false",
        "StartWhenAvailable": "true",
        "Hidden": "true",
        "ExecutionTimeLimit": "PT0S",
        "Interval": "PT1M",
        "Count": "255",
        "Command": r"C:\Users\Zoé Müller\venv\Scripts\pythonw.exe",
        "Arguments": r'-m watcher --config "C:\Users\Zoé Müller\<7>\config.toml"',
        "WorkingDirectory": "C:\\Users\\Zoé Müller\\Digit & watcher\\",
    }
    context = root.find(f"{prefix}Actions")
    principal = root.find(f"{prefix}Principals/{prefix}Principal")
    assert context is not None and principal is not None
    assert context.get("Context") == principal.get("id")
    assert tasks.read(content) == record_of(WINDOWS)


@pytest.mark.parametrize("read", [systemd.read, launchd.read, tasks.read])
@pytest.mark.parametrize(
    "content", [b"", b"<a/>", b"\xff\xfe<", b"X-Belongs-To=[", b"ExecStart", b"\0\xff"]
)
def test_a_file_that_is_none_of_ours_says_nothing(
    read: Callable[[bytes], Record], content: bytes
) -> None:
    assert read(content) == Record()


@dataclass
class Machine:
    """A home of its own, and programs that record their arguments; one may refuse."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = self.root / "home é"
        self.watcher = self.root / "desk 数字"
        programs = self.root / "programs"
        for folder in (self.home, self.watcher, programs):
            folder.mkdir()
        self.recorded = self.root / "recorded.jsonl"
        self.config = self.watcher / "config.toml"
        self.config.write_text("")
        script = (
            f"#!{sys.executable} -IS\n"
            "import json, os, sys\n"
            f"with open({str(self.recorded)!r}, 'a') as told:\n"
            "    told.write(json.dumps(sys.argv[1:]) + '\\n')\n"
            "if os.environ.get('REFUSED', 'nothing') in sys.argv:\n"
            "    sys.exit('Failed to connect to bus: No medium found\\nmore')\n"
        )
        for name in ("systemctl", "launchctl", "schtasks"):
            (programs / name).write_text(script)
            (programs / name).chmod(0o755)
        self.environment = {
            "PATH": str(programs),
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "APPDATA": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
        }

    @contextmanager
    def here(self, **environment: str) -> Iterator[None]:
        """Have the environment of the watcher's user."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**self.environment, **environment}.items():
                patch.setenv(name, value)
            yield

    def run(self, *words: str, **environment: str) -> Ended:
        with self.here(**environment):
            return run_here(self.watcher, *words)

    def commands(self) -> list[list[str]]:
        """What was told since the last question."""
        if not self.recorded.exists():
            return []
        lines = self.recorded.read_text().splitlines()
        self.recorded.unlink()
        return [json.loads(line) for line in lines]

    def files(self) -> list[Path]:
        return [path for path in self.home.rglob("*") if path.is_file()]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_print_shows_what_would_be_written_and_changes_nothing(machine: Machine) -> None:
    ended = machine.run("install", "--print")
    assert ended.returncode == 0, ended.stderr
    assert str(machine.config) in _text(ended.output)
    assert ended.stderr.count("\n") == 1
    assert (machine.files(), machine.commands()) == ([], [])
    assert [path.name for path in machine.watcher.iterdir()] == ["config.toml"]


needs_systemctl = pytest.mark.skipif(
    sys.platform != "linux", reason="systemctl is stood in for on Linux, not on Windows or macOS"
)


@needs_systemctl
def test_install_writes_what_print_showed_and_starts_it(machine: Machine) -> None:
    (machine.watcher / "in").mkdir()
    shown = machine.run("install", "--print", "--inbox", "in").output
    ended = machine.run("install", "--inbox", "in")
    assert ended.returncode == 0, ended.stderr
    file = machine.home / "config" / "systemd" / "user" / "digit-watcher.service"
    assert machine.files() == [file]
    assert file.read_bytes() == shown
    command = units.command(units.values(shown)["ExecStart"])
    inbox = str(machine.watcher / "in")
    assert [word.decode() for word in command[1:]] == [
        *("-m", "watcher", "--config", str(machine.config), "--inbox", inbox)
    ]
    assert machine.commands() == [
        ["--user", "daemon-reload"],
        ["--user", "enable", "digit-watcher.service"],
        ["--user", "restart", "digit-watcher.service"],
    ]
    assert "loginctl enable-linger" in ended.stdout
    made = {path.name for path in machine.watcher.iterdir()} - {"config.toml", "in"}
    assert not made, "no folder is made"


@needs_systemctl
def test_install_again_brings_it_up_to_date_without_a_word_of_another(machine: Machine) -> None:
    machine.run("install")
    machine.commands()
    ended = machine.run("install")
    assert (ended.returncode, "replaces" in ended.stdout) == (0, False)
    assert machine.commands()[-1] == ["--user", "restart", "digit-watcher.service"]


@needs_systemctl
def test_install_for_other_settings_says_whose_service_it_replaces(machine: Machine) -> None:
    machine.run("install")
    (machine.root / "other.toml").write_text("")
    ended = machine.run("--config", "../other.toml", "install")
    first = ended.stdout.splitlines()[0]
    assert first == f"replaces the service of {machine.config}"
    assert len(machine.files()) == 1


@needs_systemctl
def test_uninstall_removes_the_service_and_nothing_else(machine: Machine) -> None:
    machine.run("install")
    (machine.watcher / "outbox").mkdir()
    machine.commands()
    would = machine.run("uninstall", "--print")
    assert "would remove: " in would.stdout
    assert (len(machine.files()), machine.commands()) == (1, [])
    machine.config.write_text("nonsense")
    ended = machine.run("uninstall")
    assert ended.returncode == 0, "also where the settings are wrong by now"
    assert machine.files() == []
    assert machine.commands() == [
        ["--user", "disable", "--now", "digit-watcher.service"],
        ["--user", "daemon-reload"],
    ]
    assert sorted(path.name for path in machine.watcher.iterdir()) == ["config.toml", "outbox"]


@needs_systemctl
@pytest.mark.parametrize("command", ["start", "stop", "restart"])
def test_an_installed_service_is_started_stopped_and_restarted(
    machine: Machine, command: str
) -> None:
    machine.run("install")
    machine.commands()
    machine.config.write_text("nonsense")
    ended = machine.run(command)
    assert (ended.returncode, ended.stderr) == (0, ""), "also where the settings are wrong by now"
    assert ended.stdout.startswith(f"the service of {machine.config} is st")
    assert machine.commands() == [["--user", command, "digit-watcher.service"]]
    assert len(machine.files()) == 1
    refused = machine.run(command, REFUSED=command)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "No medium found): nothing was changed" in refused.stderr


@pytest.mark.parametrize("command", ["start", "stop", "restart"])
def test_without_a_service_none_is_started_or_stopped(machine: Machine, command: str) -> None:
    ended = machine.run(command)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [
        "no service is installed: python -m watcher install installs one"
    ]


def test_uninstall_of_nothing_is_one_line(machine: Machine) -> None:
    ended = machine.run("uninstall")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == ["no service is installed: nothing to remove"]
    assert machine.commands() == []


@needs_systemctl
def test_where_systemd_refuses_nothing_is_installed_and_one_line_says_what_to_do(
    machine: Machine,
) -> None:
    ended = machine.run("install", REFUSED="daemon-reload")
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(
        "systemctl --user daemon-reload failed (Failed to connect to bus: No medium found): "
        f"nothing was installed; have this run at your login instead, in {machine.watcher}: "
    )
    assert machine.files() == []


@needs_systemctl
def test_where_there_is_no_systemd_too(machine: Machine) -> None:
    ended = machine.run("install", PATH=str(machine.root))
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("there is no program systemctl here: nothing was installed")
    assert machine.files() == []


@needs_systemctl
def test_a_refused_update_leaves_the_service_that_was_there(machine: Machine) -> None:
    machine.run("install")
    before = machine.files()[0].read_bytes()
    (machine.watcher / "in").mkdir()
    assert machine.run("install", "--inbox", "in", REFUSED="enable").returncode == 1
    assert machine.files()[0].read_bytes() == before


@needs_systemctl
def test_a_service_that_does_not_start_is_told_and_stays_installed(machine: Machine) -> None:
    ended = machine.run("install", REFUSED="restart")
    assert ended.returncode == 1
    assert "it is installed but did not start" in ended.stderr
    assert len(machine.files()) == 1


@needs_systemctl
def test_a_service_that_cannot_be_stopped_stays_installed(machine: Machine) -> None:
    machine.run("install")
    ended = machine.run("uninstall", REFUSED="disable")
    (line,) = ended.stderr.splitlines()
    assert (ended.returncode, len(machine.files())) == (1, 1)
    assert "the service is still installed; end it yourself and delete" in line


def test_wrong_settings_are_told_before_anything_is_installed(machine: Machine) -> None:
    machine.config.write_text("[watch]\nrescan_seconds = 0\n")
    ended = machine.run("install")
    assert (ended.returncode, machine.files(), machine.commands()) == (2, [], [])


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are no programs of Windows")
@pytest.mark.parametrize(
    ("plan_at", "commands"),
    [
        (
            lambda service, home: launchd.plan(service, 501, home),
            [
                ["bootout", "gui/501/digit-watcher"],
                ["bootstrap", "gui/501", "HOME/Library/LaunchAgents/digit-watcher.plist"],
                ["bootout", "gui/501/digit-watcher"],
            ],
        ),
        (
            lambda service, home: tasks.plan(
                service, {"USERNAME": "zoé", "USERDOMAIN": "DESK"}, home
            ),
            [
                ["/End", "/TN", "digit-watcher"],
                [
                    *("/Create", "/TN", "digit-watcher", "/XML"),
                    *("HOME/AppData/Roaming/digit-watcher/digit-watcher.xml", "/F"),
                ],
                ["/Run", "/TN", "digit-watcher"],
                ["/End", "/TN", "digit-watcher"],
                ["/Delete", "/TN", "digit-watcher", "/F"],
            ],
        ),
    ],
    ids=["launchd", "Task Scheduler"],
)
def test_the_other_systems_are_told_so(
    machine: Machine, plan_at: Callable[[Service, Path], Plan], commands: list[list[str]]
) -> None:
    """What may fail, as ending what does not run, is no fault: their first command is refused."""
    plan = plan_at(Service("python", "folder"), machine.home)
    with machine.here(REFUSED=commands[0][0]):
        install(plan)
        assert plan.file.read_bytes() == plan.content
        uninstall(plan)
    assert not plan.file.exists()
    home = str(machine.home)
    assert [
        [word.replace(home, "HOME") for word in told] for told in machine.commands()
    ] == commands
    assert machine.files() == []


def _text(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return content.decode(encoding)
