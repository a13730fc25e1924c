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

from stub import Stub

from watcher.clock import Clock
from watcher.config import load, make_folders
from watcher.daemon import Work, once, watch
from watcher.lock import AnotherWatcherError
from watcher.messages import Terminal
from watcher.recognition.formats import is_complete
from watcher.wakeup import Wakeup, ended_by_signals


def refused(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def main(root: Path, command: str, options: Sequence[str]) -> int:
    settings = load(root / "config.toml", inbox=root / "inbox")
    make_folders(settings)
    if "no-links" in options:
        os.link = refused
    wakeup = Wakeup()
    clock = Clock(lambda: time.time() + float((root / "offset").read_text()))
    work = Work(
        settings,
        Stub,
        is_complete,
        Terminal(),
        wakeup,
        clock if "clock" in options else Clock(),
    )
    with ended_by_signals(wakeup):
        try:
            if command == "once":
                return int(once(work, lambda *_: None)[0])
            return int(watch(work))
        except AnotherWatcherError as error:
            work.terminal.warn(str(error))
            return 4


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
