"""`python -m training`: from nothing to a published model and its report."""

import os
import sys

# Before TensorFlow is imported: its start-up notices are no news to anybody here.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    from training.cli import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
