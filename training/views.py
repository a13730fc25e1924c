"""The ink finder's training data: views of pictures of all kinds, and where the ink is on them."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character
from training.drawing import glyphs, scribbles
from training.drawing.paint import Canvas
from training.drawing.scenes.kinds import KINDS, draw_kind, mixed
from training.drawing.scenes.sheet import Mask, Sheet
from training.drawing.styles import varied
from training.drawing.warp import by_another_hand
from training.parallel import on_all_cores
from training.splits import split_alphabets, split_pen_writers
from watcher import recognition
from watcher.recognition.types import as_uint8
from watcher.recognition.view import VIEW_CHANNELS, VIEW_SIDE, Placement, pooled, view_of


@dataclass(frozen=True, slots=True)
class Views:
    """Views and where ink is on them.

    `cells`: uint8 (n, 128, 128, 9), see `watcher.recognition.view`. `ink`: uint8 (n, 128, 128), 255 where a
    cell holds ink.
    """

    cells: NDArray[np.uint8]
    ink: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ink)


# Least coverage (of 255) at which a pixel is ink rather than a stroke's soft edge.
INKED = 100


def ink_view(ink: Mask) -> NDArray[np.uint8]:
    """Return a view's mask (uint8, (128, 128), 0 or 255): a cell that holds a pixel of ink is ink."""
    mask = as_uint8(cv2.threshold(ink, INKED - 1, 255, cv2.THRESH_BINARY)[1])
    place = Placement.of(*mask.shape)
    if place.stride <= 1:
        size = (place.columns, place.rows)
        enlarged = cv2.resize(ink, size, interpolation=cv2.INTER_LINEAR)
        cells = as_uint8(cv2.threshold(enlarged, INKED - 1, 255, cv2.THRESH_BINARY)[1])
    else:
        cells = pooled(mask, place, cv2.MORPH_DILATE)
    whole = np.zeros((VIEW_SIDE, VIEW_SIDE), np.uint8)
    place.crop(whole)[:] = cells
    return whole


def training_views(data: Path, pictures: int, seed: int, run: Path, cycle: int) -> Views:
    """Return views to train on: different ones in each `cycle`, the same for the same `seed`.

    They are kept in files in `run`, and read from there if the same code drew them for the same cycle.
    Raise `DatasetError` if the data is missing or damaged.
    """
    digits, _ = split_pen_writers(data)
    letters, _ = split_alphabets(data)
    return _kept(run, "training", (digits, letters), pictures, seed + cycle)


def validation_views(data: Path, pictures: int, run: Path) -> Views:
    """Return views by other writers to validate with; keep them and raise as `training_views` does."""
    _, digits = split_pen_writers(data)
    _, letters = split_alphabets(data)
    return _kept(run, "validation", (digits, letters), pictures, _VALIDATION_SEED)


# The same pictures validate every finder, so that their overlaps can be compared.
_VALIDATION_SEED = 77


def _kept(
    run: Path,
    name: str,
    characters: tuple[Sequence[Character], Sequence[Character]],
    count: int,
    seed: int,
) -> Views:
    """Return two views of each of `count` pictures: of the whole, and of a part that has the ink.

    Most show digits, some show letters, signs or scribbles, and a few have no ink at all.
    """
    key = json.dumps({"count": count, "seed": seed, "code": _code()})
    files = run / f"{name}-cells.npy", run / f"{name}-ink.npy"
    stamp = run / f"{name}.json"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != key:
        run.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        cells = np.lib.format.open_memmap(
            files[0], "w+", np.uint8, (2 * count, VIEW_SIDE, VIEW_SIDE, VIEW_CHANNELS)
        )
        ink = np.lib.format.open_memmap(files[1], "w+", np.uint8, (2 * count, VIEW_SIDE, VIEW_SIDE))
        drawn = _drawn(*characters, count, seed)
        for number, (view, mask) in enumerate(drawn):
            cells[number], ink[number] = view, mask
        cells.flush()
        ink.flush()
        stamp.write_text(key, encoding="utf-8")
    return Views(np.load(files[0], mmap_mode="r"), np.load(files[1], mmap_mode="r"))


# Pictures drawn at a time: their views take 1.3 GB on their way between the processes.
_PART = 4096

View = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def _drawn(
    written: Sequence[Character], others: Sequence[Character], count: int, seed: int
) -> Iterator[View]:
    rng = np.random.default_rng(seed)
    subjects = [_subject(rng, written, others) for _ in range(count)]
    jobs = [(subject, (seed, number)) for number, subject in enumerate(subjects)]
    for start in range(0, count, _PART):
        for pair in on_all_cores(_pair, jobs[start : start + _PART], "drawing views"):
            yield from pair


