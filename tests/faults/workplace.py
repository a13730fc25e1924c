"""A folder with an inbox and an outbox, drawings for it, and the three invariants as a check."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas

from tests.support.fake_clock import FakeClock
from tests.support.in_process import InProcessWatcher
from tests.support.log_rows import logged_rows

HERE = Path(__file__).parent
STUB = HERE / "stub_watcher.py"
ROOT = HERE.parents[1]


# The watchers of the test that runs.
STARTED: list[subprocess.Popen[str]] = []


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Workplace:
    """`saved` maps the hash of all that a user saved into the inbox to how often it was saved.

    `other` is an outbox elsewhere; `options` are the stub watcher's.
    """

    root: Path
    saved: dict[str, int] = field(default_factory=dict)
    other: Path | None = None
    options: Sequence[str] = ()
    dialect: str = "standard"

    def __post_init__(self) -> None:
        self.outbox = self.other or self.root / "outbox"
        self.inbox.mkdir(parents=True, exist_ok=True)
        config = self.root / "config.toml"
        if not config.exists():
            log = f'[log]\ndialect = "{self.dialect}"\nlocale = "de_DE"\n'
            config.write_text(
                f"[paths]\noutbox = '{self.outbox}'\n"
                f"{'' if self.dialect == 'standard' else log}"
                "[watch]\nsettle_seconds = 0.05\nrescan_seconds = 0.2\n"
            )

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def log(self) -> Path:
        return self.outbox / "log.csv"

    @property
    def journal(self) -> Path:
        return self.outbox / ".watcher" / "journal.sqlite3"

    def save(self, name: str, data: bytes) -> Path:
        """A user saves: a temporary file and a rename, so that it is whole at once."""
        path = self.inbox / name
        part = self.inbox / ".saving.tmp"
        part.write_bytes(data)
        part.replace(path)
        self.saved[sha256(data)] = self.saved.get(sha256(data), 0) + 1
        return path

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(STUB), str(self.root), *words, *self.options]

    def run(self, *words: str, prefix: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*prefix, *self.command(*words)],
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(),
            check=False,
        )

    def file(self) -> None:
        """File and notice all there is, in this process."""
        clock = FakeClock(time.time())
        InProcessWatcher(self.root, clock=clock, outbox_folder=self.outbox).file()

    def start(self, *words: str, prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
        return _started([*prefix, *self.command(*words)], env=environment())

    def start_real(self, package: Path | None = None) -> subprocess.Popen[str]:
        """The watcher itself with its model; `package` is a folder with another copy of it."""
        path = environment()["PYTHONPATH"]
        return _started(
            [sys.executable, "-m", "watcher"],
            env={**environment(), "PYTHONPATH": os.pathsep.join([str(package or ""), path])},
            cwd=self.root,
        )

    def rows(self) -> list[dict[str, str]]:
        if not self.log.exists():
            return []
        return logged_rows(self.log)

    def filed(self) -> dict[str, Path]:
        """The files in the outbox's folders, by their place."""
        return {
            path.relative_to(self.outbox).as_posix(): path
            for folder in (*"0123456789", "unsure", "rejected")
            for path in (self.outbox / folder).glob("*")
        }

    def everywhere(self) -> list[Path]:
        """Every file of the user's, wherever it is."""
        inside = [
            Path(folder) / name
            for folder, _, names in os.walk(self.inbox)
            for name in names
            if name != "lock"
        ]
        again = [path for path in self.outbox.glob(".watcher-claims/*/*") if path.is_file()]
        return inside + again + list(self.filed().values())

    def check_nothing_lost(self) -> None:
        """Invariant 1, at any instant."""
        found = {sha256(path.read_bytes()) for path in self.everywhere()}
        missing = self.saved.keys() - found
        assert not missing, f"lost: {missing}"

    def check_soon(self, seconds: float = 5) -> None:
        """`check` beside a running watcher, which confirms a row just after it can be read."""
        end = time.monotonic() + seconds
        while True:
            try:
                self.check()
            except (AssertionError, FileNotFoundError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return

    def check(self) -> None:
        """The three invariants once the inbox is empty, by files, log and journal."""
        self.check_nothing_lost()
        self.check_filed()
        assert Counter(row["sha256"] for row in self.rows()) == self.saved

    def check_filed(self) -> None:
        """Invariants 2 and 3 of whatever is in the outbox, and that nothing of ours lies about."""
        leftovers = [path for path in self.inbox.rglob("*") if path.is_file()]
        assert [path.name for path in leftovers] == ["lock"], leftovers
        hidden = [p.name for p in self.outbox.iterdir() if p.name.startswith(".")]
        assert set(hidden) <= {".watcher", ".watcher-claims"}, hidden
        rows, filed = self.rows(), self.filed()
        if self.log.exists():
            separator = self.log.read_text(encoding="utf-8-sig")[2]
            table = pandas.read_csv(self.log, sep=separator, dtype=str, keep_default_na=False)
            if "utc" in table:
                table = table.drop(columns="time").rename(columns={"utc": "time"})
                table = table.replace(
                    {"confidence": ",", "second_confidence": ",", "seconds": ","}, ".", regex=True
                )
            assert table.to_dict("records") == rows
        assert sorted(row["filed_as"] for row in rows) == sorted(filed)
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            assert row["sha256"] == sha256(filed[row["filed_as"]].read_bytes())
        database = sqlite3.connect(self.journal)
        try:
            (journalled,) = database.execute("SELECT count(*) FROM rows").fetchone()
            (in_hand,) = database.execute("SELECT count(*) FROM claims").fetchone()
            length, seq = database.execute("SELECT length, rows FROM log").fetchone()
        finally:
            database.close()
        assert (journalled, in_hand) == (len(rows), 0)
        if rows:
            assert length == self.log.stat().st_size
            assert seq >= len(rows)


def kill_all_started() -> None:
    """A test that fails leaves no watcher behind."""
    while STARTED:
        process = STARTED.pop()
        if process.poll() is None:
            process.kill()
            process.wait()


def _started(
    command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None
) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    STARTED.append(process)
    return process


def environment() -> Mapping[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
