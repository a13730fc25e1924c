"""What the command says where something is missing or wrong, in one line and without Spark's start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from watcher.spark.needs import NEEDS_JAVA, NEEDS_PACKAGES, missing

ROOT = Path(__file__).parents[2]
WHERE = ("--inbox", "in", "--outbox", "out", "--checkpoint", "cp")


def watcher(folder: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "watcher", "spark", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("words", [(), WHERE[:4], (*WHERE, "--max-files", "0")])
def test_a_wrong_command_line_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = watcher(tmp_path, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_without_java_it_says_so_and_what_to_do(tmp_path: Path) -> None:
    done = watcher(tmp_path, *WHERE, PATH=str(tmp_path), JAVA_HOME="")
    expected = NEEDS_PACKAGES if missing() == NEEDS_PACKAGES else NEEDS_JAVA
    assert (done.returncode, done.stderr.strip()) == (1, expected)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="not on Windows: a script stands in for Java")
@pytest.mark.skipif(missing() == NEEDS_PACKAGES, reason=NEEDS_PACKAGES)
def test_a_java_too_old_is_named(tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    done = watcher(tmp_path, *WHERE, JAVA_HOME=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.strip() == f'{NEEDS_JAVA} ({java} is openjdk version "11.0.2")'
