"""The report as its readers get it: a page in one piece, and the same figures as JSON."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from training.evaluation.exam import Exam, load_exam, save_exam
from training.evaluation.stability import CANVASES, Stability
from training.network.calibrate import Calibration
from training.network.recipe import Epoch
from training.publishing.gate import Comparison, Side
from training.report.write import write_report
from training.statistics.shares import interval

VOID = {"meta", "br", "img", "link", "hr", "input"}

NOTHING = np.zeros((0, 28, 28), np.uint8)

CALIBRATION = Calibration(1.0, 0.9, 500, 6, 480, 1, interval(1, 480))

HISTORY = [
    Epoch(1, 0.5, 9.0, {"all": 0.9, "mnist": 1.0}),
    Epoch(2, 0.3, 9.0, {"all": 0.95, "pen": 0.9}),
]


class Page(HTMLParser):
    """A page's tags, checked as they come: each closed, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def ids(self) -> list[str]:
        return [about["id"] or "" for _, about in self.tags if "id" in about]


def exam(name: str, labels: list[int], digits: list[int], **columns: Any) -> Exam:
    """An exam with random pictures; all of it filed unless `columns` say otherwise."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"file": [f"{at}.png" for at in range(len(labels))], "label": labels})
    table = table.assign(
        **{"digit": digits, "confidence": 0.97, "not_digit": 0.01, "status": "filed", "style": "",
           "writer": "", "canvas": 300, "pen": 0, **columns}
    )  # fmt: skip
    return Exam(
        name,
        f"Exam {name}",
        table,
        rng.integers(0, 256, (len(labels), 28, 28)).astype(np.uint8),
        rng.integers(0, 256, (len(labels), 96, 96, 3)).astype(np.uint8),
        rng.integers(0, 256, (len(labels), 28, 28)).astype(np.uint8),
    )


def written(folder: Path, *exams: Exam, **told: Any) -> tuple[str, Page, dict[str, Any]]:
    about: dict[str, Any] = {"title": "A report", "history": HISTORY, "card": {}, **told}
    path = write_report(folder, exams=exams, calibration=CALIBRATION, **about)
    html = path.read_text(encoding="utf-8")
    figures = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return html, Page(html), figures


FOUR = exam("drawings", [1, 7, 7, 10], [1, 7, 1, 4], style=["", "crossed 7", "crossed 7", ""])


def test_the_page_is_whole_and_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    html, page, _ = written(tmp_path, exam("mnist", [0, 1, 2], [0, 1, 3]), FOUR, baseline=[FOUR])
    assert "script" not in {tag for tag, _ in page.tags}
    assert not re.search(r"https?:", html)
    for found in re.findall(r"url\((.*?)\)", html):
        assert found.startswith(("data:image/png;base64,", "#"))
    for _, about in page.tags:
        for name in ("src", "href", "xlink:href"):
            assert (about.get(name) or "#").startswith("#")
    links = {about["href"] for tag, about in page.tags if tag == "a"}
    assert links <= {f"#{one}" for one in page.ids()}
    assert len(page.ids()) == len(set(page.ids()))


def test_how_to_make_it_again_is_folded_below_use_and_limits(tmp_path: Path) -> None:
    html, page, _ = written(tmp_path, FOUR, card={"command": "python -m training"})
    card = html[html.index('<section id="card"') : html.index('<section id="glossary"')]
    shown, folded = card.split("<details>")
    assert "Intended use" in shown
    assert "Limits" in shown
    assert "python -m training" in folded
    assert "Command, data, licences and versions" in page.text


def test_json_and_page_tell_the_same(tmp_path: Path) -> None:
    _, page, figures = written(tmp_path, FOUR)
    tally = figures["exams"][0]["tally"]
    assert (tally["right"]["hits"], tally["right"]["of"]) == (2, 3)
    assert tally["right"]["share"] == pytest.approx(2 / 3)
    assert "66.67% real drawings read right" in page.text
    assert "2 of 3" in page.text
    assert figures["exams"][0]["confusion"][7] == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    assert figures["calibration"]["drawings"] == 500
    assert [epoch["number"] for epoch in figures["history"]] == [1, 2]
    for comment in figures["comments"]["drawings"]:
        assert comment["text"] in page.text


def test_mistakes_are_shown_filed_ones_first_then_the_surest(tmp_path: Path) -> None:
    wrong = exam(
        "pen", [1, 2, 3, 4], [7, 7, 7, 7],
        confidence=[0.5, 0.8, 0.92, 0.99], status=["unsure", "unsure", "filed", "filed"],
    )  # fmt: skip
    html, _, _ = written(tmp_path, wrong)
    shown = re.findall(r'aria-label="(\d), read as 7, ([\d.]+)%, (\w+)"', html)
    assert shown == [
        ("4", "99.00", "filed"), ("3", "92.00", "filed"), ("2", "80.00", "unsure"), ("1", "50.00", "unsure"),
    ]  # fmt: skip


def test_every_real_drawing_is_shown_and_so_are_filed_not_digits(tmp_path: Path) -> None:
    html, page, _ = written(tmp_path, FOUR)
    gallery = html[html.index('<section id="drawings"') :]
    assert gallery[: gallery.index("</section>")].count("<li") == 4
    filed = html[html.index('<section id="filed"') :]
    assert filed[: filed.index("</section>")].count("<li") == 1
    assert "not a digit read as 4" in page.text


def test_names_from_outside_are_escaped(tmp_path: Path) -> None:
    evil = "<script>\"&'"
    named = exam("drawings", [1, 7], [1, 1], file=[evil, evil], style=["", evil])
    html, page, figures = written(
        tmp_path, named, title=evil, card={"name": evil, "machine": evil, "data": {evil: ""}}
    )
    assert "<script" not in html
    assert page.text.count("<script>\"&'") >= 4
    assert any(about.get("title") == evil for _, about in page.tags)
    assert figures["title"] == evil


@pytest.mark.parametrize(
    "exams",
    [
        (),
        (exam("drawings", [], []),),
        (Exam("pen", "Empty", pd.DataFrame(), NOTHING, NOTHING, NOTHING),),
        (exam("nothing", [10, 10], [-1, 2], status=["unsure", "rejected"]),),
        (exam("pen", [5], [5]),),
        (exam("drawings", [5], [-1], status=["unsure"], confidence=[0.0]),),
    ],
    ids=["none", "empty", "no columns", "not digits", "one right", "one blank"],
)  # fmt: skip
def test_a_report_of_little_is_a_report(tmp_path: Path, exams: tuple[Exam, ...]) -> None:
    _, page, _ = written(tmp_path, *exams, history=[])
    assert "A report" in page.text
    assert "nan" not in page.text.lower().split()
    assert "training" not in page.ids()


def test_the_tutorials_network_stands_beside_ours(tmp_path: Path) -> None:
    _, page, figures = written(
        tmp_path, exam("pen", [1, 2], [1, 2]), baseline=[exam("pen", [1, 2], [1, 7])]
    )
    assert "tutorial’s network" in page.text
    assert "100% 2 of 2 15.81–100% 50.00% 1 of 2 1.26–98.74%" in page.text
    assert figures["baseline"][0]["tally"]["right"]["hits"] == 1


def test_old_and_new_stand_side_by_side_the_users_drawings_first(tmp_path: Path) -> None:
    sides = (Side("mnist", 5000, 4980, 4979, 2, 1), Side("yours", 8, 3, 8, 0, 5))
    card = {"corrections": {"learned_from": 22, "held_back": 8}}
    _, page, figures = written(
        tmp_path, FOUR, comparison=Comparison("old", "new", sides), card=card
    )
    assert "learned from 22 corrected drawings of yours. 8 others it never saw" in page.text
    assert "the new model may take over" in page.text
    assert page.text.index("Your drawings, held back 37.50%") < page.text.index("99.60%")
    assert figures["refusals"] == []


def test_a_refused_model_says_why_and_without_corrections_how_to_give_some(tmp_path: Path) -> None:
    sides = (Side("mnist", 5000, 4980, 4900, 90, 10),)
    _, page, figures = written(tmp_path, FOUR, comparison=Comparison("old", "new", sides))
    (reason,) = figures["refusals"]
    assert f"the old one stays: {reason}." in page.text
    assert "Drag a misfiled drawing into the right folder" in page.text


def test_the_renderings_are_told_one_by_one(tmp_path: Path) -> None:
    shares = tuple((0.5, 0.75, 1.0, 0.999) for _ in CANVASES)
    stability = Stability(500, 24, 0.996, 0.976, (0.96, 0.99), shares)
    _, page, figures = written(tmp_path, FOUR, stability=stability)
    assert "97.60% of them are read alike in every way" in page.text
    assert "1,152 × 648 50.00% 75.00% 100% 99.90%" in page.text
    assert figures["stability"]["by_rendering"][0] == [0.5, 0.75, 1.0, 0.999]


@pytest.mark.slow
def test_pictures_that_do_not_compress_stay_under_3_mb(tmp_path: Path) -> None:
    exams = [
        exam(name, [1] * n, [7] * n) for name, n in (("mnist", 60), ("pen", 60), ("drawings", 1300))
    ]
    html, page, _ = written(tmp_path, *exams)
    assert len(html.encode()) < 3_000_000
    assert "60 misread digits; the first 48 are shown." in page.text
    assert "1,300 drawings; the first 1,200 are shown." in page.text


def test_a_kept_exam_makes_the_same_report(tmp_path: Path) -> None:
    save_exam(FOUR, tmp_path)
    kept = load_exam(tmp_path / "drawings.npz")
    assert written(tmp_path / "kept", kept)[0] == written(tmp_path / "fresh", FOUR)[0]


def test_the_report_needs_no_tensorflow() -> None:
    code = "import sys, training.report.write; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
