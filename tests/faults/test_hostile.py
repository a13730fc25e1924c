"""Hundreds of hostile files through the real watcher and its model: each has its one row, or stays."""

import csv
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.hostile import Hostile, files, left_alone
from tests.faults.workplace import environment, sha256
from watcher.fs.names import as_text
from watcher.log.csv_injection import unescape_formula
from watcher.recognition.recogniser import MODEL_FILE, SHIPPED

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="these names and devices are POSIX's"),
    pytest.mark.skipif(
        not (SHIPPED / MODEL_FILE).exists(), reason=f"no model in {SHIPPED}: nothing can judge"
    ),
]

MAX_SECONDS = 120

# Measured: 230. A claim of a PNG chunk to be 2 GB long once made it 3,650.
MAX_MEMORY_MB = 500


def written(inbox: Path, corpus: list[Hostile]) -> dict[str, Hostile]:
    """Puts the corpus into the inbox; what came to lie there, by its name in the log."""
    there: dict[str, Hostile] = {}
    for file in corpus:
        try:
            (inbox / file.name).write_bytes(file.content)
        except OSError:  # This file system refuses such a name.
            continue
        there[as_text(file.name)] = file
    return there


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "outside"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def peak_memory_mb(pid: int) -> int:
    """The most that a process has had resident so far, 0 where the system does not tell.

    (What `wait4` tells is no less than its parent's memory at the fork, and pytest's may be a gigabyte.)
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) // 1024 if found else 0


def run_once(root: Path) -> tuple[int, str, str, int]:
    """Exit status, what was said, what was warned, and the peak memory in MB."""
    with (root / "out").open("wb") as out, (root / "err").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "watcher", "once"],
            cwd=root,
            env=environment(),
            stdout=out,
            stderr=err,
        )
        end, peak = time.monotonic() + MAX_SECONDS, 0
        while process.poll() is None:
            peak = peak_memory_mb(process.pid) or peak
            if time.monotonic() > end:
                process.kill()
                process.wait()
                raise AssertionError(f"it hangs: {(root / 'out').read_text()[-500:]}")
            time.sleep(0.02)
    said = (root / "out").read_text(encoding="utf-8")
    warned = (root / "err").read_text(encoding="utf-8")
    return process.returncode, said, warned, peak


def test_each_hostile_file_has_exactly_one_row_or_stays(
    tmp_path: Path, outside: Path, tried: Counter[str]
) -> None:
    inbox, outbox = tmp_path / "inbox", tmp_path / "outbox"
    inbox.mkdir()
    (tmp_path / "config.toml").write_text("[watch]\nsettle_seconds = 0.2\n")
    there = written(inbox, files())
    assert len(there) > 450
    untouched = {path: os.lstat(path) for path in left_alone(inbox, outside)}

    status, said, warned, memory = run_once(tmp_path)

    assert status == 0, warned
    assert "Traceback" not in said + warned
    assert len(said.splitlines()) == len(there) + 1, "a line each, whatever a file is called"
    assert memory < MAX_MEMORY_MB
    if sys.platform == "linux":
        assert memory > 0
    with (outbox / "log.csv").open(encoding="utf-8", newline="") as log:
        rows = list(csv.DictReader(log))
    assert Counter(unescape_formula(row["file"]) for row in rows) == Counter(there.keys())
    places = Counter(row["filed_as"] for row in rows)
    assert set(places.values()) == {1}
    filed = {
        path.relative_to(outbox).as_posix()
        for folder in (*"0123456789", "unsure", "rejected")
        for path in (outbox / folder).glob("*")
    }
    assert filed == set(places)
    wrong = []
    for row in rows:
        file = there[unescape_formula(row["file"])]
        assert (outbox / row["filed_as"]).read_bytes() == file.content, file.name
        assert row["sha256"] in (sha256(file.content), "" if len(file.content) > 50 << 20 else None)
        was_read = row["status"] != "rejected"
        if file.is_read is not None and was_read != file.is_read:
            wrong.append((file.name, row["status"], row["reason"]))
        assert was_read or row["reason"], f"{file.name} was rejected without a reason"
    assert not wrong
    for path, before in untouched.items():
        after = os.lstat(path)
        assert (after.st_ino, after.st_mode, after.st_size, after.st_mtime_ns) == (
            before.st_ino,
            before.st_mode,
            before.st_size,
            before.st_mtime_ns,
        ), path
    left = {path for path in inbox.iterdir() if path.name != ".watcher-claims"}
    assert left == {inbox / path.relative_to(inbox).parts[0] for path in untouched}
    tried["hostile files"] += len(there)
    tried["things left alone"] += len(untouched)
