"""The shipped model reads what people draw; what it cannot read it says."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.support.pictures import paint_digit, png
from watcher.recognition import ModelError, Recogniser, decide
from watcher.recognition.recogniser import SHIPPED

DRAWINGS = Path("../shared/drawings")

needs_model = pytest.mark.skipif(
    not (SHIPPED / "digits.tflite").exists(), reason="the shipped model is not there"
)


@needs_model
@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize(("width", "height", "pen"), [(28, 28, 2), (400, 300, 5), (1920, 1080, 1)])
def test_every_digit_is_read_on_small_and_large_canvases(
    digit: int, width: int, height: int, pen: int
) -> None:
    drawn = png(paint_digit(digit, width=width, height=height, pen=pen))
    recogniser = Recogniser.shipped()
    (recognition,) = recogniser.recognise([drawn])
    assert decide(recognition, 0).digit == digit


@needs_model
def test_a_batch_is_read_as_its_drawings_are_one_by_one() -> None:
    recogniser = Recogniser.shipped()
    files = [png(paint_digit(digit)) for digit in range(10)]
    files[3:3] = [b"", b"not a picture", png(np.full((9, 9, 3), 255, np.uint8))]
    together = recogniser.recognise(files)
    assert [one.fault for one in together[3:6]] == [
        "empty file",
        "not a PNG, JPEG, BMP, GIF or WebP picture",
        "",
    ]
    assert together[5].doubt == "blank canvas"
    for one, data in zip(together, files, strict=True):
        (alone,) = recogniser.recognise([data])
        assert alone.fault == one.fault
        if one.probabilities is not None:
            assert alone.probabilities == pytest.approx(one.probabilities, abs=1e-5)
            assert sum(one.probabilities) == pytest.approx(1, abs=1e-5)


@needs_model
def test_batches_that_are_read_beside_each_other_keep_their_drawings() -> None:
    recogniser = Recogniser.shipped()
    small = [png(paint_digit(digit, width=28, height=28, pen=2)) for digit in range(10)]
    large = [png(paint_digit(digit, width=700, height=500, pen=9)) for digit in range(10)]
    begun = [recogniser.begin(files) for files in (large, small, large[::-1] + small)]
    digits = [[decide(one, 0).digit for one in batch.result()] for batch in begun]
    up, down = list(range(10)), list(range(9, -1, -1))
    assert digits == [up, up, down + up]


SHORT_OF_MEMORY = """
import resource
import sys
from pathlib import Path
from watcher.recognition import Recogniser

recogniser = Recogniser.shipped()
files = [Path(name).read_bytes() for name in sys.argv[1:]]
recogniser.recognise(files)
status = Path("/proc/self/status").read_text()
used = int(status.split("VmSize:")[1].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_AS, (used + 40_000_000,) * 2)
for one in recogniser.recognise(files):
    print(one.fault)
"""


@needs_model
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory so")
def test_a_drawing_that_there_is_no_memory_for_is_not_called_damaged_and_the_next_is_read(
    tmp_path: Path,
) -> None:
    wide, clear = np.full((4500, 4500, 3), 255, np.uint8), np.zeros((4500, 4500, 4), np.uint8)
    files = {"wide.png": wide, "clear.png": clear, "small.png": paint_digit(7)}
    for name, pixels in files.items():
        (tmp_path / name).write_bytes(png(pixels))
    script = [sys.executable, "-c", SHORT_OF_MEMORY, *(tmp_path / name for name in files)]
    said = subprocess.run(script, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said == ["too little memory for 4500 x 4500 pixels"] * 2 + [""]


@needs_model
def test_told_to_stop_it_reads_the_first_ones_alone() -> None:
    recogniser = Recogniser.shipped()
    files = [png(paint_digit(digit, width=700, height=500, pen=9)) for digit in range(10)]
    asked = iter([False] * 3)
    read = recogniser.begin(files, lambda: next(asked, True)).result()
    assert [decide(one, 0).digit for one in read] == [0, 1, 2]


@needs_model
@pytest.mark.skipif(not DRAWINGS.exists(), reason="../shared/drawings is not there")
def test_real_drawings_are_read() -> None:
    with (DRAWINGS / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("drawing/")]
    recogniser = Recogniser.shipped()
    recognitions = recogniser.recognise([(DRAWINGS / row["file"]).read_bytes() for row in rows])
    right = sum(
        str(decide(one, 0).digit) == row["label"]
        for one, row in zip(recognitions, rows, strict=True)
    )
    assert len(rows) == 92
    assert right >= 90


@needs_model
def test_the_shipped_card_belongs_to_the_shipped_model() -> None:
    card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
    recogniser = Recogniser.shipped()
    assert recogniser.name == card["name"]
    assert recogniser.min_confidence == card["min_confidence"]
    assert (SHIPPED / "digits.tflite").stat().st_size == card["bytes"] <= 2_000_000
    assert card["parameters"] <= 400_000


def test_a_folder_without_a_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as refused:
        Recogniser.load(tmp_path)
    assert str(tmp_path) in str(refused.value)
    assert "\n" not in str(refused.value)


@needs_model
@pytest.mark.parametrize(
    "card",
    ["", "{}", "[]", '{"name": "x", "temperature": 0, "min_confidence": 0.5}', "\xff"],
)
def test_a_damaged_card_is_one_line(tmp_path: Path, card: str) -> None:
    (tmp_path / "digits.tflite").write_bytes((SHIPPED / "digits.tflite").read_bytes())
    (tmp_path / "card.json").write_text(card, encoding="latin-1")
    with pytest.raises(ModelError, match=r"card\.json"):
        Recogniser.load(tmp_path)


@needs_model
@pytest.mark.parametrize("size", [0, 100, 500_000])
def test_a_truncated_model_is_one_line(tmp_path: Path, size: int) -> None:
    (tmp_path / "card.json").write_bytes((SHIPPED / "card.json").read_bytes())
    (tmp_path / "digits.tflite").write_bytes((SHIPPED / "digits.tflite").read_bytes()[:size])
    with pytest.raises(ModelError, match=r"digits\.tflite"):
        Recogniser.load(tmp_path)
