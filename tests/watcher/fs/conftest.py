"""A file to publish, with hard links and where the file system refuses them."""

from pathlib import Path

import pytest

from tests.support.links import unsupported_link
from watcher.fs import no_replace
from watcher.fs.no_replace import Link


@pytest.fixture(params=[no_replace.hard_link, unsupported_link], ids=["links", "no links"])
def link(request: pytest.FixtureRequest) -> Link:
    chosen: Link = request.param
    return chosen


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "claim"
    path.write_bytes(b"drawing")
    return path
