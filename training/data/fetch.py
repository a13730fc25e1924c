"""Get the datasets: download them, or copy them from a mirror; each file is verified by its hash."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

import pooch
from pooch.hashes import hash_matches
from tqdm import tqdm

from training.data.errors import FETCH, DatasetError, DatasetNotFoundError
from training.data.mnist import check_mnist, find_mnist
from training.data.sources import MNIST, MNIST_ZIP, RemoteFile, registry

# Downloads at a time: UNIPEN is 575 small files, each mostly waiting for an answer.
_CONNECTIONS = 8

# How often a download that was cut off is tried again, after a pause of a second more each time.
_RETRIES = 2

# Seconds without an answer, and bytes read at a time.
_DOWNLOADER = {"timeout": 60, "chunk_size": 1 << 16}


def fetch(data: Path, mirror: Path | None = None) -> None:
    """Make the folder `data` hold every dataset; whole files that it has are left alone.

    `mirror` is a folder laid out like `data` to copy from instead of downloading. Raises
    `DatasetError` where a file cannot be had or is not what was published.
    """
    pooch.get_logger().setLevel("WARNING")  # the bars show the files
    fetch_mnist(data, mirror)
    fetch_files(data, registry(), mirror)
    print(f"datasets: complete in {data}")


def fetch_files(
    data: Path,
    remote: Mapping[str, RemoteFile],
    mirror: Path | None = None,
    retries: int = _RETRIES,
) -> None:
    """Download or copy the files of `remote`, by path below `data`, several at a time.

    Raises `DatasetError` with the first failure; files that arrived before it are kept.
    """
    missing = [
        name
        for name, file in remote.items()
        if not ((data / name).is_file() and hash_matches(str(data / name), file.digest))
    ]
    if not missing:
        return
    sources = {name: str(mirror / name) if mirror else remote[name].url for name in missing}
    for folder in {(data / name).parent for name in missing}:
        folder.mkdir(parents=True, exist_ok=True)  # pooch's threads would race to make them
    store = pooch.create(
        data,
        "",
        registry={name: remote[name].digest for name in missing},
        urls=sources,
        retry_if_failed=0 if mirror else retries,
    )
    downloader = _copy if mirror else pooch.HTTPDownloader(**_DOWNLOADER)
    with (
        ThreadPoolExecutor(_CONNECTIONS) as pool,
        tqdm(
            total=len(missing), desc="datasets", unit=" files", leave=False, disable=None
        ) as progress,
    ):
        jobs = {pool.submit(store.fetch, name, downloader=downloader): name for name in missing}
        try:
            for job in as_completed(jobs):
                _check(job.result, sources[jobs[job]])
                progress.update()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def fetch_mnist(data: Path, mirror: Path | None = None, remote: RemoteFile = MNIST) -> None:
    """Download or copy MNIST-JPG, unless `data` has it: a zip or an unpacked folder, whatever its bytes.

    The digest of `remote` is a git blob id. Raises `DatasetError` where it is incomplete.
    """
    try:
        check_mnist(find_mnist(data))
        return
    except DatasetNotFoundError:
        pass
    folder = data / "mnist-jpg"
    if mirror is None:
        download = partial(_download_blob, remote.digest)
        _check(
            lambda: pooch.retrieve(remote.url, None, MNIST_ZIP, folder, downloader=download),
            remote.url,
        )
        return
    there = find_mnist(mirror)
    check_mnist(there)
    folder.mkdir(parents=True, exist_ok=True)
    if there.is_dir():
        _check(lambda: shutil.copytree(there, folder, dirs_exist_ok=True), str(there))
        return
    part = folder / (there.name + ".part")
    _check(lambda: _copy(str(there), str(part)), str(there))
    part.replace(folder / there.name)


def blob_id(path: Path) -> str:
    """Return git's id of a file's content: sha1 of "blob SIZE NUL" and the bytes, hex."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _download_blob(digest: str, url: str, target: str, _store: object) -> None:
    pooch.HTTPDownloader(progressbar=True, **_DOWNLOADER)(url, target, None)
    if blob_id(Path(target)) != digest:
        raise ValueError("not the published bytes")


def _copy(source: str, target: str, _store: object = None) -> None:
    shutil.copyfile(source, target)


def _check(get: Callable[[], object], source: str) -> None:
    """Call `get`; raise `DatasetError` where `source` cannot be had."""
    try:
        get()
    except ValueError as error:  # pooch's, where the hash differs
        raise DatasetError(
            f"{source}: not the published file, or damaged on the way; it was not kept; {FETCH} again"
        ) from error
    except OSError as error:  # of the disk, or of requests
        raise DatasetError(
            f"{source}: {_reason(error)}; files that arrived are kept; try again, or use --mirror DIR"
        ) from error


def _reason(error: OSError) -> str:
    if isinstance(error, shutil.Error):
        return str(error.args[0][0][2])
    response = getattr(error, "response", None)
    if response is not None:
        return f"{response.status_code} {response.reason}"
    return error.strerror or "no connection, or it broke off"
