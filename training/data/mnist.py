"""MNIST-JPG: a folder a class, a JPG a digit, in a zip or unpacked."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.errors import FETCH, DatasetError, DatasetNotFoundError
from watcher.recognition import decode, normalise
from watcher.recognition.normalise import SIDE

CLASS_COUNTS = {
    "training": (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
    "testing": (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
}
"""Pictures of each digit in MNIST (LeCun et al. 1998), by which a copy is known to be whole."""


@dataclass(frozen=True, slots=True)
class Digits:
    """`images`: uint8 (n, 28, 28), normalised as the watcher sees them; `labels`: uint8 (n,);
    `files`: where each came from."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    files: tuple[str, ...]


def read_mnist(path: Path, part: str) -> Digits:
    """Read `part` ("training" or "testing") of MNIST-JPG at `path`, a zip or an unpacked folder.

    Goes class folder by class folder; each JPG passes the watcher's own decoding and normalising.
    Raises `DatasetError` where pictures are missing.
    """
    images: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    files: list[str] = []
    with tqdm(total=sum(CLASS_COUNTS[part]), desc=f"MNIST-JPG {part}", unit=" JPG") as progress:
        for digit, name, data in _pictures(path, part):
            seen = normalise(decode(data))
            images.append(np.zeros((SIDE, SIDE), np.uint8) if seen is None else seen.image)
            labels.append(digit)
            files.append(name)
            progress.update()
    _check_counts(path, part, labels)
    return Digits(np.stack(images), np.array(labels, np.uint8), tuple(files))


def found_mnist(data: Path) -> Path:
    """The zip or unpacked folder of MNIST-JPG in the data folder; raises `DatasetError` without one."""
    folder = data / "mnist-jpg"
    zips = sorted(folder.glob("*.zip"))
    if zips:
        return zips[0]
    if any(folder.glob("**/*.jpg")):
        return folder
    raise DatasetNotFoundError(f"{folder}: no MNIST-JPG there, neither a zip nor a folder; {FETCH}")


def check_mnist(path: Path) -> None:
    """Raise `DatasetError` unless `path`, a zip or a folder, holds all of MNIST-JPG by its names."""
    for part in CLASS_COUNTS:
        _check_counts(path, part, [digit for digit, _, _ in _entries(path, part)])


def _check_counts(path: Path, part: str, labels: Sequence[int]) -> None:
    counts = tuple(np.bincount(np.array(labels, np.int64), minlength=10).tolist())
    if counts != CLASS_COUNTS[part]:
        raise DatasetError(
            f"{path}: {part} should hold {CLASS_COUNTS[part]} pictures of the digits 0 to 9, but holds "
            f"{counts}; remove it and {FETCH}"
        )


def _pictures(path: Path, part: str) -> Iterator[tuple[int, str, bytes]]:
    """Digit, name and bytes of each JPG of `part`, class by class, in the order of their numbers."""
    entries = _entries(path, part)
    if path.is_dir():
        for digit, _, name in entries:
            yield digit, name, (path / name).read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        for digit, _, name in entries:
            yield digit, name, archive.read(name)


def _entries(path: Path, part: str) -> list[tuple[int, int, str]]:
    """Digit, number and name of each JPG of `part` in a folder or zip, sorted."""
    try:
        if path.is_dir():
            names = [file.relative_to(path).as_posix() for file in path.rglob("*.jpg")]
        else:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise DatasetError(f"{path}: not a readable zip ({error}); fetch it again") from error
    entries = []
    for name in names:
        steps = PurePosixPath(name)
        digit, folder = steps.parent.name, steps.parent.parent.name
        if steps.suffix == ".jpg" and folder.lower().endswith(part) and steps.stem.isdigit():
            entries.append((int(digit), int(steps.stem), name))
    return sorted(entries)
