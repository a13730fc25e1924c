"""`python -m watcher`; see `watcher.cli.main`."""

import sys

from watcher.cli.main import run
from watcher.exit_status import ExitStatus


def main() -> int:
    """Runs the command line; returns the exit status."""
    try:
        return int(run(sys.argv[1:]))
    except KeyboardInterrupt:  # Before the watcher listens to signals itself.
        return int(ExitStatus.FAILED)


if __name__ == "__main__":
    sys.exit(main())
