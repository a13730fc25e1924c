"""Asynchronous syncs: all are made, and what cannot be synced is named."""

import os
from pathlib import Path

import pytest

from watcher.fs import fsync


@pytest.mark.skipif(os.name != "posix", reason="Windows syncs no file that is not open for writing")
def test_a_file_that_cannot_be_synced_is_named_and_the_others_are_synced(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(10)]
    for path in paths:
        path.write_bytes(b"x")
    paths[4].unlink()
    failed: dict[Path, OSError] = {}
    for begun in fsync.sync_files_async(paths):
        failed |= begun.result()
    assert [(path, type(error)) for path, error in failed.items()] == [
        (paths[4], FileNotFoundError)
    ]


@pytest.mark.skipif(os.name != "posix", reason="Windows syncs no folders")
def test_a_missing_folder_is_an_error_once_the_others_are_synced(tmp_path: Path) -> None:
    begun = fsync.sync_folders_async([tmp_path / "gone", tmp_path])
    with pytest.raises(FileNotFoundError):
        fsync.wait_for_all(begun)
    assert all(one.done() for one in begun)
    fsync.sync_folders([])
    fsync.sync_folders([tmp_path])
