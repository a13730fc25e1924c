"""`config`, the first run's file, `--quiet`, `--verbose` and messages without a terminal."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.command_line import run_here
from tests.watcher.cli.test_commands import environment, needs_model, painted, run, started
from watcher.config.settings import SETTINGS
from watcher.config.toml_text import default_file
from watcher.fs.long_paths import extend_path


def escape_for_terminal(folder: Path, *words: str) -> dict[str, dict[str, dict[str, object]]]:
    ended = run_here(folder, "config", "--json", *words)
    assert ended.returncode == 0, ended.stderr
    settings: dict[str, dict[str, dict[str, object]]] = json.loads(ended.stdout)["settings"]
    return settings


@needs_model
def test_config_shows_every_setting_and_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[watch]\nbatch_size = 8\n")
    settings = escape_for_terminal(tmp_path, "--inbox", "in")
    assert {section: set(keys) for section, keys in settings.items()} == {
        section: set(keys) for section, keys in SETTINGS.items()
    }
    assert settings["watch"]["batch_size"] == {
        "value": 8,
        "unit": "files",
        "origin": "config.toml",
    }
    assert settings["watch"]["rescan_seconds"]["origin"] == "default"
    inbox = settings["paths"]["inbox"]
    assert (inbox["value"], inbox["origin"]) == (str(tmp_path / "in"), "command line")
    trusted = settings["decision"]["min_confidence"]
    assert str(trusted["origin"]).startswith("the card of model ")
    assert isinstance(trusted["value"], float)
    assert os.listdir(tmp_path) == ["config.toml"], "it only looks"  # noqa: PTH208


@needs_model
def test_config_prints_a_file_that_says_the_same(tmp_path: Path) -> None:
    printed = run(tmp_path, "config", "--outbox", "é 数字 'out'").stdout
    parsed = tomllib.loads(printed)
    assert extend_path(Path(parsed["paths"]["outbox"])) == extend_path(tmp_path / "é 数字 'out'")
    (tmp_path / "again.toml").write_text(printed, encoding="utf-8")
    again = run_here(tmp_path, "config", "--config", "again.toml").stdout
    assert tomllib.loads(again) == parsed
    assert "# folder; again.toml" in again


@needs_model
def test_config_says_a_mistake_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[watch]\nbatch = 8\n")
    ended = run_here(tmp_path, "config")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1


def watched(folder: Path, *words: str, until: str) -> list[str]:
    """The lines of a watcher up to the one that starts with `until`; then it is ended."""
    watcher = subprocess.Popen(
        started(*words), cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert watcher.stdout is not None
    lines = []
    for line in watcher.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(until):
            break
    watcher.terminate()
    watcher.communicate(timeout=10)
    return lines


@needs_model
def test_the_first_run_lays_the_settings_and_no_later_one_does(tmp_path: Path) -> None:
    lines = watched(tmp_path, until="watching ")
    assert lines[0] == (
        f"{tmp_path / 'config.toml'} was written: every setting with its default, to change as you like"
    )
    file = tmp_path / "config.toml"
    assert file.read_bytes() == default_file().encode("utf-8")
    file.write_text("# mine\n")
    assert not any("config.toml" in line for line in watched(tmp_path, until="watching "))
    assert file.read_text() == "# mine\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml", "inbox", "outbox"]


@needs_model
def test_who_names_a_file_gets_no_other(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("")
    assert run_here(tmp_path, "once", "--config", "my.toml").returncode == 0
    assert not (tmp_path / "config.toml").exists()


@needs_model
def test_a_folder_where_it_cannot_be_written_has_the_defaults(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such folder")
    work = Path("/proc")
    if not work.exists():
        work = tmp_path / "work"
        work.mkdir(0o555)
    (tmp_path / "i").mkdir()
    folders = ("--inbox", str(tmp_path / "i"), "--outbox", str(tmp_path / "o"))
    first, _ = watched(work, *folders, until="watching ")
    assert "config.toml cannot be written" in first
    assert "the defaults are used without it" in first


@needs_model
def test_quiet_says_warnings_only_and_the_file_all(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    painted(tmp_path / "inbox" / "un.png")
    ended = run_here(tmp_path, "once", "--quiet")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    log = (tmp_path / "outbox" / ".watcher" / "watcher.log").read_text(encoding="utf-8")
    assert "un.png -> " in log
    assert "1 drawing: " in log


@needs_model
def test_verbose_says_what_it_waits_for(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[watch]\nsettle_seconds = 0.5\n")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "half.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    watcher = subprocess.Popen(
        started("--verbose"),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watcher.stdout is not None
    lines = []
    for line in watcher.stdout:
        lines.append(line)
        if "half.png -> rejected" in line:
            break
    watcher.terminate()
    watcher.wait(10)
    assert any("waiting until whole" in line and "half.png" in line for line in lines)


@needs_model
def test_without_any_output_it_files_and_writes_its_file(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    painted(tmp_path / "inbox" / "un.png")
    code = (
        "import sys; sys.stdout = sys.stderr = None\n"  # As under pythonw.
        "from watcher.__main__ import main\n"
        "sys.argv[1:] = ['once']\n"
        "sys.exit(main())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), timeout=60, check=False
    )
    assert ended.returncode == 0
    log = (tmp_path / "outbox" / ".watcher" / "watcher.log").read_text(encoding="utf-8")
    assert "un.png -> " in log


@pytest.mark.skipif(os.name != "posix", reason="systemd is Linux's")
def test_under_systemd_a_line_bears_its_priority(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    status = os.fstat(writing)
    with os.fdopen(reading) as lines:
        subprocess.run(
            started("--config", "none.toml"),
            cwd=tmp_path,
            env={**environment(), "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"},
            stderr=writing,
            timeout=60,
            check=False,
        )
        os.close(writing)
        assert lines.read().startswith("<3>none.toml: expected a settings file")


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is POSIX's")
@needs_model
def test_on_a_terminal_what_is_unsure_stands_out(tmp_path: Path) -> None:
    import pty

    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "text.png").write_bytes(b"no picture")
    main, side = pty.openpty()
    subprocess.run(
        started("once"),
        cwd=tmp_path,
        env={**environment(), "TERM": "xterm", "NO_COLOR": ""},
        stdout=side,
        stderr=side,
        timeout=60,
        check=False,
    )
    os.close(side)
    said = os.read(main, 1 << 16).decode()
    os.close(main)
    assert "\x1b[31mtext.png -> rejected" in said
    assert "\x1b" not in (tmp_path / "outbox" / ".watcher" / "watcher.log").read_text()
