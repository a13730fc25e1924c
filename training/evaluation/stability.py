"""Is a drawing read the same however it is drawn and saved? The same strokes in 24 renderings."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character
from training.drawing.paint import Canvas, paint
from training.drawing.sessions import Hand, Pen, Session, choose
from training.evaluation.exams import SEED, test_writers
from training.parallel import on_all_cores
from training.statistics.shares import interval
from training.wording import percent
from watcher.recognition import InkFinder, Normalised, Recogniser, decode, normalise

# Enough that the interval of "read the same in all" is narrower than 3 points.
DRAWINGS = 500

# The file of a run that keeps the result.
_FILE = "stability.json"

# Width and height of the canvas and height of the digit on it, in pixels.
CANVASES = (
    (28, 28, 22),
    (64, 64, 50),
    (200, 150, 110),
    (500, 500, 330),
    (1152, 648, 420),
    (1920, 1080, 240),
)

# How a digit is drawn and saved on each of the canvases.
LOOKS = ("pencil", "brush as JPEG", "white on black as BMP", "transparent, in a corner")

# The class of a rendering in which no ink was found, beside 0 to 9 and 10 (not a digit).
_NOTHING = 11


@dataclass(frozen=True, slots=True)
class Stability:
    """How alike `drawings` digits are read in `renderings` renderings each.

    `like_majority`: share of the readings that equal the majority of their drawing's readings;
    `alike_in_all`: share of the drawings that are read the same in all renderings, with its 95%
    interval. `by_rendering` has a row for each of `CANVASES` and a column for each of `LOOKS`: the
    share of its readings that equal their drawing's majority.
    """

    drawings: int
    renderings: int
    like_majority: float
    alike_in_all: float
    alike_interval: tuple[float, float]
    by_rendering: tuple[tuple[float, ...], ...]


def measure_stability(data: Path, recogniser: Recogniser) -> Stability:
    """Read 500 drawings by unseen writers in 24 renderings each, as files."""
    rng = np.random.default_rng(SEED)
    characters = test_writers(data)
    chosen = rng.choice(len(characters), DRAWINGS, replace=False)
    jobs = [(characters[index], number) for number, index in enumerate(chosen)]
    seen = on_all_cores(partial(_renderings, recogniser.finder), jobs, "renderings")
    readings = np.array([_classes(renderings, recogniser) for renderings in seen])
    majority = np.array([np.bincount(row).argmax() for row in readings])
    like = readings == majority[:, None]
    alike = int(like.all(axis=1).sum())
    by_rendering = like.mean(axis=0).reshape(len(CANVASES), -1).tolist()
    return Stability(
        drawings=len(readings),
        renderings=readings.shape[1],
        like_majority=float(like.mean()),
        alike_in_all=alike / len(readings),
        alike_interval=interval(alike, len(readings)),
        by_rendering=tuple(tuple(shares) for shares in by_rendering),
    )


def describe(stability: Stability) -> str:
    """Return `stability` in words, a line for each figure."""
    return (
        f"{stability.drawings} drawings in {stability.renderings} renderings\n"
        f"  {percent(stability.like_majority)} read like their drawing's majority\n"
        f"  {percent(stability.alike_in_all)} of drawings alike in all"
    )


def write_stability(stability: Stability, run: Path) -> None:
    """Write `stability` to the folder of a run."""
    (run / _FILE).write_text(json.dumps(asdict(stability), indent=1), encoding="utf-8")


def read_stability(run: Path) -> Stability | None:
    """Return what `write_stability` wrote; None if nothing."""
    try:
        kept = json.loads((run / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    low, high = kept.pop("alike_interval")
    by_rendering = tuple(tuple(row) for row in kept.pop("by_rendering"))
    return Stability(**kept, alike_interval=(low, high), by_rendering=by_rendering)


def _renderings(finder: InkFinder, job: tuple[Character, int]) -> list[Normalised | None]:
    character, number = job
    return [normalise(decode(file), finder) for file in _files(character, number)]


def _classes(seen: list[Normalised | None], recogniser: Recogniser) -> list[int]:
    """Return the class read in each rendering."""
    return [
        _NOTHING if one.probabilities is None else int(np.argmax(one.probabilities))
        for one in recogniser.read(seen)
    ]


def _files(character: Character, number: int) -> Iterator[bytes]:
    hand = choose(np.random.default_rng((SEED, number))).hand
    for canvas in CANVASES:
        for look in LOOKS:
            yield _file(character, _session(hand, canvas, look, number), look)


def _session(hand: Hand, canvas: tuple[int, int, int], look: str, seed: int) -> Session:
    width, height, tall = canvas
    session = Session(
        hand=hand,
        pen=Pen(width=1, square=False, smooth=False),
        width=width,
        height=height,
        digit_height=tall,
        left=(width - tall) / 2,
        top=(height - tall) / 2,
        supersampled=1,
        ink=(0, 0, 0),
        paper=(255, 255, 255),
        texture="plain",
        quality=0,
        seed=seed,
    )
    brush = max(2, min(24, tall // 9))
    match look:
        case "brush as JPEG":
            pen = Pen(width=brush, square=False, smooth=True)
            return replace(session, pen=pen, ink=(160, 40, 20), paper=(200, 240, 250))
        case "white on black as BMP":
            pen = Pen(width=max(1, brush // 2), square=True, smooth=False)
            return replace(session, pen=pen, ink=(255, 255, 255), paper=(0, 0, 0))
        case "transparent, in a corner":
            pen = Pen(width=max(1, brush // 2), square=False, smooth=True)
            margin = brush / 2 + 1
            return replace(session, pen=pen, left=margin, top=margin)
        case _:
            return session


def _file(character: Character, session: Session, look: str) -> bytes:
    canvas = paint(character, session)
    if look == "brush as JPEG":
        return _encode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, 75])
    if look == "white on black as BMP":
        return _encode(".bmp", canvas)
    if look == "transparent, in a corner":
        # Black ink whose strength is all in the alpha channel, as on a layer without paper.
        clear = np.zeros((*canvas.shape[:2], 4), np.uint8)
        clear[:, :, 3] = 255 - canvas
        return _encode(".png", clear)
    return _encode(".png", canvas)


def _encode(suffix: str, canvas: Canvas, parameters: list[int] | None = None) -> bytes:
    encoded: NDArray[np.uint8] = cv2.imencode(suffix, canvas, parameters or [])[1].astype(np.uint8)
    return encoded.tobytes()
