"""Getting the datasets: download with resume, or copy from a mirror; verified by git blob id."""

import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tqdm import tqdm

from training.data.errors import FETCH, DatasetError, DatasetNotFoundError
from training.data.mnist import check_mnist, found_mnist


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a dataset: where it lies below the data folder, and in which repository."""

    path: str
    repository: str
    commit: str
    path_there: str
    blob: str
    host: str = "https://github.com"

    @property
    def url(self) -> str:
        return f"{self.host}/{self.repository}/raw/{self.commit}/{quote(self.path_there)}"


MNIST = Source(
    "mnist-jpg/MNIST Dataset JPG format.zip",
    "teavanist/MNIST-JPG",
    "835495c",
    "MNIST Dataset JPG format.zip",
    "f752d1ec1065d7a44f0513a5d3a7ee1e549bfbb5",
)

_PENDIGITS = "kleinplw/HMM-Pendigits", "a50dacab2860f6e10389f59d63253354bbc48c3e"
_OMNIGLOT = "brendenlake/omniglot", "057f034baf2ecb8530bc5710e5a23584d2a519cc"

STROKES = (
    Source(
        "pendigits/pendigits-orig.tra",
        *_PENDIGITS,
        "data/pendigits-orig.tra",
        "fd62466cae3c3c667a4b1e10c56e78b5d1e2047f",
    ),
    Source(
        "pendigits/pendigits-orig.tes",
        *_PENDIGITS,
        "data/pendigits-orig.tes",
        "f5f3c5b1a4236ddeb64c4fef8ce78d24c9098c7b",
    ),
    Source(
        "omniglot/strokes_background_small1.zip",
        *_OMNIGLOT,
        "python/strokes_background_small1.zip",
        "45545cf240f334f10c3893f63fecc9582efbe661",
    ),
    Source(
        "omniglot/strokes_background_small2.zip",
        *_OMNIGLOT,
        "python/strokes_background_small2.zip",
        "70a6471d11519bb6b37fc4ed837c805e726fb2fd",
    ),
)
"""UCI pendigits (CC BY 4.0) and Omniglot (MIT), as files of public repositories at fixed commits."""


def fetch(data: Path, mirror: Path | None = None) -> None:
    """Make `data` hold every dataset; what is there and whole is left alone.

    `mirror` is a folder laid out like `data` to copy from instead of downloading. Raises
    `DatasetError` where a file cannot be had or is not what it should be.
    """
    _fetch_mnist(data, mirror)
    for source in STROKES:
        target = data / source.path
        if target.exists() and blob_id(target) == source.blob:
            continue
        if mirror is None:
            download(source, target)
        else:
            _copy(mirror / source.path, target)
            _verify(source, target)
    print(f"datasets: complete in {data}")


def download(source: Source, target: Path) -> None:
    """Download `source` to `target`, going on where an earlier attempt was cut off; verified.

    Raises `DatasetError` where it cannot be had or is not what was published.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    try:
        _receive(source, partial)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # 416: nothing is left to send, the part is whole
            raise DatasetError(f"{source.url}: {error}; try again, or use --mirror DIR") from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise DatasetError(
            f"{source.url}: {reason}; what was loaded is kept, so try again, or use --mirror DIR"
        ) from error
    partial.replace(target)
    _verify(source, target)


def blob_id(path: Path) -> str:
    """The id that git gives a file's content: sha1 of "blob SIZE NUL" and the bytes."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _fetch_mnist(data: Path, mirror: Path | None) -> None:
    # Accepted by its content: a mirror's zip, or one's own, has other bytes than the public one.
    try:
        check_mnist(found_mnist(data))
        return
    except DatasetNotFoundError:
        pass
    target = data / MNIST.path
    if mirror is None:
        download(MNIST, target)
        return
    there = found_mnist(mirror)
    check_mnist(there)
    if there.is_dir():
        shutil.copytree(there, data / "mnist-jpg", dirs_exist_ok=True)
    else:
        _copy(there, data / "mnist-jpg" / there.name)


def _copy(there: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(there, partial)
    except OSError as error:
        raise DatasetError(f"{there}: cannot be copied ({error.strerror})") from error
    partial.replace(target)


def _receive(source: Source, partial: Path) -> None:
    done = partial.stat().st_size if partial.exists() else 0
    request = urllib.request.Request(
        source.url, headers={"Range": f"bytes={done}-"} if done else {}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            done = 0
        length = int(response.headers.get("Content-Length", 0))
        name = partial.name.removesuffix(".part")
        with (
            partial.open("ab" if done else "wb") as file,
            tqdm(
                total=done + length, initial=done, desc=name, unit="B", unit_scale=True
            ) as progress,
        ):
            while chunk := response.read(1 << 16):
                file.write(chunk)
                progress.update(len(chunk))
                length -= len(chunk)
    if length > 0:
        raise ConnectionError(f"cut off {length} bytes before the end")


def _verify(source: Source, target: Path) -> None:
    if blob_id(target) != source.blob:
        target.unlink()
        raise DatasetError(
            f"{target}: not the published file (git blob {source.blob}), removed; {FETCH}"
        )
