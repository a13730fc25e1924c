"""What must hold before files are moved: an inbox that is one, and no other watcher."""

import os
import subprocess
import threading
from pathlib import Path

import pytest

from tests.support.command_line import run_here
from tests.watcher.cli.test_commands import environment, needs_model, painted, started
from watcher.layout import OUTBOX_FOLDERS


def watching(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A watcher that has begun to watch."""
    watcher = subprocess.Popen(
        started(*words), cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert watcher.stdout is not None
    for line in watcher.stdout:
        if line.startswith("watching "):
            break
    return watcher


def ended(watcher: subprocess.Popen[str]) -> str:
    watcher.terminate()
    return watcher.communicate(timeout=20)[0]


@pytest.mark.parametrize("command", [[], ["once"]])
def test_an_inbox_that_is_mistyped_is_not_made(tmp_path: Path, command: list[str]) -> None:
    refused = run_here(tmp_path, *command, "--inbox", "inbx")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"--inbox {tmp_path / 'inbx'}: no such folder")
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_once_sets_up_no_watcher_where_there_is_none(tmp_path: Path) -> None:
    refused = run_here(tmp_path, "once")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert "there is no inbox here: python -m watcher sets one up" in refused.stderr
    assert list(tmp_path.iterdir()) == []


@needs_model
def test_once_writes_no_settings_and_makes_an_inbox_that_settings_name(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    assert run_here(tmp_path, "once").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inbox", "outbox"]
    (tmp_path / "my.toml").write_text('[paths]\ninbox = "in"\n')
    assert run_here(tmp_path, "once", "--config", "my.toml").returncode == 0
    assert (tmp_path / "in").is_dir()


@needs_model
def test_the_digits_folders_exist_from_the_first_start_on(tmp_path: Path) -> None:
    ended(watching(tmp_path))
    folders = {path.name for path in (tmp_path / "outbox").iterdir() if path.name[0] != "."}
    assert folders >= set(OUTBOX_FOLDERS)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder with twelve documents and two drawings, one of them without an ending."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.pdf").write_bytes(b"%PDF-1.7")
    painted(folder / "a.png").rename(folder / "a")
    painted(folder / "b.png")
    return folder


@needs_model
@pytest.mark.parametrize("command", [[], ["once"], ["install"]])
def test_a_folder_of_other_files_is_noticed_before_anything_is_moved(
    documents: Path, command: list[str]
) -> None:
    before = sorted(documents.iterdir())
    refused = run_here(documents.parent, *command, "--inbox", "documents")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert "12 of 14 files are no pictures" in refused.stderr
    assert "nothing was moved" in refused.stderr
    assert sorted(documents.iterdir()) == before
    assert list(documents.parent.iterdir()) == [documents]


@needs_model
def test_who_wants_a_folder_of_other_files_says_so_once(documents: Path) -> None:
    taken = run_here(documents.parent, "once", "--inbox", "documents", "--any-files")
    assert taken.returncode == 0
    assert "14 drawings: " in taken.stdout
    for number in range(12):
        (documents / f"{number}.pdf").write_bytes(b"%PDF-1.7")
    assert "12 drawings: " in run_here(documents.parent, "once", "--inbox", "documents").stdout


@needs_model
def test_a_few_other_files_or_many_damaged_drawings_are_no_mistake(documents: Path) -> None:
    for number in range(3, 12):
        path = documents / f"{number}.pdf"
        path.rename(path.with_suffix(".PNG"))
    assert "14 drawings: " in run_here(documents.parent, "once", "--inbox", "documents").stdout


@needs_model
@pytest.mark.parametrize("command", [[], ["once"]])
def test_a_second_watcher_says_only_that_another_runs_and_how_to_end_it(
    tmp_path: Path, command: list[str]
) -> None:
    first = watching(tmp_path)
    second = run_here(tmp_path, *command)
    end = f"taskkill /PID {first.pid} /F" if os.name == "nt" else f"kill {first.pid}"
    assert (second.returncode, second.stdout) == (4, "")
    assert second.stderr.splitlines() == [
        f"another watcher already watches {tmp_path / 'inbox'} (process {first.pid}): "
        f"end it with Ctrl-C in its terminal, with {end}, or if it is the background service with "
        "python -m watcher stop"
    ]
    ended(first)


def test_too_few_threads_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    (tmp_path / "inbox").mkdir()
    monkeypatch.setattr(threading.Thread, "start", refuse)
    refused = run_here(tmp_path, "once")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "too few threads" in refused.stderr


@pytest.mark.parametrize(
    ("given", "value"), [("$PLACE/out", "here/out"), ("${PLACE}", "here"), ("$literal", "$literal")]
)
def test_a_variable_in_a_path_is_expanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, value: str
) -> None:
    monkeypatch.setenv("PLACE", "here")
    (tmp_path / "$literal").mkdir()
    ended = run_here(tmp_path, "log", "--outbox", given)
    assert ended.returncode == 0
    assert f"{tmp_path / value / 'log.csv'} has no rows" in ended.stdout


def test_an_unknown_variable_in_a_path_is_wrong_usage(tmp_path: Path) -> None:
    refused = run_here(tmp_path, "log", "--outbox", "$NO_SUCH_PLACE/out")
    assert refused.returncode == 2
    assert "expected the environment variable $NO_SUCH_PLACE to be set" in refused.stderr