def _subject(
    rng: np.random.Generator, written: Sequence[Character], others: Sequence[Character]
) -> Character:
    """Return the character to draw: a digit in 84% of the cases."""
    chance = rng.random()
    digit = written[int(rng.integers(len(written)))]
    if chance < 0.76:
        return by_another_hand(rng, varied(rng, digit))
    if chance < 0.84:
        return glyphs.written_digit(rng, str(rng.choice(list(glyphs.DIGIT_STYLES))))
    if chance < 0.91 and others:
        return others[int(rng.integers(len(others)))]
    if chance < 0.95:
        return glyphs.written_not_digit(rng, str(rng.choice(list(glyphs.NOT_DIGITS))))
    kinds = [
        kind for kind in scribbles.KINDS if kind not in ("dot", "encircled", "polygon", "line")
    ]
    few = [written[int(number)] for number in rng.integers(len(written), size=12)]
    return scribbles.scribble(few, rng, str(rng.choice(kinds)))


# Share of pictures without any ink, among the kinds on which nothing else is drawn.
_BLANK = 0.03

_NEVER_BLANK = (
    "scribbles",
    "crossing lines",
    "underline",
    "box",
    "circle",
    "highlighter",
    "specks",
)


# Kinds of which fewer than four drawings in five were filed (150 of each kind by validation writers,
# November 2026): they are drawn twice as often.
_HARD_KINDS = (
    "ink: broken",
    "ink: spray can",
    "paper: squared",
    "circle",
    "selection",
    "underline",
    "crossing lines",
    "scribbles",
    "caption",
    "cursor",
    "photograph with glare",
    "photograph with a pen or finger",
    "photograph on a desk",
    "photograph of a notebook",
    "dithered",
    "faint, in a form",
)

_DRAWN_KINDS = (*KINDS, *_HARD_KINDS)


def _pair(job: tuple[Character, tuple[int, int]]) -> list[View]:
    subject, seed = job
    rng = np.random.default_rng(seed)
    name = str(rng.choice(_DRAWN_KINDS))
    kind = KINDS[name]
    is_blank = rng.random() < _BLANK and name not in _NEVER_BLANK
    sheet = draw_kind(rng, subject, kind if is_blank else mixed(rng, kind), is_blank=is_blank)
    part = closer(rng, sheet) if rng.random() < _CLOSER else looser(rng, sheet)
    return [(view_of(pixels), ink_view(ink)) for pixels, ink in ((sheet.pixels, sheet.ink), part)]


# Share of the second views that are as close as the ink allows; the others show more of what is round it.
_CLOSER = 0.6


def closer(rng: np.random.Generator, sheet: Sheet) -> tuple[Canvas, Mask]:
    """Return the pixels and the mask round the ink, square where there is room, its margin at random."""
    left, top, right, bottom = sheet.box
    side = max(right - left, bottom - top, _LEAST_SIDE) * (1 + rng.uniform(0.08, 0.9))
    x = (left + right) / 2 + rng.normal(0, 0.06) * side
    y = (top + bottom) / 2 + rng.normal(0, 0.06) * side
    return _square(sheet, x - side / 2, y - side / 2, side)


def looser(rng: np.random.Generator, sheet: Sheet) -> tuple[Canvas, Mask]:
    """Return the pixels and the mask of a square that has the ink anywhere in it, of any size.

    The finder sees such a part after a look that found other things beside the ink.
    """
    left, top, right, bottom = sheet.box
    least = max(right - left, bottom - top, _LEAST_SIDE)
    most = max(sheet.width, sheet.height, least)
    side = least * (most / least) ** rng.random()
    return _square(sheet, rng.uniform(right - side, left), rng.uniform(bottom - side, top), side)


# Least side of a part in pixels.
_LEAST_SIDE = 8


def _square(sheet: Sheet, x: float, y: float, side: float) -> tuple[Canvas, Mask]:
    """Return the pixels and the mask of a square, as much of it as is on the sheet."""
    x0 = min(int(max(0, x)), max(0, sheet.width - _LEAST_SIDE))
    y0 = min(int(max(0, y)), max(0, sheet.height - _LEAST_SIDE))
    x1, y1 = int(min(sheet.width, x + side) + 1), int(min(sheet.height, y + side) + 1)
    return sheet.pixels[y0:y1, x0:x1], sheet.ink[y0:y1, x0:x1]


def _code() -> str:
    """Return a hash of the source code that views depend on."""
    here = Path(__file__).parent
    sources = [
        Path(__file__),
        *sorted((here / "drawing").glob("**/*.py")),
        Path(recognition.__file__).parent / "view.py",
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
