"""`python -m training` as its users run it: real processes, one line for what goes wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pictures import paint_digit, png
from training.cli import STEPS
from watcher.recognition.recogniser import SHIPPED

ROOT = Path(__file__).parents[2]

needs_model = pytest.mark.skipif(
    not (SHIPPED / "digits.tflite").exists(), reason="the shipped model is not there"
)


def training(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "training", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_step(tmp_path: Path) -> None:
    said = training(tmp_path, "--help").stdout
    for step in (*STEPS, "refresh", "models", "rollback"):
        assert f"  {step} " in said


def test_an_unknown_step_is_wrong_usage(tmp_path: Path) -> None:
    assert training(tmp_path, "tea").returncode == 2


@pytest.mark.parametrize("step", ["fit", "calibrate", "evaluate"])
@needs_model
def test_missing_data_is_one_line_that_says_what_to_run(tmp_path: Path, step: str) -> None:
    ended = training(tmp_path, step)
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("run 'python -m training fetch'")
    assert "Traceback" not in ended.stderr


def test_a_mirror_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    ended = training(tmp_path, "fetch", "--mirror", "nowhere")
    assert ended.returncode == 1
    assert "nowhere" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@needs_model
def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    model = tmp_path / "run" / "model"
    model.mkdir(parents=True)
    for name in ("digits.tflite", "card.json"):
        (model / name).write_bytes((SHIPPED / name).read_bytes())
    (tmp_path / "models").write_text("a file where the folder should be")
    ended = training(tmp_path, "publish", "--run", "run")
    assert ended.returncode == 1
    assert "models" in ended.stderr
    assert "what is done is kept" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_model_that_was_never_made_is_not_published(tmp_path: Path) -> None:
    ended = training(tmp_path, "publish")
    assert ended.returncode == 1
    assert "no model in" in ended.stderr


@needs_model
def test_ones_own_drawings_are_examined_without_any_dataset(tmp_path: Path) -> None:
    for digit in (2, 5):
        (tmp_path / "mine" / str(digit)).mkdir(parents=True)
        (tmp_path / "mine" / str(digit) / "a.png").write_bytes(png(paint_digit(digit)))
    ended = training(tmp_path, "evaluate", "--drawings", "mine")
    assert ended.returncode == 0, ended.stderr
    assert "Real drawings: 2 of 2 read right" in ended.stdout


@needs_model
def test_the_models_are_listed_and_put_back_in_use(tmp_path: Path) -> None:
    listed = training(tmp_path, "models")
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.startswith("* shipped")
    ended = training(tmp_path, "rollback")
    assert ended.returncode == 1
    assert ended.stderr == "the shipped model is in use; there is none before it\n"
    assert training(tmp_path, "rollback", "tea").returncode == 1
    assert training(tmp_path, "fit", "tea").returncode == 2


@needs_model
def test_a_model_that_reads_worse_is_published_only_by_force(tmp_path: Path) -> None:
    model = tmp_path / "run" / "model"
    model.mkdir(parents=True)
    (model / "digits.tflite").write_bytes((SHIPPED / "digits.tflite").read_bytes())
    card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
    (model / "card.json").write_text(json.dumps({**card, "name": "new"}), encoding="utf-8")
    side = {"source": "mnist", "of": 5000, "before": 4980, "after": 4900, "lost": 90, "gained": 10}
    comparison = {"before": card["name"], "after": "new", "sides": [side]}
    (tmp_path / "run" / "comparison.json").write_text(json.dumps(comparison), encoding="utf-8")
    ended = training(tmp_path, "publish", "--run", "run")
    assert ended.returncode == 1
    assert (
        f"new is not published, {card['name']} stays in use: it reads mnist worse" in ended.stderr
    )
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "models").exists()
    assert training(tmp_path, "publish", "--run", "run", "--force").returncode == 0
    assert (tmp_path / "models" / "current").read_text(encoding="utf-8") == "new\n"


@needs_model
def test_a_mistake_in_the_settings_is_one_line_for_training_too(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[paths]\noutbox = 7\n")
    ended = training(tmp_path, "models")
    assert ended.returncode == 2
    assert "config.toml: [paths] outbox: expected the path of a folder" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
