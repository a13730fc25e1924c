"""A watcher with a recogniser that costs nothing: `stub_watcher.py ROOT once|watch [no-links] [clock]`.

It files what is in ROOT/inbox as ROOT/config.toml says, and is what the tests kill, starve and run
twice. Everything but the recogniser is the real thing; `no-links` refuses links as FAT
does, `clock` sets the clock by the seconds in ROOT/offset.
"""

import errno
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.stub import Stub
from watcher.clock import Clock
from watcher.config.folders import make_folders
from watcher.config.loading import load
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.daemon.config_reload import SettingsReloader
from watcher.daemon.context import Context
from watcher.daemon.loop import watch
from watcher.daemon.once import once
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup, ended_by_signals
from watcher.fs.lock import AnotherWatcherError
from watcher.recognition.formats import is_complete


def refused(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def main(root: Path, command: str, options: Sequence[str]) -> int:
    if "no-links" in options:
        os.link = refused
    wakeup = Wakeup()
    offset = Clock(lambda: time.time() + float((root / "offset").read_text()))
    clock = offset if "clock" in options else Clock()
    reporter = Reporter(Terminal(), clock)
    file = root / "config.toml"

    def read() -> Settings:
        return load(file, inbox=root / "inbox")

    def work_with(settings: Settings) -> Context:
        return Context(settings, Stub, is_complete, reporter, wakeup, clock)

    with ended_by_signals(wakeup), reporter.open():
        try:
            if command == "once":
                settings = read()
                make_folders(settings)
                return int(once(work_with(settings), lambda *_: None)[0])
            return int(watch(SettingsReloader(file, read, reporter, clock), work_with))
        except AnotherWatcherError as error:
            reporter.error(str(error))
            return 4


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
