"""Drawings that people made: a folder with an `index.csv`, or with a folder for each digit."""

import csv
from functools import partial
from pathlib import Path

import cv2

from training.data.errors import DatasetError
from training.evaluation.exam import Question, return_canvas
from watcher.recognition import NOT_DIGIT, Limits, NotADrawingError, decode
from watcher.recognition.types import as_uint8


def real_drawings(folder: Path) -> list[Question]:
    """Return the drawings in `folder`; `index.csv` has the columns file and label.

    A label that is no digit ("letter R"), or a folder of another name, means "not a digit". Raises
    `DatasetError` where there are no drawings.
    """
    questions = []
    for file, label in _list_labelled(folder):
        try:
            canvas = decode(file.read_bytes(), Limits()).pixels
            if canvas.ndim == 3:  # Canvases of exams are BGR, as OpenCV writes them.
                canvas = as_uint8(cv2.cvtColor(canvas, cv2.COLOR_RGB2BGR))
        except (OSError, NotADrawingError) as error:
            print(f"{file}: left out, {error}")
            continue
        questions.append(
            Question(file.relative_to(folder).as_posix(), label, partial(return_canvas, canvas))
        )
    if not questions:
        raise DatasetError(
            f"{folder}: neither an index.csv nor a folder a digit with pictures in it"
        )
    return questions


def _list_labelled(folder: Path) -> list[tuple[Path, int]]:
    index = folder / "index.csv"
    if index.exists():
        with index.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file)
            if not {"file", "label"} <= set(table.fieldnames or ()):
                raise DatasetError(f"{index}: needs the columns file and label in its first line")
            return [(folder / row["file"], _label(row["label"])) for row in table]
    return [
        (file, _label(below.name))
        for below in sorted(folder.iterdir() if folder.is_dir() else ())
        if below.is_dir() and not below.name.startswith(".")
        for file in sorted(below.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]


def _label(text: str) -> int:
    return int(text) if text in set("0123456789") else NOT_DIGIT
