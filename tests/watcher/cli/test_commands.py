"""The commands as a user runs them, each in a process of its own; what else they say, in this one."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.support.command_line import run_here

REPOSITORY = Path(__file__).parents[3]
MODEL = REPOSITORY / "watcher" / "recognition" / "digits.tflite"

needs_model = pytest.mark.skipif(not MODEL.exists(), reason="the shipped model is not there yet")

KEYS = ["file", "status", "digit", "confidence", "second_digit", "second_confidence", "reason"]


def started(*words: str, options: tuple[str, ...] = ()) -> list[str]:
    return [sys.executable, *options, "-m", "watcher", *words]


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def run(
    folder: Path, *words: str, options: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        started(*words, options=options),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def painted(path: Path) -> Path:
    """A one, as plain as Paint can draw it."""
    canvas = np.full((200, 200, 3), 255, np.uint8)
    cv2.line(canvas, (100, 40), (98, 160), (0, 0, 0), 10)
    path.write_bytes(cv2.imencode(".png", canvas)[1].tobytes())
    return path


def test_help_is_instant_and_imports_nothing_heavy(tmp_path: Path) -> None:
    ended = run(tmp_path, "--help", options=("-X", "importtime"))
    assert ended.returncode == 0
    for heavy in ("numpy", "cv2", "ai_edge_litert", "watchdog"):
        assert f"| {heavy}" not in ended.stderr.replace("|   ", "| ")


def test_the_second_of_two_stops_with_a_line_without_making_folders(tmp_path: Path) -> None:
    ended = run(tmp_path, "classify")
    assert ended.returncode == 2
    assert not list(tmp_path.iterdir())


def test_without_any_model_it_says_so(tmp_path: Path) -> None:
    if MODEL.exists():
        pytest.skip("the shipped model is there")
    ended = run(tmp_path, "classify", "a.png")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr


@needs_model
def test_classify_says_what_the_watcher_would_and_touches_nothing(tmp_path: Path) -> None:
    files = [painted(tmp_path / "b.png"), tmp_path / "none.png", tmp_path / "a.png"]
    files[2].write_bytes(b"text")
    ended = run(tmp_path, "classify", "--json", *[file.name for file in files])
    assert ended.returncode == 1, "one could not be read"
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line["file"] for line in lines] == ["b.png", "none.png", "a.png"]
    assert all(list(line) == KEYS for line in lines)
    assert lines[0]["digit"] == 1
    assert [line["status"] for line in lines[1:]] == ["rejected", "rejected"]
    assert lines[1]["reason"] == "not found"
    assert lines[2]["digit"] is lines[2]["confidence"] is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


@needs_model
def test_classify_imports_nothing_that_only_training_needs(tmp_path: Path) -> None:
    painted(tmp_path / "b.png")
    ended = run(tmp_path, "classify", "b.png", options=("-X", "importtime"))
    assert ended.returncode == 0
    for heavy in ("tensorflow", "keras", "pandas", "sklearn", "matplotlib"):
        assert heavy not in ended.stderr


@needs_model
def test_a_file_that_does_not_exist_is_not_found(tmp_path: Path) -> None:
    ended = run_here(tmp_path, "classify", "nothere.png")
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "nothere.png: not found\n", "")


@needs_model
def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("b.png", "a.png", ".hidden.png"):
        painted(tmp_path / "in" / name)
    ended = run_here(tmp_path, "classify", "in", "--json")
    names = [Path(json.loads(line)["file"]).name for line in ended.stdout.splitlines()]
    assert names == ["a.png", "b.png"]


@needs_model
def test_a_file_that_cannot_even_be_looked_at_has_its_line(tmp_path: Path) -> None:
    painted(tmp_path / "b.png")
    ended = run_here(tmp_path, "classify", "x" * 300, "b.png")
    assert (ended.returncode, ended.stderr) == (1, "")
    first, second = ended.stdout.splitlines()
    assert first.startswith("xxx")
    # Windows says of such a name that there is no such file.
    assert ("not found" if sys.platform == "win32" else "cannot be read") in first
    assert second.startswith("b.png -> 1")


@needs_model
def test_the_files_of_a_folder_that_may_only_be_listed_have_their_lines(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    painted(closed / "a.png")
    closed.chmod(0o400)
    try:
        if os.access(closed / "a.png", os.R_OK):
            pytest.skip(
                "root reads every file, and Windows knows no folder that may only be listed"
            )
        ended = run_here(tmp_path, "classify", "closed", "closed/a.png")
    finally:
        closed.chmod(0o700)
    assert (ended.returncode, ended.stderr) == (1, "")
    line = "closed/a.png -> rejected (cannot be read: Permission denied)"
    assert ended.stdout.splitlines() == [line, line]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder in which a program runs")
@pytest.mark.parametrize(
    "words",
    [
        *[(), ("once",), ("classify", "a.png"), ("status",), ("log",), ("why", "a.png")],
        *[("install", "--print"), ("uninstall", "--print"), ("status", "--config", "{file}")],
    ],
)
def test_in_a_folder_that_was_deleted_a_command_ends_with_a_line(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    (tmp_path / "config.toml").touch()
    words = tuple(word.format(file=tmp_path / "config.toml") for word in words)
    ended = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", *started(*words)],
        cwd=folder,
        env={**environment(), "PYTHONPATH": str(REPOSITORY)},  # An empty entry ends Python itself.
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert "the working folder does not exist any more" in line


@needs_model
@pytest.mark.parametrize(
    "words", [["once", "--inbox", "i", "--outbox", "o"], ["--inbox", "i", "--outbox", "o", "once"]]
)
def test_once_files_what_is_there_and_sums_up(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "i").mkdir()
    painted(tmp_path / "i" / "é 数字 -1.png")
    ended = run(tmp_path, *words)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1].startswith("1 drawing: ")
    assert len(list((tmp_path / "o").glob("*/é 数字 -1.png"))) == 1
    assert run_here(tmp_path, *words).stdout == "no drawings\n"


def test_the_review_says_which_packages_it_lacks(tmp_path: Path) -> None:
    lacking = 'raise ModuleNotFoundError("No module named bottle", name="bottle")'
    (tmp_path / "bottle.py").write_text(lacking)
    ended = run(tmp_path, "review", "--no-browser")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [
        'the review needs two more packages: python -m pip install ".[review]"'
    ]


def test_the_review_serves_its_page_where_it_says(tmp_path: Path) -> None:
    pytest.importorskip("bottle", reason="the review's packages are missing")
    review = subprocess.Popen(
        started("review", "--no-browser"),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert review.stdout is not None
        words = review.stdout.readline().split()
        address = next(word for word in words if word.startswith("http://127.0.0.1:")).rstrip(";")
        with urllib.request.urlopen(address, timeout=20) as page:
            assert b"<title>Review" in page.read()
    finally:
        review.terminate()
        review.wait(10)


def test_a_browser_in_the_terminal_gets_the_reviews_page(tmp_path: Path) -> None:
    # It keeps whoever opens it waiting until it is left.
    pytest.importorskip("bottle", reason="the review's packages are missing")
    browser, page = tmp_path / "browser.py", tmp_path / "page"
    browser.write_text(
        "import os, sys, urllib.request\n"
        "content = urllib.request.urlopen(sys.argv[1], timeout=20).read()\n"
        "open('part', 'wb').write(content)\n"
        "os.replace('part', 'page')\n"
    )
    command = f'"{Path(sys.executable).as_posix()}" "{browser.as_posix()}" %s'
    review = subprocess.Popen(
        started("review"), cwd=tmp_path, env={**environment(), "BROWSER": command}
    )
    try:
        end = time.monotonic() + 20
        while not page.exists():
            assert time.monotonic() < end, "each waits for the other"
            time.sleep(0.05)
        assert b"<title>Review" in page.read_bytes()
    finally:
        review.terminate()
        review.wait(10)


@needs_model
def test_it_watches_until_it_is_told_to_end(tmp_path: Path) -> None:
    watcher = subprocess.Popen(
        started(), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert watcher.stdout is not None
    assert "config.toml was written" in watcher.stdout.readline()
    greeting = watcher.stdout.readline()
    assert str(tmp_path / "inbox") in greeting
    assert str(tmp_path / "outbox") in greeting
    painted(tmp_path / "inbox" / "un.png")
    began = time.monotonic()
    assert watcher.stdout.readline().startswith("un.png -> ")
    assert time.monotonic() - began < 1
    watcher.terminate()
    # On Windows this is no signal but the end at once.
    assert watcher.wait(2) == (0 if os.name == "posix" else 1)


def test_help_starts_without_logging_and_threads() -> None:
    code = (
        "import sys\n"
        "from watcher.cli.main import run\n"
        "print({'logging', 'concurrent.futures', 'numpy', 'sqlite3'} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "set()"
