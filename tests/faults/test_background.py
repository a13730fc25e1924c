"""The service as it will run: installed into a real `systemd --user`, killed, and removed again.

And, for machines that can have none, its command as the unit has it, run by a test that does what
systemd would.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.manager import CannotStartError, Manager
from tests.faults.workplace import Workplace, environment
from tests.support import units
from tests.support.pictures import paint_digit, png
from watcher.recognition.recogniser import MODEL_FILE, SHIPPED
from watcher.service import systemd
from watcher.service.description import RESTART_SECONDS, Service

REPOSITORY = Path(__file__).parents[2]
UNIT = systemd.UNIT
WATCHER = [sys.executable, "-m", "watcher"]
SOON = 30.0

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="there is no systemd on Windows or macOS"),
    pytest.mark.skipif(
        not (SHIPPED / MODEL_FILE).exists(), reason="the shipped model is not there"
    ),
]


def until(is_so: Callable[[], object], what: str, seconds: float = SOON) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    try:
        manager = Manager(tmp_path / "systemd", environment())
    except CannotStartError as error:
        pytest.skip(f"a systemd --user cannot be started here: {error}")
    yield manager
    manager.close()


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "a place é 数字 50% $x")


def run(place: Workplace, manager: Manager, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as a user gives it, from the folder that has the program."""
    return subprocess.run(
        [*WATCHER, "--config", str(place.root / "config.toml"), *words],
        cwd=REPOSITORY,
        env=manager.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def drawn(place: Workplace, name: str, digit: int) -> None:
    place.save(name, png(paint_digit(digit)))


def is_filed(place: Workplace, name: str) -> bool:
    return any(row["file"] == name for row in place.rows())


@pytest.mark.slow
def test_from_its_installation_over_its_death_to_its_end(
    place: Workplace, manager: Manager, tried: Counter[str]
) -> None:
    ended = run(place, manager, "install")
    assert ended.returncode == 0, ended.stderr
    assert manager.show(UNIT, "ActiveState") == "active", "it said that it was ready"
    assert manager.show(UNIT, "StatusText") == "watching"
    assert manager.show(UNIT, "UnitFileState") == "enabled"
    status = json.loads(run(place, manager, "status", "--json").stdout)
    assert str(status["pid"]) == manager.show(UNIT, "MainPID")
    assert (status["state"], status["service"]["is_ours"]) == ("running", True)
    drawn(place, "first.png", 7)
    until(lambda: is_filed(place, "first.png"), "the first drawing was not filed")

    os.kill(status["pid"], signal.SIGKILL)
    died = time.monotonic()
    assert run(place, manager, "status").returncode == 3
    drawn(place, "second.png", 3)
    until(lambda: is_filed(place, "second.png"), "the second drawing was not filed")
    started = int(manager.show(UNIT, "ExecMainStartTimestampMonotonic")) / 1e6
    assert RESTART_SECONDS - 0.5 < started - died < RESTART_SECONDS + 5
    assert run(place, manager, "status").returncode == 0
    tried["services killed and back"] += 1

    again = run(place, manager, "install")
    assert again.returncode == 0, again.stderr
    assert "replaces" not in again.stdout
    gone = run(place, manager, "uninstall")
    assert gone.returncode == 0, gone.stderr
    assert manager.show(UNIT, "LoadState") == "not-found"
    assert run(place, manager, "status").returncode == 3
    assert [path for path in manager.home.rglob("*") if not path.is_dir()] == []
    place.check()


def test_it_is_ready_during_a_failure_too_and_says_which(
    place: Workplace, manager: Manager
) -> None:
    (place.outbox / ".watcher" / "lock").mkdir(parents=True)  # It can hold no folder so.
    ended = run(place, manager, "install")
    assert ended.returncode == 0, ended.stderr
    assert manager.show(UNIT, "ActiveState") == "active"
    assert "cannot be used" in manager.show(UNIT, "StatusText")
    drawn(place, "a.png", 1)
    (place.outbox / ".watcher" / "lock").rmdir()
    until(lambda: is_filed(place, "a.png"), "the drawing was not filed once the failure was over")
    assert manager.show(UNIT, "NRestarts") == "0"
    until(lambda: manager.show(UNIT, "StatusText") == "watching", "it still says the failure")


def test_with_wrong_settings_it_is_not_started_again_and_again(
    place: Workplace, manager: Manager
) -> None:
    assert run(place, manager, "install").returncode == 0
    config = place.root / "config.toml"
    right = config.read_text()
    config.write_text("nonsense")
    manager.ask("restart", UNIT)
    until(lambda: manager.show(UNIT, "ActiveState") == "failed", "it did not end")
    assert manager.show(UNIT, "ExecMainStatus") == "2"
    config.write_text(right)
    assert run(place, manager, "install").returncode == 0
    assert manager.show(UNIT, "ActiveState") == "active"


def test_systemd_runs_the_command_whatever_the_paths_are(tmp_path: Path, manager: Manager) -> None:
    folder = manager.home / ".config" / "systemd" / "user"
    folder.mkdir(parents=True)
    services: dict[str, Service] = {}
    for number, name in enumerate(units.NASTY_NAMES):
        here = tmp_path / name
        here.mkdir()
        program = here / "python"
        program.write_text(
            f"#!{sys.executable}\nimport json, os, sys\n"
            "with open('ran.part', 'w') as ran: json.dump([sys.argv, os.getcwd()], ran)\n"
            "os.rename('ran.part', 'ran.json')\n"
        )
        program.chmod(0o755)
        services[f"nasty-{number}.service"] = service = Service(
            str(program), str(here), here / "c.toml", inbox=here
        )
        (folder / f"nasty-{number}.service").write_bytes(systemd.unit(service))
    assert manager.ask("daemon-reload").returncode == 0
    manager.ask("start", "--no-block", *services)
    for unit, service in services.items():
        ran = Path(service.folder, "ran.json")
        until(ran.exists, f"{unit} did not run: {service.folder!r}")
        assert json.loads(ran.read_text()) == [
            [service.command[0], *service.command[1:]],
            service.folder,
        ]
    manager.ask("stop", *services)


def test_the_command_of_the_unit_run_as_written_is_ready_lives_and_comes_back(
    place: Workplace, tmp_path: Path
) -> None:
    printed = subprocess.run(
        [*WATCHER, "--config", str(place.root / "config.toml"), "install", "--print"],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    unit = units.values(printed.stdout)
    command = units.command(unit["ExecStart"])
    folder = units.specified(unit["WorkingDirectory"])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(SOON)
        told = {**environment(), "NOTIFY_SOCKET": str(tmp_path / "notify")}

        def heard() -> list[str]:
            return listener.recv(4096).decode().split("\n")

        for name in ("first.png", "second.png"):
            process = subprocess.Popen(command, cwd=folder, env=told, stdout=subprocess.DEVNULL)
            try:
                assert heard() == ["READY=1", "WATCHDOG=1", "STATUS=watching"]
                drawn(place, name, 7)
                until(lambda name=name: is_filed(place, name), f"{name} was not filed")
                if name == "second.png":
                    process.terminate()
                    assert process.wait(SOON) == 0
                    while (message := heard()) != ["STOPPING=1"]:
                        assert "WATCHDOG=1" in message
            finally:
                process.kill()
                process.wait()
            if name == "first.png":
                assert unit["Restart"] == b"on-failure"
                time.sleep(float(unit["RestartSec"]))
    place.check()
