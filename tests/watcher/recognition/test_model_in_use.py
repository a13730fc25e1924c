"""Which model serves: the published one, the last good one, or the shipped one."""

import shutil
from pathlib import Path

import pytest

from watcher.config.loading import load
from watcher.config.model import model_in_use
from watcher.recognition import ModelError, Recogniser
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE, SHIPPED

pytestmark = pytest.mark.skipif(
    not (SHIPPED / MODEL_FILE).exists(), reason="the shipped model is not there yet"
)


class Models:
    """A folder of published models beside a config.toml."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "models"
        self.warnings: list[str] = []
        (root / "config.toml").write_text("")
        self.model_in_use = model_in_use(load(root / "config.toml"), self.warnings.append)

    def publish(self, version: str, network: bytes | None = None) -> None:
        folder = self.folder / version
        folder.mkdir(parents=True)
        card = (SHIPPED / CARD_FILE).read_text(encoding="utf-8")
        (folder / CARD_FILE).write_text(card, encoding="utf-8")
        if network is None:
            shutil.copy(SHIPPED / MODEL_FILE, folder)
        else:
            (folder / MODEL_FILE).write_bytes(network)
        (self.folder / "current").write_text(version + "\n")


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return Models(tmp_path)


def test_without_a_published_model_the_shipped_one_serves(models: Models) -> None:
    assert models.model_in_use.recogniser() is models.model_in_use.recogniser()
    assert not models.warnings


def test_where_there_is_no_model_it_says_in_which_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as missing:
        Recogniser.load(tmp_path)
    assert str(missing.value) == f"no model in {tmp_path}"


def test_a_newly_published_model_is_taken_up(models: Models) -> None:
    shipped = models.model_in_use.recogniser()
    models.publish("one")
    assert models.model_in_use.recogniser() is not shipped


def test_a_corrupt_model_leaves_the_last_good_one_and_one_line(models: Models) -> None:
    models.publish("one")
    good = models.model_in_use.recogniser()
    models.publish("two", b"no network")
    assert models.model_in_use.recogniser() is good
    assert models.model_in_use.recogniser() is good
    (warning,) = models.warnings
    assert "two" in warning
    assert "the last good one serves" in warning


def test_a_corrupt_model_at_the_start_leaves_the_shipped_one(models: Models) -> None:
    models.publish("one", b"no network")
    assert models.model_in_use.recogniser()
    (warning,) = models.warnings
    assert "the shipped one serves" in warning


@pytest.mark.parametrize(
    ("length", "why"), [(100_000, "of the built-in sample digits"), (400_000, "cannot be run")]
)
def test_a_model_that_loads_but_cannot_read_never_serves(
    models: Models, length: int, why: str
) -> None:
    models.publish("one")
    good = models.model_in_use.recogniser()
    network = bytearray((SHIPPED / MODEL_FILE).read_bytes())
    start = len(network) // 4
    network[start : start + length] = bytes(length)
    models.publish("two", bytes(network))
    assert models.model_in_use.recogniser() is good
    (warning,) = models.warnings
    assert why in warning
    assert "the last good one serves" in warning
