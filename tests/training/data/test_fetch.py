"""Datasets come from the internet or a mirror, complete and as published, or one line says why not."""

import hashlib
import http.server
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from training.data.errors import DatasetError
from training.data.fetch import blob_id, fetch, fetch_files, fetch_mnist
from training.data.mnist import CLASS_COUNTS, find_mnist
from training.data.sources import RemoteFile, origins, registry

SHARED = Path("../shared/datasets")
# As many as need several rounds of the connections.
MANY = {f"unipen/data/{number}.dat": b"%d" % number * 999 for number in range(40)}


class _Server(http.server.BaseHTTPRequestHandler):
    """Serves `files`; `cut` ends each answer early. Notes how many requests ran at a time."""

    def __init__(
        self, files: Mapping[str, bytes], cut: int | None, seen: list[int], *args: object
    ) -> None:
        self.files, self.cut, self.seen = files, cut, seen
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.seen.append(threading.active_count())
        content = self.files.get(self.path.lstrip("/"))
        if content is None:
            self.send_error(404)
            return
        time.sleep(0.01)
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.cut])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(files: Mapping[str, bytes], cut: int | None = None) -> Iterator[tuple[str, list[int]]]:
    seen: list[int] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Server, files, cut, seen))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def remote(host: str, files: Mapping[str, bytes]) -> dict[str, RemoteFile]:
    return {
        name: RemoteFile(f"{host}/{name}", hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_blob_id_is_gits_own(tmp_path: Path) -> None:
    (tmp_path / "hello").write_bytes(b"hello\n")
    assert blob_id(tmp_path / "hello") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_many_files_are_downloaded_at_the_same_time_and_only_once(tmp_path: Path) -> None:
    with served(MANY) as (host, seen):
        fetch_files(tmp_path, remote(host, MANY))
        assert contents(tmp_path) == MANY
        assert max(seen) > min(seen) + 3
        asked = len(seen)
        fetch_files(tmp_path, remote(host, MANY))
        assert len(seen) == asked == len(MANY)


def test_a_damaged_file_is_downloaded_again_and_the_others_are_left_alone(tmp_path: Path) -> None:
    with served(MANY) as (host, seen):
        fetch_files(tmp_path, remote(host, MANY))
        damaged = tmp_path / next(iter(MANY))
        damaged.write_bytes(b"half")
        seen.clear()
        fetch_files(tmp_path, remote(host, MANY))
        assert len(seen) == 1
    assert contents(tmp_path) == MANY


def test_a_download_that_is_cut_off_is_tried_again(tmp_path: Path) -> None:
    files = {"uji/a.json": bytes(range(256)) * 40}
    with served(files, cut=300) as (host, seen):
        with pytest.raises(DatasetError, match="try again"):
            fetch_files(tmp_path, remote(host, files), retries=1)
        assert len(seen) == 2
    assert contents(tmp_path) == {}


def test_what_arrived_before_a_failure_is_kept(tmp_path: Path) -> None:
    wanted = {**MANY, "unipen/missing.dat": b"missing"}
    with (
        served(MANY) as (host, _),
        pytest.raises(DatasetError, match=r"missing\.dat: 404 Not Found"),
    ):
        fetch_files(tmp_path, remote(host, wanted), retries=0)
    kept = contents(tmp_path)
    assert kept.items() <= MANY.items()
    with served(wanted) as (host, seen):
        fetch_files(tmp_path, remote(host, wanted))
        assert len(seen) == len(wanted) - len(kept)
    assert contents(tmp_path) == wanted


def test_other_bytes_than_the_published_ones_are_refused(tmp_path: Path) -> None:
    files = {"uji/a.json": b"published"}
    with served({"uji/a.json": b"another"}) as (host, _):
        with pytest.raises(DatasetError, match="not the published file") as refused:
            fetch_files(tmp_path, remote(host, files), retries=0)
        with pytest.raises(DatasetError, match="not the published file"):
            fetch_mnist(tmp_path, None, RemoteFile(f"{host}/uji/a.json", "0" * 40))
    assert "\n" not in str(refused.value)
    assert contents(tmp_path) == {}


def test_no_connection_is_one_line_that_names_the_mirror(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"no connection.*--mirror DIR") as refused:
        fetch_files(tmp_path, remote("http://127.0.0.1:9", {"uji/a.json": b""}), retries=0)
    assert "\n" not in str(refused.value)


def test_a_file_missing_in_the_mirror_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"mirror.a\.json: No such file") as refused:
        fetch_files(tmp_path / "data", {"a.json": RemoteFile("", "0" * 64)}, tmp_path / "mirror")
    assert "\n" not in str(refused.value)


def test_mnist_is_downloaded_and_verified_by_gits_hash(tmp_path: Path) -> None:
    (tmp_path / "zip").write_bytes(b"published")
    with served({"a%20b.zip": b"published"}) as (host, _):
        fetch_mnist(tmp_path, None, RemoteFile(f"{host}/a%20b.zip", blob_id(tmp_path / "zip")))
    assert find_mnist(tmp_path).read_bytes() == b"published"


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_copy_of_mnist_that_one_has_is_accepted_and_copied_from_a_mirror(
    tmp_path: Path, is_zip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CLASS_COUNTS, "training", (1,) * 10)
    monkeypatch.setitem(CLASS_COUNTS, "testing", (1,) * 10)
    mirror = tmp_path / "mirror" / "mnist-jpg"
    mirror.mkdir(parents=True)
    names = [f"MNIST - JPG - {part}/{digit}/1.jpg" for part in CLASS_COUNTS for digit in range(10)]
    if is_zip:
        with zipfile.ZipFile(mirror / "mine.zip", "w") as archive:
            for name in names:
                archive.writestr(name, b"jpg")
    else:
        for name in names:
            (mirror / name).parent.mkdir(parents=True, exist_ok=True)
            (mirror / name).write_bytes(b"jpg")
    fetch_mnist(tmp_path / "data", tmp_path / "mirror")
    assert contents(tmp_path / "data") == contents(tmp_path / "mirror")
    fetch_mnist(tmp_path / "data", tmp_path / "nowhere")


def test_every_dataset_has_its_repository_and_a_hash() -> None:
    files = registry()
    assert len(files) == 580
    assert {name.split("/")[0] for name in files} | {"mnist-jpg"} == set(origins())
    assert all(len(file.digest) == 64 for file in files.values())
    assert files["uji/ujipenchars2.json"].url == (
        "https://github.com/bridger/NumberPad/raw/de2f2285144d16346bffdd37b94af75eb6fa2d13/"
        "Data/ujipenchars2.json"
    )


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/datasets is not there")
def test_a_mirror_gives_every_dataset_and_a_second_time_nothing_is_copied(tmp_path: Path) -> None:
    fetch(tmp_path, SHARED)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert len(before) == 1 + len(registry())
    fetch(tmp_path, tmp_path / "no such mirror")
    assert before == {path: path.stat().st_mtime_ns for path in before}
