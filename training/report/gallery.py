"""Drawings as pictures in the report: mistakes, all real drawings, not-digits that were filed."""

from dataclasses import dataclass
from html import escape

import pandas as pd

from training.evaluation.exam import Exam
from training.report.figures import readings
from training.report.markup import paragraph
from training.report.sheets import Sheet, sheet
from training.report.wording import counted, percent
from watcher.recognition import NOT_DIGIT, Status

MAX_MISTAKES = 48
"""Of one exam; who looks at so many has seen what there is to see."""

MAX_DRAWINGS = 1200
"""In the gallery; each costs about 1 kB of the page."""

MISTAKES_BYTES, GALLERY_BYTES = 150_000, 500_000
"""Of one sheet's PNG: with four exams and all sections the page stays under 3 MB."""


@dataclass(frozen=True, slots=True)
class Wall:
    """Pictures side by side: `html`, and `css` that the page's head must have. Both may be empty."""

    html: str = ""
    css: str = ""


def mistakes_wall(exam: Exam) -> Wall:
    """Misread digits: filed wrongly first, then the surest."""
    table = readings(exam)
    wrong = table[(table["label"] != NOT_DIGIT) & (table["digit"] != table["label"])]
    return _wall(exam, _worst_first(wrong), "mistakes", "misread digit")


def filed_not_digits_wall(exam: Exam) -> Wall:
    """Drawings of something else than a digit that were filed, the surest first."""
    table = readings(exam)
    filed = table[(table["label"] == NOT_DIGIT) & (table["status"] == Status.FILED)]
    return _wall(exam, _worst_first(filed), "filed", "filed drawing")


def every_drawing_wall(exam: Exam) -> Wall:
    """Every drawing and how it was read: by label, of each the misread ones first."""
    table = readings(exam)
    order = table.assign(is_right=table["digit"] == table["label"])
    order = order.sort_values(["label", "is_right", "confidence"], kind="stable")
    return _wall(exam, order, "all", "drawing", most=MAX_DRAWINGS, most_bytes=GALLERY_BYTES)


def _worst_first(table: pd.DataFrame) -> pd.DataFrame:
    order = table.assign(is_unfiled=table["status"] != Status.FILED, surest=-table["confidence"])
    return order.sort_values(["is_unfiled", "surest"], kind="stable")


def _wall(
    exam: Exam,
    table: pd.DataFrame,
    kind: str,
    noun: str,
    *,
    most: int = MAX_MISTAKES,
    most_bytes: int = MISTAKES_BYTES,
) -> Wall:
    if not len(table):
        return Wall()
    shown = table.head(most)
    chosen = shown.index.to_numpy()
    sheets = {
        "drawn": sheet(exam.drawn[chosen], most_bytes),
        "seen": sheet(exam.images[chosen], most_bytes),
    }
    wall = f"wall-{kind}-{''.join(c if c.isalnum() else '-' for c in exam.name)}"
    css = "\n".join(
        f".{wall} .{name}{{background-image:url({one.uri});"
        f"background-size:{100 * one.columns}% {100 * one.rows}%}}"
        for name, one in sheets.items()
    )
    tiles = "\n".join(_tile(row, number, sheets) for number, row in enumerate(_rows(shown)))
    told = counted(len(table), noun)
    head = paragraph(
        told + (f"; the first {len(shown):,} are shown." if len(shown) < len(table) else ".")
    )
    return Wall(f'{head}\n<ul class="wall {escape(wall)}">\n{tiles}\n</ul>', css)


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _tile(row: dict[str, object], number: int, sheets: dict[str, Sheet]) -> str:
    label = "not a digit" if row["label"] == NOT_DIGIT else str(row["label"])
    status, digit = str(row["status"]), str(row["digit"])
    read = "not read" if row["digit"] == -1 else f"read as {digit}"
    sure = "" if row["digit"] == -1 else f"{percent(float(str(row['confidence'])))}, "
    filed = status == Status.FILED
    kind = "right" if row["digit"] == row["label"] else "wrong" if filed else "missed"
    if row["label"] == NOT_DIGIT and not filed:
        kind, read = "right", read.replace("read as", "best guess")
    said = f"{label}, {read}, {sure}{status}"
    pictures = "".join(
        f'<span class="{name}" style="background-position:{x:.4g}% {y:.4g}%"></span>'
        for name, (x, y) in ((name, one.place(number)) for name, one in sheets.items())
    )
    return (
        f'<li class="{kind} {escape(status)}" title="{escape(str(row["file"]))}">'
        f'<span class="pair" role="img" aria-label="{escape(said)}">{pictures}</span>'
        f"<b>{escape(label)} <i>{escape(read)}</i></b><small>{escape(sure + status)}</small></li>"
    )
