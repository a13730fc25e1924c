"""The same work on many inputs, on all cores, with a progress bar.

The processes stay for the next work, since starting them takes seconds.
"""

import functools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import TypeVar

import cv2
from tqdm import tqdm

Job = TypeVar("Job")
Result = TypeVar("Result")

# Inputs handed to a process at once: enough that handing over takes no time, few enough that the bar
# moves and that all cores have work to the end.
_MAX_CHUNK = 256
_CHUNKS_PER_CORE = 8


def on_all_cores(work: Callable[[Job], Result], jobs: Sequence[Job], title: str) -> list[Result]:
    """Return `work(job)` for each of `jobs`, in their order; `title` names the bar.

    `work` and `jobs` must be picklable.
    """
    chunk = min(_MAX_CHUNK, -(-len(jobs) // (_CHUNKS_PER_CORE * (os.cpu_count() or 1)))) or 1
    chunks = [jobs[start : start + chunk] for start in range(0, len(jobs), chunk)]
    results: list[Result] = []
    with tqdm(total=len(jobs), desc=title, unit="", leave=False, disable=None) as progress:
        for done in _processes().map(functools.partial(_work, work), chunks):
            results += done
            progress.update(len(done))
    return results


@functools.cache
def _processes() -> ProcessPoolExecutor:
    # Spawned, not forked: OpenCV's threads do not survive a fork (it hangs), and Windows has none.
    return ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    # Ctrl-C is for the process that waits, which then ends this one; a second traceback helps nobody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process once its parent has, which a kill gives no time to end it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _work(work: Callable[[Job], Result], jobs: Sequence[Job]) -> list[Result]:
    return [work(job) for job in jobs]
