"""`python -m tests.bench [--quick] [MEASURE ...]`: the watcher, the limit, OpenCV, the usual script, in turn.

Prints one table of medians and writes it with all samples as JSON. All of it takes about half an hour
on 2 cores (`--quick` a few minutes), and says the most on a machine that does nothing else. Linux only,
for what it reads of processes; `answers` and `outbox` take 4 GB, `kinds` needs the extra `training`.
`python -m tests.bench training` is about training: see `learning.py`; `python -m tests.bench spark` about
Spark: see `spark.py`.
"""

import argparse
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests.bench import learning
from tests.bench.measures import FULL, MEASURES, QUICK, SMALLEST, Bench, about
from tests.bench.programs import PROGRAMS
from tests.bench.table import Row, as_text, write_json

_AMOUNTS = {"full": FULL, "quick": QUICK, "smallest": SMALLEST}


def main(words: list[str]) -> int:
    """Runs the measures asked for; 1 if a bar is not met."""
    if words[:1] == ["training"]:
        return learning.main(words[1:])
    if words[:1] == ["spark"]:
        from tests.bench import spark

        return spark.main(words[1:])
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--amounts", choices=_AMOUNTS, default="full")
    parser.add_argument("--quick", dest="amounts", action="store_const", const="quick")
    parser.add_argument("--without-peer", action="store_true", help="TensorFlow takes its time")
    parser.add_argument("--folder", type=Path, help="where to lay drawings: which disk is measured")
    parser.add_argument("--json", type=Path, default=Path("runs/bench.json"), metavar="FILE")
    options = parser.parse_args(words)
    if unknown := set(options.measures) - MEASURES.keys():
        parser.error(f"no measure {', '.join(sorted(unknown))}: expected {', '.join(MEASURES)}")
    has_peer = not options.without_peer and find_spec("tensorflow") is not None
    programs = PROGRAMS if has_peer else PROGRAMS[:-1]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        bench = Bench(_AMOUNTS[options.amounts], Path(folder), programs)
        rows: list[Row] = []
        for name in options.measures or MEASURES:
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows += MEASURES[name](bench)
            write_json(rows, about(bench), options.json)
    print(as_text(rows))
    return int(any(row.is_met(bar) is False for row in rows for bar in row.bars))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
