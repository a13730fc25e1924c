"""Much of the same work on all cores, with a bar that shows how far it is."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TypeVar

import cv2
from tqdm import tqdm

Job = TypeVar("Job")
Result = TypeVar("Result")

_CHUNK = 512


def on_all_cores(work: Callable[[Job], Result], jobs: Sequence[Job], told: str) -> list[Result]:
    """`work(job)` for each of `jobs`, in their order; `told` names the bar."""
    chunks = [jobs[start : start + _CHUNK] for start in range(0, len(jobs), _CHUNK)]
    results: list[Result] = []
    # Spawned, not forked: OpenCV's threads do not survive a fork (it hangs), and Windows has none.
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(mp_context=context) as pool,
        tqdm(total=len(jobs), desc=told, unit="") as progress,
    ):
        for done in pool.map(partial(_chunk, work), chunks):
            results += done
            progress.update(len(done))
    return results


def _chunk(work: Callable[[Job], Result], jobs: Sequence[Job]) -> list[Result]:
    cv2.setNumThreads(1)
    return [work(job) for job in jobs]
