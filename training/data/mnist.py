"""MNIST-JPG: a folder for each class, a JPG for each digit, in a zip or unpacked."""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.errors import FETCH, DatasetError, DatasetNotFoundError
from training.parallel import on_all_cores
from watcher.recognition import InkFinder, NotADrawingError, decode, normalise
from watcher.recognition.normalise import SIDE

# Pictures of each digit in MNIST (LeCun et al. 1998), by which a copy is known to be complete.
CLASS_COUNTS = {
    "training": (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
    "testing": (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
}

# What zipfile raises for a damaged, encrypted or unreadable entry.
_ZIP_ERRORS = (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError)


@dataclass(frozen=True, slots=True)
class Digits:
    """`images`: uint8 (n, 28, 28), normalised as the watcher sees them; `labels`: uint8 (n,), 0 to 9;
    `files`: the name of each in the zip or folder."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """A name such as `MNIST - JPG - training/7/12.jpg`."""

    digit: int
    number: int
    name: str


def read_labels(path: Path, part: str) -> NDArray[np.uint8]:
    """Return the labels (uint8, (n,)) of `part`, by its names; ordered and raising as `read_mnist`."""
    return np.array([entry.digit for entry in _entries(path, part, _names(path))], np.uint8)


def read_mnist(
    path: Path, part: str, finder: InkFinder, chosen: Sequence[int] | None = None
) -> Digits:
    """Return `part` ("training" or "testing") of MNIST-JPG at `path`, ordered by class and number.

    With `chosen`, return only the pictures at these places of that order, and in this order. Each JPG is
    decoded and normalised by the watcher's own code; `finder` finds the ink. Raises `DatasetError` where
    pictures are missing or damaged.
    """
    entries = _entries(path, part, _names(path))
    if chosen is not None:
        entries = [entries[place] for place in chosen]
    images = on_all_cores(
        partial(_image, path, finder), list(_read(path, entries)), f"MNIST-JPG {part}"
    )
    labels = np.array([entry.digit for entry in entries], np.uint8)
    return Digits(np.stack(images), labels, tuple(entry.name for entry in entries))


def find_mnist(data: Path) -> Path:
    """Return the zip, or the folder with JPGs, of MNIST-JPG in the data folder.

    Raises `DatasetNotFoundError` where there is neither.
    """
    folder = data / "mnist-jpg"
    zips = sorted(folder.glob("*.zip"))
    if zips:
        return zips[0]
    if any(folder.glob("**/*.jpg")):
        return folder
    raise DatasetNotFoundError(f"{folder}: no MNIST-JPG there, neither a zip nor a folder; {FETCH}")


def check_mnist(path: Path) -> None:
    """Raise `DatasetError` unless the zip or folder `path` holds all of MNIST-JPG.

    A zip's bytes are checked too; a folder's JPGs are when they are read.
    """
    names = list(_names(path))
    for part in CLASS_COUNTS:
        _entries(path, part, names)
    if path.is_dir():
        return
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except _ZIP_ERRORS as error:
        raise _damaged_zip(path, error) from error
    if damaged is not None:
        raise _damaged_zip(path, damaged)


def _entries(path: Path, part: str, names: Iterable[str]) -> list[_Entry]:
    """Return the JPGs of `part` among `names`; raise `DatasetError` unless each class is complete.

    Folders that are no class are ignored, as Jupyter's `.ipynb_checkpoints` is.
    """
    jpg = re.compile(rf"(?:.*/)?[^/]*{part}/([0-9])/([0-9]+)\.jpg", re.IGNORECASE)
    entries = sorted(
        _Entry(int(match[1]), int(match[2]), name)
        for name in names
        if (match := jpg.fullmatch(name))
    )
    counts = Counter(entry.digit for entry in entries)
    wrong = [
        f"{counts[digit]} instead of {expected} of digit {digit}"
        for digit, expected in enumerate(CLASS_COUNTS[part])
        if counts[digit] != expected
    ]
    if wrong:
        raise DatasetError(
            f"{path}: {part} pictures are missing or too many: {', '.join(wrong)}; "
            f"put a whole copy there, or remove it and {FETCH}"
        )
    return entries


def _names(path: Path) -> Iterable[str]:
    """Yield the names of all JPGs, with "/" between folders."""
    if path.is_dir():
        return (file.relative_to(path).as_posix() for file in path.rglob("*.jpg"))
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except _ZIP_ERRORS as error:
        raise _damaged_zip(path, error) from error


def _read(path: Path, entries: Iterable[_Entry]) -> Iterator[tuple[str, bytes]]:
    """Yield each JPG's name and bytes."""
    with nullcontext() if path.is_dir() else zipfile.ZipFile(path) as archive:
        for entry in entries:
            try:
                data = archive.read(entry.name) if archive else (path / entry.name).read_bytes()
            except _ZIP_ERRORS as error:
                raise _damaged_picture(path, entry.name, error) from error
            yield entry.name, data


def _image(path: Path, finder: InkFinder, jpg: tuple[str, bytes]) -> NDArray[np.uint8]:
    """Return a JPG, given by its name and bytes, as the watcher sees it (uint8, (28, 28))."""
    name, data = jpg
    try:
        normalised = normalise(decode(data), finder)
    except NotADrawingError as error:
        raise _damaged_picture(path, name, error) from error
    return np.zeros((SIDE, SIDE), np.uint8) if normalised is None else normalised.image


def _damaged_picture(path: Path, name: str, error: Exception) -> DatasetError:
    return DatasetError(
        f"{path / name}: {error or 'damaged'}; put a whole copy there, or remove {path} and {FETCH}"
    )


def _damaged_zip(path: Path, what: object) -> DatasetError:
    return DatasetError(f"{path}: not a whole zip ({what}); remove it and {FETCH}")
