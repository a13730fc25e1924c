"""Datasets come from the net or a mirror, whole and as published, or one line says why not."""

import http.server
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from training.data.errors import DatasetError
from training.data.fetch import STROKES, Source, blob_id, download, fetch
from training.data.mnist import check_mnist, found_mnist

SHARED = Path("../shared/datasets")
CONTENT = bytes(range(256)) * 4000


class _Server(http.server.BaseHTTPRequestHandler):
    """Serves `CONTENT` by ranges; `cut` ends an answer early."""

    cut: int | None = None
    ranges: list[str | None]

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : self.cut])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(cut: int | None = None) -> Iterator[tuple[str, list[str | None]]]:
    ranges: list[str | None] = []
    handler = type("Handler", (_Server,), {"cut": cut, "ranges": ranges})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", ranges
    finally:
        server.shutdown()
        server.server_close()


def source(host: str, tmp_path: Path) -> Source:
    (tmp_path / "content").write_bytes(CONTENT)
    return Source(
        "x/file.bin", "some/body", "abc", "a file.bin", blob_id(tmp_path / "content"), host
    )


def test_a_blob_id_is_gits_own(tmp_path: Path) -> None:
    (tmp_path / "hello").write_bytes(b"hello\n")
    assert blob_id(tmp_path / "hello") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_a_download_that_was_cut_off_goes_on_where_it_ended(tmp_path: Path) -> None:
    target = tmp_path / "data" / "file.bin"
    with (
        served(cut=300_000) as (host, _),
        pytest.raises(DatasetError, match="what was loaded is kept"),
    ):
        download(source(host, tmp_path), target)
    assert not target.exists()
    with served() as (host, ranges):
        download(source(host, tmp_path), target)
    assert ranges == ["bytes=300000-"]
    assert target.read_bytes() == CONTENT


def test_other_bytes_than_the_published_ones_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "file.bin"
    with served() as (host, _), pytest.raises(DatasetError, match="not the published file"):
        download(Source("x", "a/b", "c", "d", "0" * 40, host), target)
    assert not target.exists()


def test_no_connection_is_one_line_that_names_the_mirror(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="--mirror DIR") as refused:
        download(source("http://127.0.0.1:9", tmp_path), tmp_path / "file.bin")
    assert "\n" not in str(refused.value)


def test_an_empty_data_folder_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="python -m training fetch"):
        found_mnist(tmp_path)


def test_an_incomplete_mnist_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("MNIST - JPG - training/7/12.jpg", b"")
    with pytest.raises(DatasetError, match="training should hold"):
        check_mnist(path)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/datasets is not there")
def test_a_mirror_gives_every_dataset_and_a_second_time_nothing_is_copied(tmp_path: Path) -> None:
    fetch(tmp_path, SHARED)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert len(before) == 1 + len(STROKES)
    fetch(tmp_path, tmp_path / "no such mirror")
    assert before == {path: path.stat().st_mtime_ns for path in before}
