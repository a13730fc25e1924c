"""`python -m training explain FILE`: a page on which one drawing travels through the network."""

import io
import re
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs the training extra: pip install '.[training]'")

from tests.support.pictures import paint_digit, png
from tests.training.report.test_report import Page
from training.cli import run
from training.wording import percent
from watcher.recognition import Recogniser

SHIPPED = Recogniser.shipped()


@dataclass(frozen=True)
class Explained:
    html: str
    said: str
    pictures: Path

    @property
    def page(self) -> Page:
        return Page(self.html)


def explained(folder: Path, name: str, data: bytes) -> Explained:
    """What the command makes of a drawing in `folder`, the working folder."""
    (folder / name).write_bytes(data)
    said = io.StringIO()
    with chdir(folder), redirect_stdout(said):
        assert run(["explain", name, "--pictures", "pictures"]) == 0
    page = folder / f"{Path(name).stem}-explained.html"
    return Explained(page.read_text(encoding="utf-8"), said.getvalue(), folder / "pictures")


SEVEN = png(paint_digit(7))


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Explained:
    return explained(tmp_path_factory.mktemp("seven"), "sept.png", SEVEN)


def in_a_frame(digit: int) -> np.ndarray:
    canvas = paint_digit(digit)
    side = canvas.shape[0]
    return cv2.rectangle(canvas, (3, 3), (side - 4, side - 4), 0, 2)


def test_a_drawing_travels_through_every_layer_to_eleven_probabilities(seven: Explained) -> None:
    assert seven.said == "sept-explained.html: open it in a browser\n"
    (recognition,) = SHIPPED.recognise([SEVEN])
    assert recognition.probabilities is not None
    text = seven.page.text
    assert f"It reads 7, with a confidence of {percent(recognition.probabilities[7])}" in text
    assert "The canvas is plain" in text
    assert "Nothing is learned here" in text
    for number in range(1, 11):
        assert f"Layer {number}: " in text
    assert len(re.findall(r'class="bar"', seven.html)) == 22
    names = {path.stem for path in seven.pictures.iterdir()}
    assert names >= {"1-drawing", "5-centred", "layer-1-filters", "layer-8-maps", "way", "evidence"}


def test_the_changed_picture_is_read_otherwise(seven: Explained) -> None:
    assert re.search(r"changed in \d+ small steps?, .* until the network", seven.page.text)
    pictures = cv2.imread(str(seven.pictures / "changed.png"), cv2.IMREAD_GRAYSCALE)
    assert pictures is not None
    side = pictures.shape[0]
    changed = pictures[:: side // 28, -side :: side // 28].astype(np.uint8)
    probabilities = SHIPPED.probabilities(changed[None])[0]
    other = re.search(r"to be read as (\d)\?", seven.page.text)
    assert other is not None
    assert int(probabilities.argmax()) == int(other[1]) != 7


def test_the_documentations_table_of_layers_is_the_networks(seven: Explained) -> None:
    page = (Path(__file__).parents[3] / "watcher" / "docs" / "network.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \|.*\| ([^|]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    assert len(rows) == 10
    learned = re.findall(r"([\d,]+) numbers were learned here", seven.page.text)
    assert learned == [numbers for _, numbers in rows if numbers != "0"]
    maps = [answers for answers, _ in rows if " maps of " in answers]
    told = re.findall(r"(?:make|result:) (\d+ maps of \d+ × \d+)", seven.page.text)
    assert told == [one.replace(" x ", " × ") for one in maps if one != "64 maps of 7 x 7"]


def test_the_page_is_whole_small_and_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    made = explained(tmp_path, "a & b.png", png(in_a_frame(4)))
    page = made.page
    assert "the ink finder, takes for ink" in page.text
    assert "Nothing is learned here" not in page.text
    assert "a & b.png" in page.text
    assert "script" not in {tag for tag, _ in page.tags}
    assert not re.search(r"https?:", made.html)
    for tag, about in page.tags:
        if tag == "img":
            assert (about["src"] or "").startswith("data:image/png;base64,")
            assert about["alt"]
        if tag == "a":
            assert (about["href"] or "").removeprefix("#") in page.ids()
    assert len(made.html.encode()) < 2_000_000


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a text", "not a PNG, JPEG, BMP, GIF or WebP picture"),
        (b"", "empty file"),
        (png(np.full((50, 50), 255, np.uint8)), "the canvas is blank"),
        (None, "cannot be read, No such file or directory"),
    ],
    ids=["text", "empty", "blank", "missing"],
)
def test_what_is_no_drawing_is_one_line_and_makes_no_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | None, why: str
) -> None:
    if data is not None:
        (tmp_path / "a.png").write_bytes(data)
    with chdir(tmp_path):
        assert run(["explain", "a.png"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"a.png: {why}")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "a-explained.html").exists()
