"""`python -m training` as its users run it: one line for what goes wrong.

A start of Python takes seconds until pandas and scikit-learn are there: only what depends on the process
has one of its own.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.pictures import paint_digit, png
from training.arguments import COMMANDS, parser
from training.cli import run
from training.run_folder import begin_exams, hold_run
from watcher.recognition.recogniser import SHIPPED

ROOT = Path(__file__).parents[2]

needs_model = pytest.mark.skipif(
    not (SHIPPED / "digits.tflite").exists(), reason="the shipped model is not there"
)


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True)
class Ended:
    returncode: object
    stdout: str
    stderr: str


Training = Callable[..., Ended]


@pytest.fixture
def training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Training:
    """Runs a command line in this process, in the working folder `tmp_path`."""
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments: str) -> Ended:
        capfd.readouterr()
        try:
            status: object = run(arguments)
        except SystemExit as ended:
            status = ended.code
        return Ended(status, *capfd.readouterr())

    return run_it


def subcommands() -> Mapping[str, argparse.ArgumentParser]:
    (found,) = [
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    ]
    choices: Mapping[str, argparse.ArgumentParser] = found.choices
    return choices


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_step(tmp_path: Path) -> None:
    said = python(tmp_path, "-m", "training", "--help").stdout
    for command in COMMANDS:
        assert f"  {command} " in said


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example_and_only_its_options(command: str) -> None:
    text = subcommands()[command].format_help()
    assert f"example: python -m training {command}" in text
    options = set(re.findall(r"^  (--[a-z]+)", text, re.MULTILINE))
    assert options == set(COMMANDS[command].options)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_a_command_is_one(command: str) -> None:
    parser().parse_args([command, *COMMANDS[command].example.split()])


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["refesh"], "there is no command refesh: did you mean refresh?"),
        (["fit", "--sed", "3"], "there is no option --sed: did you mean --seed?"),
        (["fit", "--force"], "this command takes no --force"),
        (["fit", "tea"], "there is no argument tea"),
        (["fit", "--seed", "-1"], "--seed: -1: expected a whole number, at least 0"),
        (["--seed", str(2**32)], "and at most 4294967295"),
        (["--epochs", "0"], "--epochs: 0: expected a whole number, at least 1"),
        (["--epochs", "many"], "--epochs: many: expected a whole number, at least 0"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_was_meant(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert line in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("command", ["models", "rollback", "fit", None])
@needs_model
def test_without_the_extra_models_are_listed_and_the_rest_says_what_to_install(
    tmp_path: Path, command: str | None
) -> None:
    block = (
        "import sys; sys.modules.update(dict.fromkeys(('tensorflow', 'keras', 'sklearn', 'skimage',"
        "'scipy', 'pandas', 'matplotlib', 'tqdm', 'jinja2')));"
        "from training.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    ended = python(tmp_path, "-c", block, *([command] if command else []))
    assert "Traceback" not in ended.stderr
    if command == "models":
        assert ended.returncode == 0
        assert "* shipped" in ended.stdout
        return
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    if command == "rollback":
        assert "there is none before it" in ended.stderr
    else:
        assert 'python -m pip install ".[training]"' in ended.stderr


def test_a_second_training_in_one_folder_ends_with_a_line(
    tmp_path: Path, training: Training
) -> None:
    with hold_run(tmp_path / "run"):
        ended = training("report", "--run", "run")
    assert ended.returncode == 1
    assert "another training runs in this folder" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_refresh_without_labels_says_so_before_it_fetches_anything(
    tmp_path: Path, training: Training
) -> None:
    (tmp_path / "config.toml").write_text("")
    ended = training("refresh", "--mirror", "nowhere")
    assert ended.returncode == 1
    assert "no corrected drawings to learn from" in ended.stderr
    assert "nowhere" not in ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_ctrl_c_ends_a_training_with_130_and_a_line(tmp_path: Path) -> None:
    wait = (
        "import sys, time; from training import cli, pipeline;"
        "pipeline.STEPS['fetch'] = lambda job: (print('waits', flush=True), time.sleep(60));"
        "sys.exit(cli.run(['fetch']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", wait], cwd=tmp_path, env=ENVIRONMENT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "waits\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip() == "stopped; what is done is kept, and the same command resumes it"


def test_an_unknown_step_is_wrong_usage(training: Training) -> None:
    assert training("tea").returncode == 2


@pytest.mark.parametrize("step", ["fit", "calibrate", "evaluate"])
@needs_model
def test_missing_data_is_one_line_that_says_what_to_run(training: Training, step: str) -> None:
    ended = training(step)
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("run 'python -m training fetch'")


@needs_model
def test_nothing_but_that_line_is_said_by_a_process_of_its_own(tmp_path: Path) -> None:
    ended = python(tmp_path, "-m", "training", "fit")
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.strip().endswith("run 'python -m training fetch'")


def test_a_mirror_that_is_not_there_is_one_line(training: Training) -> None:
    ended = training("fetch", "--mirror", "nowhere")
    assert ended.returncode == 1
    assert "nowhere" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@needs_model
def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, training: Training) -> None:
    model = tmp_path / "run" / "model"
    model.mkdir(parents=True)
    for name in ("digits.tflite", "card.json"):
        (model / name).write_bytes((SHIPPED / name).read_bytes())
    (tmp_path / "models").write_text("a file where the folder should be")
    ended = training("publish", "--run", "run")
    assert ended.returncode == 1
    assert "models" in ended.stderr
    assert "what is done is kept" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_model_that_was_never_made_is_not_published(training: Training) -> None:
    ended = training("publish")
    assert ended.returncode == 1
    assert "no model in" in ended.stderr


@needs_model
def test_ones_own_drawings_are_examined_without_any_dataset(
    tmp_path: Path, training: Training
) -> None:
    for digit in (2, 5):
        (tmp_path / "mine" / str(digit)).mkdir(parents=True)
        (tmp_path / "mine" / str(digit) / "a.png").write_bytes(png(paint_digit(digit)))
    ended = training("evaluate", "--drawings", "mine")
    assert ended.returncode == 0, ended.stderr
    assert "Real drawings\n  2 of 2 read right" in ended.stdout


@needs_model
def test_a_report_needs_the_exams_of_its_own_model(tmp_path: Path, training: Training) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for name in ("digits.tflite", "card.json"):
        (model / name).write_bytes((SHIPPED / name).read_bytes())
    ended = training("report", "--model", "model")
    assert ended.returncode == 1
    assert "no exams there; run 'python -m training evaluate' first" in ended.stderr
    begin_exams(tmp_path / "runs" / "full", "another")
    ended = training("report", "--model", "model")
    assert "its exams were read by another, not by" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@needs_model
def test_the_models_are_listed_and_put_back_in_use(training: Training) -> None:
    listed = training("models")
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.startswith("* shipped")
    ended = training("rollback")
    assert ended.returncode == 1
    assert ended.stderr == "the shipped model is in use; there is none before it\n"
    assert training("rollback", "tea").returncode == 1
    assert training("fit", "tea").returncode == 2


@needs_model
def test_a_model_that_reads_worse_is_published_only_by_force(
    tmp_path: Path, training: Training
) -> None:
    model = tmp_path / "run" / "model"
    model.mkdir(parents=True)
    (model / "digits.tflite").write_bytes((SHIPPED / "digits.tflite").read_bytes())
    card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
    (model / "card.json").write_text(json.dumps({**card, "name": "new"}), encoding="utf-8")
    side = {"source": "mnist", "of": 5000, "before": 4980, "after": 4900, "lost": 90, "gained": 10}
    comparison = {"before": card["name"], "after": "new", "sides": [side]}
    (tmp_path / "run" / "comparison.json").write_text(json.dumps(comparison), encoding="utf-8")
    ended = training("publish", "--run", "run")
    assert ended.returncode == 1
    assert (
        f"new is not published, {card['name']} stays in use: it reads mnist worse" in ended.stderr
    )
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "models").exists()
    assert training("publish", "--run", "run", "--force").returncode == 0
    assert (tmp_path / "models" / "current").read_text(encoding="utf-8") == "new\n"


@needs_model
def test_a_mistake_in_the_settings_is_one_line_for_training_too(
    tmp_path: Path, training: Training
) -> None:
    (tmp_path / "config.toml").write_text("[paths]\noutbox = 7\n")
    ended = training("models")
    assert ended.returncode == 2
    assert "config.toml: [paths] outbox: expected the path of a folder" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
