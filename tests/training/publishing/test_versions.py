"""Published models: kept, listed, and put back in use."""

import json
from pathlib import Path

import pytest

from training.publishing.versions import in_use, publish, roll_back, versions
from watcher.recognition import ModelError
from watcher.recognition.recogniser import CURRENT_FILE, SHIPPED

pytestmark = pytest.mark.skipif(
    not (SHIPPED / "digits.tflite").exists(), reason="the shipped model is not there"
)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two published versions, the later one in use."""
    for name in ("20260101-000000", "20260202-000000"):
        model = tmp_path / f"run-{name}"
        model.mkdir()
        (model / "digits.tflite").write_bytes((SHIPPED / "digits.tflite").read_bytes())
        card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
        (model / "card.json").write_text(json.dumps({**card, "name": name}), encoding="utf-8")
        publish(model, tmp_path / "models")
    return tmp_path / "models"


def test_the_shipped_model_is_in_use_until_another_is_published(tmp_path: Path) -> None:
    assert in_use(tmp_path / "models") == SHIPPED
    assert [(one.name, one.in_use) for one in versions(tmp_path)] == [("shipped", True)]


def test_all_versions_are_kept_and_one_is_in_use(models: Path) -> None:
    assert [(one.name, one.in_use) for one in versions(models)] == [
        ("shipped", False),
        ("20260101-000000", False),
        ("20260202-000000", True),
    ]


def test_rolling_back_goes_a_version_back_each_time_to_the_shipped_one(models: Path) -> None:
    assert roll_back(models, None).name == "20260101-000000"
    assert (models / CURRENT_FILE).read_text(encoding="utf-8") == "20260101-000000\n"
    assert roll_back(models, None).name == "shipped"
    assert in_use(models) == SHIPPED
    with pytest.raises(ModelError, match="there is none before it"):
        roll_back(models, None)


def test_any_version_can_be_put_in_use_by_name(models: Path) -> None:
    roll_back(models, "20260101-000000")
    assert roll_back(models, "20260202-000000").folder == in_use(models)
    assert roll_back(models, "shipped").folder == SHIPPED


def test_a_version_that_is_not_there_changes_nothing(models: Path) -> None:
    before = in_use(models)
    with pytest.raises(ModelError, match="no version tea; there are shipped, 20260101-000000"):
        roll_back(models, "tea")
    assert in_use(models) == before


def test_a_broken_version_is_left_out_and_named(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (models / "20260101-000000" / "digits.tflite").write_bytes(b"")
    assert roll_back(models, None).name == "shipped"
    assert "20260101-000000: cannot be used" in capsys.readouterr().out
