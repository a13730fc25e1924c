"""A watcher with a recogniser that costs nothing: `stub_watcher.py ROOT [once|watch]`.

It files what is in ROOT/inbox into ROOT/outbox, and is what the tests kill, starve and run twice.
Everything but the recogniser is the real thing.
"""

import sys
from pathlib import Path

from stub import Stub

from watcher.config import make_folders
from watcher.config import load as load_settings
from watcher.daemon import Work, once, watch
from watcher.messages import Terminal
from watcher.recognition.formats import is_complete
from watcher.wakeup import Wakeup, ended_by_signals


def main(root: Path, command: str) -> int:
    config = root / "config.toml"
    settings = load_settings(
        config if config.exists() else None, inbox=root / "inbox", outbox=root / "outbox"
    )
    make_folders(settings)
    wakeup = Wakeup()
    work = Work(settings, Stub, is_complete, Terminal(), wakeup)
    with ended_by_signals(wakeup):
        if command == "once":
            return int(once(work, lambda done, total: None)[0])
        return int(watch(work))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "once"))
