"""A watcher with a recogniser that costs nothing: `stub_watcher.py ROOT once|watch [OPTION ...]`.

It files what is in ROOT/inbox as ROOT/config.toml says, and is what the tests kill, starve and run
twice. Everything but the recogniser is the real thing; `no-links` refuses links as FAT
does, `clock` sets the clock by the seconds in ROOT/offset, `mortal` dies of a drawing marked KILL,
`impatient` hangs at one marked HANG, and may judge for a second only.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.links import refuse_link
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
from watcher.daemon.wakeup import Wakeup, end_on_signals
from watcher.filing.judge import Judge
from watcher.fs.lock import AnotherWatcherError
from watcher.recognition import Recognition
from watcher.recognition.formats import is_complete


class Mortal(Stub):
    """Dies of some drawings, and hangs at others."""

    def recognise(self, files: Sequence[bytes]) -> list[Recognition]:
        for data in files:
            if b"KILL" in data:
                os.kill(os.getpid(), signal.SIGKILL)
            if b"HANG" in data:
                time.sleep(60)
        return super().recognise(files)


@dataclass(frozen=True, slots=True)
class ImpatientContext(Context):
    """Judges for a second at most."""

    def judge(self) -> Judge:
        return Judge(self.recogniser(), None, 1 << 20, self.clock.now, lambda _: 1.0)


def main(root: Path, command: str, options: Sequence[str]) -> int:
    if "no-links" in options:
        os.link = refuse_link
    wakeup = Wakeup()
    offset = Clock(lambda: time.time() + float((root / "offset").read_text()))
    clock = offset if "clock" in options else Clock()
    reporter = Reporter(Terminal(), clock)
    file = root / "config.toml"

    def read() -> Settings:
        return load(file, inbox=root / "inbox")

    def work_with(settings: Settings) -> Context:
        kind = ImpatientContext if "impatient" in options else Context
        recogniser = Mortal if {"mortal", "impatient"}.intersection(options) else Stub
        return kind(settings, recogniser, is_complete, reporter, wakeup, clock)

    with end_on_signals(wakeup), reporter.open():
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
