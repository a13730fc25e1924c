"""A training says how far it is, and a small one that is refused is no failure."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="needs the training extra: pip install '.[training]'")

from tests.support.outboxes import Outbox
from tests.support.pictures import paint_digit, png
from training import pipeline, steps
from training.data.errors import DatasetError
from training.evaluation.exam import Question
from training.evaluation.exams import ExamKind
from training.job import FULL, QUICK, REFRESH, Job, Kind
from training.progress import Progress
from training.steps import RefusedError, find_labels
from watcher.recognition.recogniser import SHIPPED


def job(folder: Path, kind: Kind) -> Job:
    return Job(kind, folder / "data", folder / "outbox", folder / "run", folder / "models")


def test_each_step_says_its_number_and_the_time_left() -> None:
    lines: list[str] = []
    now = 0.0
    progress = Progress({"fetch": 0, "fit": 600, "report": 20}, lines.append, lambda: now)
    progress.start("fetch", "get the data")
    now = 1200.0  # a slow network, which says nothing about the steps to come
    progress.start("fit", "fit the network")
    now = 2400.0  # half as fast as expected
    progress.start("report", "write the report")
    assert lines == [
        "step 1 of 3, about 10 minutes left: fetch\n  get the data",
        "step 2 of 3, about 10 minutes left: fit\n  fit the network",
        "step 3 of 3, about a minute left: report\n  write the report",
    ]


def test_hours_and_moments_are_told_in_words() -> None:
    lines: list[str] = []
    progress = Progress({"fit": 7200, "publish": 5}, lines.append, lambda: 0.0)
    progress.start("fit", "fit")
    progress.start("publish", "publish")
    assert "about 2.0 hours left" in lines[0]
    assert "less than a minute left" in lines[1]


@pytest.mark.parametrize("step", pipeline.STEPS.values())
def test_what_a_step_does_fits_a_terminal(step: Callable[[Job], object]) -> None:
    what = (step.__doc__ or "").partition("\n")[0]
    assert 0 < len(f"  {what}") <= 80


@pytest.mark.parametrize("kind", [FULL, QUICK, REFRESH])
def test_each_kind_of_training_has_known_steps_and_its_command(kind: Kind) -> None:
    assert set(kind.steps) <= set(pipeline.STEPS)
    assert kind.command.startswith("python -m training")


def refuse(_job: Job) -> None:
    raise RefusedError("new is not published, old stays in use: it reads mnist worse")


def test_a_small_training_that_is_refused_says_what_it_made_and_how_to_try_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    two: dict[str, Callable[[Job], object]] = {"fit": lambda _job: None, "publish": refuse}
    monkeypatch.setattr(pipeline, "STEPS", two)
    trial = replace(QUICK, steps=dict.fromkeys(two, 1))
    pipeline.run_steps(job(tmp_path, trial))
    said = capsys.readouterr().out
    assert "old stays in use" in said
    assert f"python -m training evaluate --model {tmp_path / 'run' / 'model'} --drawings" in said
    with pytest.raises(RefusedError):
        pipeline.run_steps(job(tmp_path, replace(trial, is_trial=False)))


@pytest.mark.parametrize(("kind", "tells_kinds"), [(FULL, True), (QUICK, False), (REFRESH, False)])
def test_only_a_whole_exam_tells_one_kind_of_picture_from_another(
    kind: Kind,
    tells_kinds: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    questions = [
        Question(f"{digit}.png", digit, partial(paint_digit, digit), style="paper: ruled")
        for digit in range(10)
    ]
    exam = ExamKind("conditions", "All kinds", lambda _folder, _finder: questions, has_kinds=True)
    monkeypatch.setattr(steps, "EXAMS", (exam,))
    steps.evaluate_model(replace(job(tmp_path, kind), model=SHIPPED))
    said = capsys.readouterr().out
    assert "All kinds\n  10 of 10 read right" in said
    assert ("paper: ruled" in said) == tells_kinds


def test_few_labels_are_said_to_be_too_few_to_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "outbox").mkdir()
    with pytest.raises(DatasetError, match="no corrected drawings"):
        find_labels(job(tmp_path, REFRESH))
    (tmp_path / "few").mkdir()
    outbox = Outbox(tmp_path / "few")
    for digit in (3, 7):
        outbox.corrected(f"{digit}/a.png", png(paint_digit(digit)))
    find_labels(replace(job(tmp_path, REFRESH), outbox=tmp_path / "few"))
    assert "2 corrected drawings are too few to tell" in capsys.readouterr().out
