"""A `systemd --user` of a test's own: with a home, a runtime folder and a control group of its own.

Where the machine was not started by systemd, one is made to believe that it was, in its own mounts.
The control group comes first: at the root, systemd would move every process of the machine.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

SYSTEMD = Path("/usr/lib/systemd/systemd")

# Where control groups are kept: one tree, or two beside the older ones.
_CGROUPS = [
    Path("/sys/fs/cgroup"),
    *(Path("/sys/fs/cgroup", name) for name in ("systemd", "unified")),
]

_BEGIN = """
set -e
for group in "$@"; do mkdir "$group"; echo $$ > "$group/cgroup.procs"; done
mount -t tmpfs none /run
mkdir -p /run/systemd/system
exec "$SYSTEMD" --user --log-target=console
"""


class CannotStartError(Exception):
    """Why there can be no systemd here."""


class Manager:
    """A running one; `environment` is what its services and whoever asks it are given."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.home = root / "home"
        runtime = root / "runtime"
        self.home.mkdir(parents=True)
        runtime.mkdir(mode=0o700)
        kept = {key: value for key, value in environment.items() if not key.startswith("DBUS_")}
        self.environment = {
            **kept,
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_RUNTIME_DIR": str(runtime),
            "SYSTEMD": str(SYSTEMD),
        }
        name = f"digit-watcher-test-{os.getpid()}-{time.monotonic_ns()}"
        self._groups = [root / name for root in _CGROUPS if (root / "cgroup.procs").exists()]
        if not (SYSTEMD.exists() and shutil.which("unshare") and self._groups):
            raise CannotStartError("there is no systemd, or no control groups")
        self._log = root / "systemd.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*("unshare", "--mount", "--propagation", "private", "sh", "-c", _BEGIN, "sh")]
                + [str(group) for group in self._groups],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait()
        except CannotStartError:
            self.close()
            raise

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["systemctl", "--user", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def show(self, unit: str, value: str) -> str:
        return self.ask("show", "--value", "-p", value, unit).stdout.strip()

    def close(self) -> None:
        """Ends it with all its services."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for group in self._groups:
            for folder in sorted(group.glob("**/"), reverse=True):
                with suppress(OSError):
                    folder.rmdir()

    def _wait(self) -> None:
        end = time.monotonic() + 20
        # `is-system-running` would look for the machine's own systemd first.
        while self.ask("show", "--value", "-p", "SystemState").stdout.strip() != "running":
            if self._process.poll() is not None or time.monotonic() > end:
                raise CannotStartError(self._log.read_text().strip()[-200:])
            time.sleep(0.05)
