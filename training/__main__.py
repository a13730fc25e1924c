"""`python -m training`: train the model that the watcher uses; see `training.cli`."""

import sys

from training.cli import run

if __name__ == "__main__":
    sys.exit(run())
