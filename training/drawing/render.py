"""Examples from strokes: many people's many drawings, made on all cores, seen as the watcher sees them."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.examples import ABOUT, Examples
from training.data.strokes import Written
from training.drawing.paint import paint
from training.drawing.sessions import choose
from training.drawing.styles import varied
from watcher.recognition import Drawing, normalise
from watcher.recognition.normalise import SIDE


def draw(source: str, written: Sequence[Written], times: int, seed: int) -> Examples:
    """Each of `written` drawn `times` times in sessions of its own, in styles the data lacks too."""
    return _drawn(source, _draw_written, list(written) * times, seed)


def invent(
    source: str,
    invention: Callable[[np.random.Generator, str], Written],
    kinds: Sequence[str],
    times: int,
    seed: int,
) -> Examples:
    """`times` inventions of each of `kinds`, drawn."""
    return _drawn(source, partial(_draw_invention, invention), list(kinds) * times, seed)


@dataclass(frozen=True, slots=True)
class _Seen:
    image: NDArray[np.uint8]
    label: int
    style: str
    writer: str
    canvas: int
    pen: int


_Work = Callable[[Any, np.random.Generator], _Seen]
_CHUNK = 512


def _drawn(source: str, work: _Work, subjects: Sequence[Any], seed: int) -> Examples:
    # Each drawing has a seed of its own: the same whatever the number of processes.
    jobs = [(subject, (seed, number)) for number, subject in enumerate(subjects)]
    chunks = [jobs[start : start + _CHUNK] for start in range(0, len(jobs), _CHUNK)]
    seen: list[_Seen] = []
    # Spawned, not forked: OpenCV's threads do not survive a fork (it hangs), and Windows has none.
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(mp_context=context) as pool,
        tqdm(total=len(jobs), desc=f"drawing {source}", unit="") as progress,
    ):
        for drawn in pool.map(partial(_draw_chunk, work), chunks):
            seen += drawn
            progress.update(len(drawn))
    return Examples(
        np.stack([one.image for one in seen]) if seen else np.zeros((0, SIDE, SIDE), np.uint8),
        np.array([one.label for one in seen], np.uint8),
        pd.DataFrame(
            [(source, one.style, one.writer, one.canvas, one.pen) for one in seen],
            columns=list(ABOUT),
        ),
    )


def _draw_chunk(work: _Work, jobs: Sequence[tuple[Any, tuple[int, int]]]) -> list[_Seen]:
    cv2.setNumThreads(1)
    return [work(subject, np.random.default_rng(seed)) for subject, seed in jobs]


def _draw_written(written: Written, rng: np.random.Generator) -> _Seen:
    return _see(varied(rng, written), rng)


def _draw_invention(
    invention: Callable[[np.random.Generator, str], Written], kind: str, rng: np.random.Generator
) -> _Seen:
    return _see(invention(rng, kind), rng)


def _see(written: Written, rng: np.random.Generator) -> _Seen:
    """One drawing as the watcher sees it."""
    session = choose(rng, crop=True)
    normalised = normalise(Drawing(paint(written, session)))
    image = np.zeros((SIDE, SIDE), np.uint8) if normalised is None else normalised.image
    canvas = max(session.width, session.height)
    return _Seen(image, written.label, written.style, written.writer, canvas, session.pen.width)
