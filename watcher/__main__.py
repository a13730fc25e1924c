"""The program's entry point; see `watcher.cli.main`."""

import sys

from watcher.cli.main import run
from watcher.exit_status import ExitStatus


def main() -> int:
    """Run the command line and return the exit status."""
    try:
        return int(run(sys.argv[1:]))
    except KeyboardInterrupt:  # Pressed before the watcher handles signals itself.
        return int(ExitStatus.FAILED)


if __name__ == "__main__":
    sys.exit(main())
