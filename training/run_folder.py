"""The folder of a run: what its steps leave to each other, for one training at a time."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.evaluation.exam import Exam, load_exam
from training.evaluation.exams import EXAMS
from training.network.recipe import FINDER_PROGRESS, READER_PROGRESS
from watcher.errors import UserError
from watcher.fs.lock import open_lock_file, try_lock
from watcher.recognition.ink_finder import FINDER_FILE

# The exported model, how it read the exams, how the tutorial's CNN read them, and the ink finder.
MODEL, EXAM_FOLDER, BASELINE, FINDER = "model", "exams", "baseline", "finder"

# The file that says that the model was published or refused: the next training starts over.
_OVER = "over"

_LOCK = "lock"

# The file beside the exams that names the model that read them.
_EXAMINED = "model.txt"


class RunInUseError(UserError):
    """Another training uses the folder."""


@contextmanager
def hold_run(run: Path) -> Iterator[None]:
    """Hold the folder during the block; raise `RunInUseError` if another training holds it."""
    run.mkdir(parents=True, exist_ok=True)
    descriptor = open_lock_file(run / _LOCK)
    try:
        if not try_lock(descriptor):
            raise RunInUseError(
                f"{run}: another training runs in this folder; wait for its end, or give this one another "
                "folder with --run DIR"
            )
        yield
    finally:
        os.close(descriptor)


def finish(run: Path) -> None:
    """Note that the run's model was published or refused."""
    (run / _OVER).touch()


def is_finished(run: Path) -> bool:
    """Return whether the run's model was published or refused."""
    return (run / _OVER).exists()


def start_over(run: Path) -> None:
    """Delete what was fitted and measured in the folder; the drawn examples stay.

    The ink finder stays for its first training, and goes once that one's model was published or refused:
    the one in use may be newer by then.
    """
    if is_finished(run):
        FINDER_PROGRESS.forget(run / FINDER)
        (run / FINDER / FINDER_FILE).unlink(missing_ok=True)
    READER_PROGRESS.forget(run)
    (run / _OVER).unlink(missing_ok=True)
    for folder in (MODEL, EXAM_FOLDER, BASELINE):
        shutil.rmtree(run / folder, ignore_errors=True)


def begin_exams(run: Path, model: str) -> None:
    """Note that the exams of the folder are read by `model`; delete those that another model read."""
    folder = run / EXAM_FOLDER
    if _examined(folder) != model:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _EXAMINED).write_text(model, encoding="utf-8")


def check_exams(run: Path, model: str) -> None:
    """Raise `UserError` unless the exams of the folder were read by `model`."""
    reader = _examined(run / EXAM_FOLDER)
    if reader != model:
        state = f"its exams were read by {reader}, not by {model}" if reader else "no exams there"
        raise UserError(f"{run}: {state}; run 'python -m training evaluate' first")


def _examined(folder: Path) -> str | None:
    try:
        return (folder / _EXAMINED).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def load_exams(folder: Path) -> list[Exam]:
    """Return the exams kept in `folder`, in the order of a report."""
    paths = [folder / f"{kind.name}.npz" for kind in EXAMS]
    return [load_exam(path) for path in paths if path.exists()]
